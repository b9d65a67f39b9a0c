import type * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../common/records";
import { pinnedImage } from "../common/versions";
import { priorities } from "../common/priorities";
import type { StoreContract } from "../data/types";
import { helpersOf } from "../spec/services";
import { traceEnv } from "../spec/traces";
import type { TraceTarget } from "../spec/traces";
import type {
  ContainerSpec,
  HelperSpec,
  JobSpec,
  ServiceSpec,
  SystemSpec,
  WorkloadSpec,
} from "../spec/types";
import type { Sources } from "../workload/container";
import { Job } from "../workload/job";
import { Workload } from "../workload/workload";
import { resolveEnv, resolveFiles, storesOf } from "./sources";
import type { SourceContext } from "./sources";

const JOB_TIMEOUT = "1h";

/** Full references of the images that a system names, by name. */
export type Images = Readonly<Record<string, pulumi.Input<string>>>;

export interface RenderArgs {
  readonly spec: SystemSpec;
  readonly stage: string;
  readonly namespace: pulumi.Input<string>;
  readonly images: Images;
  readonly stores: Readonly<Record<string, StoreContract>>;
  readonly context: SourceContext;
  readonly storageClass: pulumi.Input<string> | undefined;
  readonly protect: boolean;
  /** What must exist before any pod. */
  readonly podsAfter: readonly pulumi.Resource[];
  /** Where workloads that send traces send them. @default they are told nothing */
  readonly traces?: TraceTarget | undefined;
}

/** Creates the services of a system. @returns them by name. */
export function createWorkloads(
  name: string,
  args: RenderArgs,
  opts: pulumi.ComponentResourceOptions,
): Readonly<Record<string, Workload>> {
  const { spec, storageClass, protect } = args;
  return mapValues(spec.services, (own: ServiceSpec, service) => {
    const helpers = mapValues(helpersOf(own), (helper) => sourcesOf(imageOf(helper, own), helper, own, args));
    return new Workload(
      `${name}-${service}`,
      {
        ...shared(own, args),
        ...ownSources(service, own, args),
        service,
        spec: own,
        helpers,
        priorityClass: priorities[spec.tier].name,
        storageClass,
        protect,
      },
      opts,
    );
  });
}

/** Creates the jobs of a system, after all of its stores that they use. */
export function createJobs(name: string, args: RenderArgs, opts: pulumi.ComponentResourceOptions): void {
  for (const [job, own] of Object.entries<JobSpec>(args.spec.jobs ?? {})) {
    const { timeout = JOB_TIMEOUT, retries } = own;
    new Job(
      `${name}-${job}`,
      {
        ...shared(own, args),
        job,
        spec: own,
        tries: { timeout, retries },
        sources: ownSources(job, own, args),
      },
      opts,
    );
  }
}

function shared(
  own: WorkloadSpec,
  { spec, stage, namespace, stores, podsAfter }: RenderArgs,
): Pick<ConstructorParameters<typeof Job>[1], "system" | "owner" | "stage" | "namespace" | "podsAfter"> {
  const ready = storesOf(own, spec).flatMap((store) => stores[store]?.ready ?? []);
  return { system: spec.name, owner: spec.owner, stage, namespace, podsAfter: [...podsAfter, ...ready] };
}

/** What a workload's own container refers to, and where it sends its traces. */
function ownSources(name: string, own: WorkloadSpec, args: RenderArgs): Sources {
  const { spec, stage, traces } = args;
  const told = own.traces === true && traces !== undefined ? traceEnv(spec, name, stage, traces) : {};
  return sourcesOf(own.image, { ...own, env: { ...told, ...own.env } }, own, args);
}

/** What a container refers to; the stores are those of its whole pod, which may reach them from every container. */
function sourcesOf(
  image: string | { readonly reference: string },
  container: ContainerSpec,
  pod: WorkloadSpec,
  { spec, images, context }: RenderArgs,
): Sources {
  const found = typeof image === "string" ? images[image] : image.reference;
  if (found === undefined) throw new Error(`image ${JSON.stringify(image)} was not looked up`);
  return {
    image: found,
    env: resolveEnv(container.env ?? {}, context),
    files: resolveFiles(container, storesOf(pod, spec), context),
  };
}

function imageOf({ image }: HelperSpec, service: ServiceSpec): string | { readonly reference: string } {
  if (image === undefined) return service.image;
  return typeof image === "string" ? image : { reference: pinnedImage(image.pinned) };
}
