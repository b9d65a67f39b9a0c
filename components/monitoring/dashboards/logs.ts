import { chart } from "../../spec/panels";
import type { DashboardSpec } from "../../spec/types";

/** Logs of every system, and how what gathers logs and traces fares. */
export const logs: DashboardSpec = {
  uid: "slipway-logs",
  title: "Logs and traces",
  panels: [
    {
      title: "Errors of all systems",
      kind: "logs",
      description: "A line with a trace leads to it.",
      width: 24,
      queries: { errors: '{level="error"}' },
    },
    {
      title: "Warnings of the cluster",
      kind: "logs",
      width: 24,
      queries: { events: '{job="kubernetes-events"} | json | type="Warning"' },
    },
    chart("Loki: lines received", "ops", { lines: "sum(rate(loki_distributor_lines_received_total[5m]))" }),
    chart("Loki: bytes received", "Bps", { bytes: "sum(rate(loki_distributor_bytes_received_total[5m]))" }),
    chart("Loki: lines refused", "ops", {
      "{{reason}}": "sum by (reason) (rate(loki_discarded_samples_total[5m]))",
    }),
    chart("Loki: requests that failed", "percentunit", {
      "{{route}}":
        'sum by (route) (rate(loki_request_duration_seconds_count{status_code=~"5.."}[5m])) / sum by (route) (rate(loki_request_duration_seconds_count[5m]))',
    }),
    chart("Jaeger: spans received", "ops", {
      "{{transport}}": "sum by (transport) (rate(otelcol_receiver_accepted_spans_total[5m]))",
    }),
    chart("Jaeger: spans lost", "ops", {
      refused: "sum(rate(otelcol_receiver_refused_spans_total[5m]))",
      "not stored": "sum(rate(otelcol_exporter_send_failed_spans_total[5m]))",
    }),
  ],
};
