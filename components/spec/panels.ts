import { failedShare } from "./queries";
import type { PanelSpec, PanelUnit } from "./monitoring-types";

const OWN = 'namespace="$namespace"';

/** A panel of curves; `more` is what is said of it beyond what every one has. */
export function chart(
  title: string,
  unit: PanelUnit,
  queries: PanelSpec["queries"],
  more: Partial<Pick<PanelSpec, "description" | "thresholds" | "units" | "width">> = {},
): PanelSpec {
  return { title, kind: "timeseries", unit, queries, ...more };
}

/** What each pod of the system receives and sends. */
export function networkChart(title: string): PanelSpec {
  const rate = (way: string): string =>
    `sum by (pod) (rate(container_network_${way}_bytes_total{${OWN}}[5m]))`;
  return chart(title, "Bps", { "{{pod}} in": rate("receive"), "{{pod}} out": rate("transmit") });
}

/** CPU and memory of each pod of the system. */
export function podChart(title: string): PanelSpec {
  return chart(
    title,
    "cores",
    {
      "{{pod}} CPU": `sum by (pod) (rate(container_cpu_usage_seconds_total{${OWN},container!=""}[5m]))`,
      "{{pod}} memory": `sum by (pod) (container_memory_working_set_bytes{${OWN},container!=""})`,
    },
    { units: { "{{pod}} memory": "bytes" } },
  );
}

/** How full each volume of the system is. */
export function volumeChart(title: string): PanelSpec {
  const bytes = (kind: string): string => `kubelet_volume_stats_${kind}_bytes{${OWN}}`;
  return chart(
    title,
    "percentunit",
    {
      "{{persistentvolumeclaim}}": `max by (persistentvolumeclaim) (${bytes("used")} / ${bytes("capacity")})`,
    },
    { thresholds: { warning: 0.8, critical: 0.9 } },
  );
}

/** Which nodes of the cluster are ready, and what else is the matter with one. */
export function nodeChart(title: string): PanelSpec {
  return chart(title, "short", {
    "{{node}} ready": 'max by (node) (kube_node_status_condition{condition="Ready",status="true"})',
    "{{node}} {{condition}}":
      'max by (node, condition) (kube_node_status_condition{condition!="Ready",status="true"}) > 0',
  });
}

/** Share of requests that failed, as `failedShare` gives it, and 0 while none does. */
export function errorShare(errors: string, requests: string): string {
  return `${failedShare(errors, requests)} or 0 * sum(rate(${requests}{${OWN}}[5m]))`;
}

/** Share of the first of two counters in both, over 5 minutes, such as of hits in hits and misses. */
export function shareOfBoth(first: string, second: string): string {
  const rate = (name: string): string => `sum(rate(${name}{${OWN}}[5m]))`;
  return `${rate(first)} / (${rate(first)} + ${rate(second)})`;
}
