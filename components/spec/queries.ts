import { withMatchers } from "../common/promql";

/** PromQL that specs of several systems need alike; all of it within the system's namespace of the stage. */

const OWN = 'namespace="$namespace"';

/** Share of requests that failed, over 5 minutes; nothing where there were none. Both are counters, the first may have matchers. */
export function failedShare(errors: string, requests: string): string {
  const failed = `sum(rate(${withMatchers(errors, { namespace: "$namespace" })}[5m]))`;
  return `${failed} / (sum(rate(${requests}{${OWN}}[5m])) > 0)`;
}

/** The time within which so many of all requests were answered, over 5 minutes, of a histogram without `_bucket`. */
export function quantile(share: number, histogram: string): string {
  return `histogram_quantile(${share}, sum by (le) (rate(${histogram}_bucket{${OWN}}[5m])))`;
}

/** Cores that each pod of a service uses. */
export function cpuOf(service: string): string {
  return `sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{${OWN},container="${service}"}[5m]))`;
}

/** Share of its limit that each pod of a service uses. */
export function shareOfLimit(resource: "cpu" | "memory", service: string): string {
  const used =
    resource === "cpu"
      ? cpuOf(service)
      : `sum by (namespace, pod) (container_memory_working_set_bytes{${OWN},container="${service}"})`;
  const limit = `kube_pod_container_resource_limits{${OWN},container="${service}",resource="${resource}"}`;
  return `${used} / sum by (namespace, pod) (${limit})`;
}
