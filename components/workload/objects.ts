import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { HTTP_PORT, portsOf } from "../spec/services";
import type { ServiceSpec } from "../spec/types";
import { isScaled } from "./autoscaler";
import { podSpec } from "./pod";
import type { PodArgs } from "./pod";
import { claimTemplates } from "./volumes";

interface ControllerArgs extends PodArgs {
  /** All labels of the pods. */
  readonly labels: Record<string, string>;
}

/**
 * The Deployment of a service. The number of pods is left out where an autoscaler owns it: else each update would set
 * it back.
 */
export function deploymentSpec(args: ControllerArgs): types.input.apps.v1.DeploymentSpec {
  return {
    ...count(args.service),
    selector: { matchLabels: args.matchLabels },
    strategy: strategy(args.service),
    template: template(args),
  };
}

/**
 * The StatefulSet of a service whose pods have volumes of their own: pods keep their names, and with them their
 * volumes. They start together, for none needs another, and are replaced one at a time. A volume outlives its pod, so
 * that its successor finds it; it goes with the namespace.
 */
export function statefulSetSpec(
  args: ControllerArgs & {
    /** Name of the headless Service that gives the pods their names. */
    readonly serviceName: Input<string>;
    /** Storage class of the volumes; undefined takes the cluster's default. */
    readonly storageClass: Input<string> | undefined;
  },
): types.input.apps.v1.StatefulSetSpec {
  return {
    ...count(args.service),
    serviceName: args.serviceName,
    podManagementPolicy: "Parallel",
    selector: { matchLabels: args.matchLabels },
    updateStrategy: { type: "RollingUpdate" },
    template: template(args),
    volumeClaimTemplates: claimTemplates(args.service, args.storageClass) ?? [],
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
  };
}

function template(args: ControllerArgs): types.input.core.v1.PodTemplateSpec {
  const annotations = scrapeAnnotations(args.service);
  return {
    metadata: { labels: args.labels, ...(annotations === undefined ? {} : { annotations }) },
    spec: podSpec(args),
  };
}

/** The annotations by which scrapers that know no monitor find a pod's metrics, where the spec asks for them. */
function scrapeAnnotations(service: ServiceSpec): Record<string, string> | undefined {
  const { annotated = false, path, port = HTTP_PORT } = service.metrics ?? {};
  const number = portsOf(service)[port];
  if (!annotated || path === undefined || number === undefined) return undefined;
  return {
    "prometheus.io/scrape": "true",
    "prometheus.io/port": String(number),
    "prometheus.io/path": path,
  };
}

function count(service: ServiceSpec): { readonly replicas?: number } {
  return isScaled(service) ? {} : { replicas: service.replicas.min };
}

/**
 * How a new revision takes the old one's place: by default pod by pod, and no old pod goes before its successor is
 * ready. Where the spec lets some be missing, one still stays in a stage that runs few of them. A disk that one node
 * mounts at a time must be let go before the new pod can have it.
 */
function strategy(service: ServiceSpec): types.input.apps.v1.DeploymentStrategy {
  if (Object.keys(service.volumes ?? {}).length > 0) return { type: "Recreate" };
  const { maxUnavailable = 0, maxSurge = 1 } = service.rollout ?? {};
  const missing = Math.min(maxUnavailable, service.replicas.min - 1);
  return {
    type: "RollingUpdate",
    rollingUpdate: { maxUnavailable: missing, maxSurge: missing === 0 ? Math.max(maxSurge, 1) : maxSurge },
  };
}

/** Ports of the Service, by the names of the containers' ports; empty for a worker. */
export function servicePorts(service: ServiceSpec): types.input.core.v1.ServicePort[] {
  return Object.entries(portsOf(service)).map(([name, port]) => ({
    name,
    port: name === HTTP_PORT ? (service.servicePort ?? port) : port,
    targetPort: name,
    protocol: "TCP",
    // By this the gateway knows to speak HTTP/2 without TLS (KEP-3726).
    ...(name === HTTP_PORT && service.protocol === "h2c" ? { appProtocol: "kubernetes.io/h2c" } : {}),
  }));
}

/** Ports of the headless Service of a StatefulSet, under the numbers that the pods listen on. */
export function memberPorts(service: ServiceSpec): types.input.core.v1.ServicePort[] {
  return Object.entries(portsOf(service)).map(([name, port]) => ({
    name,
    port,
    targetPort: name,
    protocol: "TCP",
  }));
}

/**
 * The disruption budget of a service; undefined for one that may run a single pod, where a budget would either say
 * nothing or block every drain. Pods that are not ready may always be evicted: they serve nobody, and would
 * otherwise hold up the node that is to replace them.
 */
export function disruptionBudgetSpec(
  matchLabels: Record<string, string>,
  { replicas }: ServiceSpec,
): types.input.policy.v1.PodDisruptionBudgetSpec | undefined {
  if (replicas.min < 2) return undefined;
  return { maxUnavailable: 1, selector: { matchLabels }, unhealthyPodEvictionPolicy: "AlwaysAllow" };
}
