import type { MonitoringSite } from "./site";
import type { Storage } from "./types";

/** A volume of the cluster's storage class. */
export function storageOf({ cluster }: Pick<MonitoringSite, "cluster">, size: string): Storage {
  return { size, ...(cluster.storageClass === undefined ? {} : { storageClass: cluster.storageClass }) };
}
