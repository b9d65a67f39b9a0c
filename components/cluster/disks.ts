import type { NodeImage } from "./types";

/** One encrypted disk of a node. */
export interface NodeDisk {
  readonly deviceName: string;
  readonly gib: number;
}

/**
 * Disks of a node. Bottlerocket keeps its read-only system on the first and images, logs and scratch volumes on
 * the second; Amazon Linux has one for both.
 */
export function nodeDisks(image: NodeImage, gib: number): readonly NodeDisk[] {
  switch (image) {
    case "AL2023_x86_64_STANDARD":
      return [{ deviceName: "/dev/xvda", gib }];
    case "BOTTLEROCKET_x86_64":
      return [
        { deviceName: "/dev/xvda", gib: 4 },
        { deviceName: "/dev/xvdb", gib },
      ];
  }
}
