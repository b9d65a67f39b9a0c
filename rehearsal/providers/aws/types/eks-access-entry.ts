import type { Companion } from "../model";
import { T } from "./tokens";

/** An access entry that EKS makes by itself. */
export function accessEntry(clusterName: string, principalArn: string, type: string): Companion {
  return {
    type: T.accessEntry,
    id: `${clusterName}:${principalArn}`,
    owned: true,
    attributes: { clusterName, principalArn, type, kubernetesGroups: [] },
  };
}
