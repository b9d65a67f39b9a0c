import type { ToolName } from "../types";

/** Machine type in the words of Go and of release files. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
}

/** Bases of the official release sites. Tests give their own; users cannot change them. */
export interface Origins {
  readonly kubernetes: string;
  readonly github: string;
  readonly githubApi: string;
  readonly githubRaw: string;
  readonly pulumi: string;
}

/** A file at one of the release sites. */
export interface Address {
  readonly origin: keyof Origins;
  readonly path: string;
}

/** Where the publisher states the SHA-256 of a release file: in a file beside it, or in GitHub's record of the asset. */
export type Checksum =
  | { readonly in: "file"; readonly at: Address }
  | { readonly in: "asset"; readonly at: Address; readonly asset: string };

/** How an official release is had: by Pulumi's own installer, or as one file with a published checksum. */
export type Release =
  | { readonly by: "installer"; readonly version: string; readonly probe: Address }
  | {
      readonly by: "download";
      readonly file: Address;
      readonly checksum: Checksum;
      /** Path of the binary inside the file, when that is a gzipped tar archive. */
      readonly member?: string;
    };

/** All that is known of one tool. */
export interface ToolEntry {
  readonly name: ToolName;
  /** Exact version, without a leading `v`. */
  readonly version: string;
  /** Versions that are good enough on PATH: from `atLeast`, below `below`. Absent: only the exact version. */
  readonly onPath?: { readonly atLeast: string; readonly below: string };
  /** Folder under `tools/` whose go.mod and go.sum pin the sources. */
  readonly module: string;
  readonly goPackage: string;
  /** Build tags, separated by commas. */
  readonly tags?: string;
  /**
   * For a module whose release embeds files that only npm makes, so that its sources alone do not compile: the build
   * runs in a copy of the sources, by their own go.mod and go.sum, with an empty file added.
   */
  readonly incomplete?: {
    /** Module that is copied; go.sum in `tools/` pins it. */
    readonly module: string;
    /** Path, inside the module, of the empty file that is embedded instead. */
    readonly adds: string;
  };
  readonly ldflags: string;
  /** Path of the binary inside the tool's folder of the cache. */
  readonly file: string;
  readonly versionArgs: readonly string[];
  /** Reads the version, without `v`, out of what the tool prints for `versionArgs`. */
  readonly versionPattern: RegExp;
}
