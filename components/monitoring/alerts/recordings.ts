import type { RuleGroup } from "../../common/prometheus-operator";

/** Windows over which failed requests of the API server are counted. */
const WINDOWS = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] as const;

/** Name of the share of the API server's requests that failed within a window. */
export function apiErrors(window: (typeof WINDOWS)[number]): string {
  return `apiserver_request:error_ratio:rate${window}`;
}

/** Series that the platform's own alerts read, and that would cost too much to count in each of them. */
export const platformRecordings: readonly RuleGroup[] = [
  {
    name: "apiserver",
    interval: "1m",
    rules: WINDOWS.map((window) => {
      const all = `sum(rate(apiserver_request_total{job="apiserver"}[${window}]))`;
      const failed = `sum(rate(apiserver_request_total{job="apiserver",code=~"5.."}[${window}]))`;
      // Without any failure since its start there is no series of failures.
      return { record: apiErrors(window), expr: `(${failed} or 0 * ${all}) / ${all}` };
    }),
  },
];
