import type { RuleGroup } from "../../common/prometheus-operator";
import { windows } from "../slo/recordings";
import type { Window } from "../slo/recordings";

/** Name of the share of the API server's requests that failed within a window. */
export function apiErrors(window: Window): string {
  return `apiserver_request:error_ratio:rate${window}`;
}

/** Series that the platform's own alerts read, and that would cost too much to count in each of them. */
export const platformRecordings: readonly RuleGroup[] = [
  {
    name: "apiserver",
    interval: "1m",
    rules: windows.map((window) => {
      const all = `sum(rate(apiserver_request_total{job="apiserver"}[${window}]))`;
      const failed = `sum(rate(apiserver_request_total{job="apiserver",code=~"5.."}[${window}]))`;
      // Without any failure since its start there is no series of failures.
      return { record: apiErrors(window), expr: `(${failed} or 0 * ${all}) / ${all}` };
    }),
  },
];
