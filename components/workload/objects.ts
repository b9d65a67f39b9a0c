import type { types } from "@pulumi/kubernetes";
import { HTTP_PORT, portsOf } from "../spec/services";
import type { ServiceSpec } from "../spec/types";
import { podSpec } from "./pod";
import type { PodArgs } from "./pod";

/** Whether an autoscaler owns the number of pods. */
export function isScaled({ replicas, scaleOn }: ServiceSpec): boolean {
  return scaleOn !== undefined && replicas.max > replicas.min;
}

/**
 * The Deployment of a service. A new revision comes up pod by pod, and no old pod goes before its successor is
 * ready. The number of pods is left out where an autoscaler owns it: else each update would set it back.
 */
export function deploymentSpec(
  args: PodArgs & { readonly labels: Record<string, string> },
): types.input.apps.v1.DeploymentSpec {
  return {
    ...(isScaled(args.service) ? {} : { replicas: args.service.replicas.min }),
    selector: { matchLabels: args.matchLabels },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: { metadata: { labels: args.labels }, spec: podSpec(args) },
  };
}

/** Ports of the Service, by the names of the container's ports; empty for a worker. */
export function servicePorts(service: ServiceSpec): types.input.core.v1.ServicePort[] {
  return Object.entries(portsOf(service)).map(([name, port]) => ({
    name,
    port: name === HTTP_PORT ? (service.servicePort ?? port) : port,
    targetPort: name,
    protocol: "TCP",
  }));
}

/** The autoscaler of a service, over the request of each resource that `scaleOn` names. */
export function autoscalerSpec(
  name: string,
  { replicas, scaleOn }: ServiceSpec,
): types.input.autoscaling.v2.HorizontalPodAutoscalerSpec {
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
    minReplicas: replicas.min,
    maxReplicas: replicas.max,
    metrics: (["cpu", "memory"] as const).flatMap((resource) => {
      const averageUtilization = scaleOn?.[resource];
      return averageUtilization === undefined
        ? []
        : [
            {
              type: "Resource",
              resource: { name: resource, target: { type: "Utilization", averageUtilization } },
            },
          ];
    }),
  };
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
