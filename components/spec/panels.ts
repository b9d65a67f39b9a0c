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

/** Share of requests that failed, as `failedShare` gives it, and 0 while none does. */
export function errorShare(errors: string, requests: string): string {
  return `${failedShare(errors, requests)} or 0 * sum(rate(${requests}{${OWN}}[5m]))`;
}

/** Share of the first of two counters in both, over 5 minutes, such as of hits in hits and misses. */
export function shareOfBoth(first: string, second: string): string {
  const rate = (name: string): string => `sum(rate(${name}{${OWN}}[5m]))`;
  return `${rate(first)} / (${rate(first)} + ${rate(second)})`;
}
