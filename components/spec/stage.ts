import { nearest } from "../common/nearest";
import { SlipwayError } from "../common/problems";
import { shareOfBytes, shareOfCount } from "./quantities";
import { hostOf } from "./services";
import type { ServiceSpec, StoreSpec, SystemSpec } from "./types";

/** What a stage makes of the sizes that a spec names. */
export interface StageSizes {
  readonly stage: string;
  /** Share of the replicas, above 0 and at most 1; rounded up, so at least one pod is left. */
  readonly replicaShare: number;
  /** Share of the size of each store's volume, above 0 and at most 1. */
  readonly storeShare: number;
}

/** A spec with the sizes, variables and host of one stage. */
export interface StagedSpec extends SystemSpec {
  /** Public host in this stage; absent for a system without routes. */
  readonly host?: string;
}

/**
 * The spec as it runs in one stage. Requests and limits of a pod stay as they are. Where the spec gives pod counts
 * for the stage these hold as they stand, whatever the share; all other counts, and the stores' volumes, are
 * multiplied by the stage's share. Variables of the stage win over the service's own.
 *
 * @throws SlipwayError when routes have no host in this stage.
 */
export function specForStage(spec: SystemSpec, sizes: StageSizes): StagedSpec {
  const { stage } = sizes;
  const routed = (spec.routes ?? []).length > 0;
  const host = routed ? hostOf(spec, stage) : undefined;
  if (routed && host === undefined) {
    const known = Object.keys(spec.stages ?? {});
    throw new SlipwayError({
      where: `system "${spec.name}", stages`,
      what: `there is no stage "${stage}"${nearest(stage, known)}, so its routes have no host`,
      allowed: known.length === 0 ? "any stage, once the spec has a domain" : known.join(", "),
      todo: "add the stage with its host to the spec, or give the spec a domain",
    });
  }
  const own = spec.stages?.[stage];
  const serviceInStage = (name: string, service: ServiceSpec): ServiceSpec => ({
    ...service,
    replicas: own?.replicas?.[name] ?? {
      min: shareOfCount(service.replicas.min, sizes.replicaShare),
      max: shareOfCount(service.replicas.max, sizes.replicaShare),
    },
    ...(service.env === undefined && own?.env?.[name] === undefined
      ? {}
      : { env: { ...service.env, ...own?.env?.[name] } }),
  });
  const storeInStage = (store: StoreSpec): StoreSpec => ({
    ...store,
    storage: shareOfBytes(store.storage, sizes.storeShare),
  });
  return {
    ...spec,
    ...(host === undefined ? {} : { host }),
    services: Object.fromEntries(
      Object.entries(spec.services).map(([name, service]) => [name, serviceInStage(name, service)]),
    ),
    ...(spec.stores === undefined
      ? {}
      : {
          stores: Object.fromEntries(
            Object.entries(spec.stores).map(([name, store]) => [name, storeInStage(store)]),
          ),
        }),
  };
}
