import type { types } from "@pulumi/kubernetes";
import { podSecurity, unlessEmpty } from "../common/pods";
import { helpersOf, ownPortsOf } from "../spec/services";
import type { HelperSpec, ServiceSpec, WorkloadSpec } from "../spec/types";
import { container } from "./container";
import type { Sources } from "./container";
import { nodeAntiAffinity, zoneSpread } from "./spread";
import { helperMounts, ownMounts, podVolumes } from "./volumes";

/** User of an image that names none; belongs to nobody on the node. */
const DEFAULT_USER = 10_001;
const DEFAULT_GRACE_SECONDS = 30;
/**
 * Seconds that a pod keeps answering after it was told to stop: the gateway and other pods learn of it only then,
 * and send requests until they have.
 */
const DRAIN_SECONDS = 5;

export interface PodArgs<Spec extends WorkloadSpec = ServiceSpec> extends Sources {
  /** Name of the workload; also of its container and its service account. */
  readonly name: string;
  readonly service: Spec;
  /** What the containers beside the workload's own refer to, by their names. @default none */
  readonly helpers?: Readonly<Record<string, Sources>>;
  /** Labels that select the pods of this workload and no others. */
  readonly matchLabels: Record<string, string>;
  /** Name of its priority class. @default the cluster's default */
  readonly priorityClass?: string;
}

/** The pod of a service: fit for Pod Security `restricted`, spread over zones and nodes, and given time to drain. */
export function podSpec(args: PodArgs): types.input.core.v1.PodSpec {
  const { service, matchLabels } = args;
  const drain = service.port === undefined ? 0 : (service.drainSeconds ?? DRAIN_SECONDS);
  const preStop =
    service.preStop === undefined
      ? { sleep: { seconds: drain } }
      : { exec: { command: [...service.preStop] } };
  const own = {
    ...ownContainer(args, ownPortsOf(service), service),
    ...(drain === 0 && service.preStop === undefined ? {} : { lifecycle: { preStop } }),
  };
  return {
    ...basePod(args, own),
    terminationGracePeriodSeconds: (service.graceSeconds ?? DEFAULT_GRACE_SECONDS) + drain,
    topologySpreadConstraints: zoneSpread(matchLabels, service),
    affinity: nodeAntiAffinity(matchLabels, service),
  };
}

/** The pod of a job: it ends by itself, and is not started again in its place. */
export function jobPodSpec(args: PodArgs<WorkloadSpec>): types.input.core.v1.PodSpec {
  return { ...basePod(args, ownContainer(args)), restartPolicy: "Never" };
}

function ownContainer(
  { name, service, files = [], image, env }: PodArgs<WorkloadSpec>,
  ports: Readonly<Record<string, number>> = {},
  { probes }: Pick<ServiceSpec, "probes"> = {},
): types.input.core.v1.Container {
  return container({
    name,
    image,
    env,
    spec: service,
    volumeMounts: ownMounts(service, files),
    ports,
    probes,
  });
}

function basePod(
  args: PodArgs<WorkloadSpec>,
  own: types.input.core.v1.Container,
): types.input.core.v1.PodSpec {
  const { name, service, files = [], helpers = {}, priorityClass } = args;
  const all = [...files, ...Object.values(helpers).flatMap((helper) => helper.files ?? [])];
  return {
    serviceAccountName: name,
    automountServiceAccountToken: (service.permissions ?? []).length > 0,
    // Else a Service named redis gives every pod a variable REDIS_PORT that holds a URL.
    enableServiceLinks: false,
    ...(priorityClass === undefined ? {} : { priorityClassName: priorityClass }),
    securityContext: podSecurity(service.user ?? DEFAULT_USER),
    ...unlessEmpty("initContainers", helperContainers(args)),
    containers: [own],
    ...unlessEmpty("volumes", podVolumes(name, service, all)),
  };
}

/** Sidecars first, for a container that runs before the service's own may need them already. */
function helperContainers({ service, helpers = {} }: PodArgs<WorkloadSpec>): types.input.core.v1.Container[] {
  const { sidecars = {} } = service as Partial<ServiceSpec>;
  const ordered = { ...sidecars, ...helpersOf(service) };
  return Object.entries(ordered).map(([name, helper]) => {
    const sources = helpers[name];
    if (sources === undefined) throw new Error(`the image of container ${name} was not looked up`);
    const plain = helperContainer(name, helper, service, sources);
    // A native sidecar: started before the service's own container, and ended after it.
    return name in sidecars ? { ...plain, restartPolicy: "Always" } : plain;
  });
}

function helperContainer(
  name: string,
  helper: HelperSpec,
  of: WorkloadSpec,
  sources: Sources,
): types.input.core.v1.Container {
  const { image, env, files = [] } = sources;
  return container({
    name,
    image,
    env,
    spec: helper,
    volumeMounts: helperMounts(name, { helper, of, files }),
    ports: helper.ports ?? {},
    probes: helper.probes,
  });
}
