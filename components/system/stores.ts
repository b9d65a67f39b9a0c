import type * as pulumi from "@pulumi/pulumi";
import type { ClusterContract, StoreSite } from "../common/contracts";
import { mapValues } from "../common/records";
import { ManagedStore } from "../data/managed-store";
import { Store } from "../data/store";
import type { StoreContract } from "../data/types";
import type { SystemSpec } from "../spec/types";

/** What a stage and its config say of a system's stores. */
export interface StoreOptions {
  /** Where the cloud runs them. @default none: they are pods of the system's namespace */
  readonly site?: StoreSite | undefined;
  /** How many passwords there have been, by store. @default 1 of each */
  readonly rotations?: Readonly<Record<string, number>>;
  /** Stores that may be replaced or deleted, for somebody has said so by name. @default none */
  readonly confirmed?: readonly string[];
}

export interface StoresArgs extends StoreOptions {
  readonly spec: SystemSpec;
  readonly stage: string;
  readonly namespace: pulumi.Input<string>;
  readonly cluster: Pick<ClusterContract, "storageClass">;
  readonly protect: boolean;
  readonly certificatesAfter: readonly pulumi.Resource[];
  readonly podsAfter: readonly pulumi.Resource[];
}

/** Creates the stores of a system, where the stage has them. @returns them by name. */
export function createStores(
  name: string,
  args: StoresArgs,
  opts: pulumi.ComponentResourceOptions,
): Readonly<Record<string, StoreContract>> {
  const { spec, stage, namespace, cluster, site, certificatesAfter, podsAfter } = args;
  const { rotations = {}, confirmed = [] } = args;
  return mapValues(spec.stores ?? {}, (own, store): StoreContract => {
    const shared = {
      ...{ system: spec.name, store, spec: own, owner: spec.owner, stage, namespace },
      rotation: rotations[store] ?? 1,
      protect: args.protect && !confirmed.includes(store),
    };
    if (site !== undefined) return new ManagedStore(`${name}-${store}`, { ...shared, site, podsAfter }, opts);
    const { storageClass } = cluster;
    return new Store(`${name}-${store}`, { ...shared, storageClass, certificatesAfter, podsAfter }, opts);
  });
}

/** The blocks in which a system's stores lie outside of the cluster, by store; none where they are pods. */
export function storeCidrs(
  spec: SystemSpec,
  site: StoreSite | undefined,
): Readonly<Record<string, readonly string[]>> {
  return site === undefined ? {} : mapValues(spec.stores ?? {}, () => site.cidrs);
}
