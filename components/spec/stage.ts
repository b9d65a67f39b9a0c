import { nearest } from "../common/nearest";
import { SlipwayError } from "../common/problems";
import { mapValues } from "../common/records";
import { shareOfBytes, shareOfCount } from "./quantities";
import { hostOf } from "./services";
import type { EnvValue, JobSpec, ServiceSpec, StageSpec, StoreSpec, SystemSpec } from "./types";

/** What a stage makes of the sizes that a spec names. */
export interface StageSizes {
  readonly stage: string;
  /** Share of the replicas, above 0 and at most 1; rounded up, so at least one pod is left. */
  readonly replicaShare: number;
  /** Share of the size of each volume, above 0 and at most 1. */
  readonly storeShare: number;
}

/** A spec with the sizes, variables and host of one stage. */
export interface StagedSpec extends SystemSpec {
  /** Public host in this stage; absent for a system without routes. */
  readonly host?: string;
}

/**
 * The spec as it runs in one stage. Requests and limits of a pod stay as they are. Where the spec gives pod counts
 * for the stage these hold as they stand, whatever the share; all other counts, and all volumes, are multiplied by the
 * stage's share. Variables, configs and namespace of the stage win over the system's own.
 *
 * @throws SlipwayError when routes have no host in this stage.
 */
export function specForStage(spec: SystemSpec, sizes: StageSizes): StagedSpec {
  const host = hostInStage(spec, sizes.stage);
  const own = spec.stages?.[sizes.stage];
  return {
    ...spec,
    ...(host === undefined ? {} : { host }),
    ...(own?.namespace === undefined ? {} : { namespace: own.namespace }),
    services: mapValues(spec.services, (service, name) => serviceInStage(name, service, own, sizes)),
    ...(spec.jobs === undefined
      ? {}
      : { jobs: mapValues(spec.jobs, (job, name): JobSpec => ({ ...job, ...envInStage(name, job, own) })) }),
    ...(spec.config === undefined
      ? {}
      : {
          config: mapValues(spec.config, (config, name) => ({
            ...config,
            data: { ...config.data, ...own?.config?.[name] },
          })),
        }),
    ...(spec.stores === undefined
      ? {}
      : {
          stores: mapValues(spec.stores, (store): StoreSpec => ({
            ...store,
            storage: shareOfBytes(store.storage, sizes.storeShare),
          })),
        }),
  };
}

function hostInStage(spec: SystemSpec, stage: string): string | undefined {
  if ((spec.routes ?? []).length === 0) return undefined;
  const host = hostOf(spec, stage);
  if (host !== undefined) return host;
  const known = Object.keys(spec.stages ?? {});
  throw new SlipwayError({
    where: `system "${spec.name}", stages`,
    what: `there is no stage "${stage}"${nearest(stage, known)}, so its routes have no host`,
    allowed: known.length === 0 ? "any stage, once the spec has a domain" : known.join(", "),
    todo: "add the stage with its host to the spec, or give the spec a domain",
  });
}

function serviceInStage(
  name: string,
  service: ServiceSpec,
  own: StageSpec | undefined,
  { replicaShare, storeShare }: StageSizes,
): ServiceSpec {
  return {
    ...service,
    replicas: own?.replicas?.[name] ?? {
      min: shareOfCount(service.replicas.min, replicaShare),
      max: shareOfCount(service.replicas.max, replicaShare),
    },
    ...envInStage(name, service, own),
    ...(service.volumes === undefined
      ? {}
      : {
          volumes: mapValues(service.volumes, (volume) => ({
            ...volume,
            size: shareOfBytes(volume.size, storeShare),
          })),
        }),
  };
}

function envInStage(
  name: string,
  { env }: Pick<ServiceSpec, "env">,
  own: StageSpec | undefined,
): { readonly env?: Readonly<Record<string, EnvValue>> } {
  const inStage = own?.env?.[name];
  return env === undefined && inStage === undefined ? {} : { env: { ...env, ...inStage } };
}
