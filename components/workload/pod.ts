import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { containerSecurity, podSecurity, scratchMounts, scratchVolumes, unlessEmpty } from "../common/pods";
import { HTTP_PORT, portsOf } from "../spec/services";
import type { HttpProbe, ServiceSpec } from "../spec/types";
import { scratchOf, serviceResources } from "./resources";
import { nodeAntiAffinity, zoneSpread } from "./spread";

/** A value of an environment variable, ready to render: plain, or a key of a Secret. */
export type EnvSource = string | { readonly secret: Input<string>; readonly key: string };

/** User of an image that names none; belongs to nobody on the node. */
const DEFAULT_USER = 10_001;
const DEFAULT_GRACE_SECONDS = 30;
/**
 * Seconds that a pod keeps answering after it was told to stop: the gateway and other pods learn of it only then,
 * and send requests until they have.
 */
const DRAIN_SECONDS = 5;

export interface PodArgs {
  /** Name of the service; also of its container and its service account. */
  readonly name: string;
  readonly service: ServiceSpec;
  readonly image: Input<string>;
  readonly env: Readonly<Record<string, EnvSource>>;
  /** Labels that select the pods of this service and no others. */
  readonly matchLabels: Record<string, string>;
}

/** The pod of a service: fit for Pod Security `restricted`, spread over zones and nodes, and given time to drain. */
export function podSpec({ name, service, image, env, matchLabels }: PodArgs): types.input.core.v1.PodSpec {
  const scratch = scratchOf(service);
  const drains = service.port !== undefined;
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    // Else a Service named redis gives every pod a variable REDIS_PORT that holds a URL.
    enableServiceLinks: false,
    securityContext: podSecurity(service.user ?? DEFAULT_USER),
    terminationGracePeriodSeconds:
      (service.graceSeconds ?? DEFAULT_GRACE_SECONDS) + (drains ? DRAIN_SECONDS : 0),
    topologySpreadConstraints: zoneSpread(matchLabels),
    affinity: nodeAntiAffinity(matchLabels),
    containers: [
      {
        name,
        image,
        ...unlessEmpty("env", envVars(env)),
        ...unlessEmpty("ports", containerPorts(service)),
        resources: serviceResources(service),
        securityContext: containerSecurity,
        ...unlessEmpty("volumeMounts", scratchMounts(scratch)),
        ...(drains ? { lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } } } : {}),
        ...(service.probes === undefined
          ? {}
          : {
              startupProbe: probe(service.probes.startup),
              readinessProbe: probe(service.probes.readiness),
              livenessProbe: probe(service.probes.liveness),
            }),
      },
    ],
    ...unlessEmpty("volumes", scratchVolumes(scratch)),
  };
}

function containerPorts(service: ServiceSpec): types.input.core.v1.ContainerPort[] {
  return Object.entries(portsOf(service)).map(([name, containerPort]) => ({
    name,
    containerPort,
    protocol: "TCP",
  }));
}

/** Sorted by name, so that the order in which a spec lists them rolls no pod. */
function envVars(env: Readonly<Record<string, EnvSource>>): types.input.core.v1.EnvVar[] {
  return Object.entries(env)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, source]) =>
      typeof source === "string"
        ? { name, value: source }
        : { name, valueFrom: { secretKeyRef: { name: source.secret, key: source.key } } },
    );
}

function probe(check: HttpProbe): types.input.core.v1.Probe {
  return {
    httpGet: { path: check.path, port: check.port ?? HTTP_PORT, scheme: "HTTP" },
    periodSeconds: check.periodSeconds,
    failureThreshold: check.failureThreshold,
    timeoutSeconds: check.timeoutSeconds,
  };
}
