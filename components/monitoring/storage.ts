import type { types } from "@pulumi/kubernetes";
import type { MonitoringSite } from "./site";
import type { Storage } from "./types";

/** A volume of the cluster's storage class. */
export function storageOf({ cluster }: Pick<MonitoringSite, "cluster">, size: string): Storage {
  return { size, ...(cluster.storageClass === undefined ? {} : { storageClass: cluster.storageClass }) };
}

/** The claim for a volume that one pod mounts. */
export function claimSpec({ size, storageClass }: Storage): types.input.core.v1.PersistentVolumeClaimSpec {
  return {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: size } },
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
  };
}
