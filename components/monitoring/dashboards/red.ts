import { chart } from "../../spec/panels";
import type { DashboardSpec } from "../../spec/types";

/** Requests that the edge passed on, with the namespace of the route as `system`. */
function edge(series: string): string {
  return `label_replace(rate(${series}[5m]), "system", "$1", "envoy_cluster_name", "httproute/([^/]+)/.*")`;
}

const ROUTES = 'envoy_cluster_name=~"httproute/.+"';
const answers = `envoy_cluster_upstream_rq_xx{${ROUTES}}`;
const failures = `envoy_cluster_upstream_rq_xx{${ROUTES},envoy_response_code_class="5"}`;
const times = `envoy_cluster_upstream_rq_time_bucket{${ROUTES}}`;

/** Rate, errors and duration of requests: as the edge sees every system alike, then as services count for themselves. */
export const red: DashboardSpec = {
  uid: "slipway-red",
  title: "Requests: rate, errors, duration",
  panels: [
    chart("Request rate by system", "reqps", { "{{system}}": `sum by (system) (${edge(answers)})` }),
    chart(
      "Share of server errors by system",
      "percentunit",
      { "{{system}}": `sum by (system) (${edge(failures)}) / sum by (system) (${edge(answers)})` },
      { thresholds: { warning: 0.01, critical: 0.05 } },
    ),
    chart("Latency by system, p95", "ms", {
      "{{system}}": `histogram_quantile(0.95, sum by (system, le) (${edge(times)}))`,
    }),
    chart("Answers by class of status", "reqps", {
      "{{envoy_response_code_class}}xx": `sum by (envoy_response_code_class) (rate(${answers}[5m]))`,
    }),
    chart("Connections of clients at the edge", "short", {
      open: "sum(envoy_http_downstream_cx_active)",
    }),
    chart("Probes that succeed, by host", "percentunit", {
      "{{system}}": "avg by (system) (avg_over_time(probe_success[5m]))",
    }),
    chart("Request rate by service, as it counts itself", "reqps", {
      "{{namespace}} {{service}}": "sum by (namespace, service) (rate(http_requests_total[5m]))",
    }),
    chart("Latency by service, p95, as it counts itself", "s", {
      "{{namespace}} {{service}}":
        "histogram_quantile(0.95, sum by (namespace, service, le) (rate(http_request_duration_seconds_bucket[5m])))",
    }),
  ],
};
