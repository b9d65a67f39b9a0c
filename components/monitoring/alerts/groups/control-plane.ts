import { burnAlerts, lesser } from "../../slo/burns";
import type { Burn } from "../../slo/burns";
import { apiErrors } from "../recordings";
import type { AlertGroup, PlatformAlert } from "../types";

/** Share of its requests that the API server may fail in 30 days. */
const BUDGET = 0.01;

function burnAlert({ factor, long, short, severity }: Burn): PlatformAlert {
  return {
    scope: "platform",
    query: `${lesser(apiErrors(long), apiErrors(short))} / ${BUDGET}`,
    above: factor,
    range: [0.5, 100],
    for: "2m",
    severity,
    summary: "The API server fails requests {{ $value | humanize }} times as often as it may",
    description: `More than ${factor} times 1 % of its requests ended in a server error, over ${long} and over ${short}.`,
  };
}

/** Alerts on what of the control plane EKS lets be seen, and on the cluster's DNS. */
export const controlPlaneAlerts: AlertGroup = {
  ...burnAlerts("KubeAPIErrorBudgetBurn", burnAlert),
  KubeAPIDown: {
    scope: "platform",
    query: 'absent(up{job="apiserver"} == 1)',
    for: "5m",
    severity: "critical",
    summary: "The API server does not answer",
    description: "Nothing can be changed, scaled or healed in the cluster; what runs goes on.",
  },
  KubeAggregatedAPIErrors: {
    scope: "platform",
    query: "sum by (name) (increase(aggregator_unavailable_apiservice_total[10m]))",
    above: 5,
    range: [1, 100],
    for: "5m",
    severity: "warning",
    summary: "The API {{ $labels.name }} comes and goes",
    description:
      "It was unavailable {{ $value | humanize }} times in 10 minutes: autoscaling or `kubectl top` may not work.",
  },
  CoreDNSLatencyHigh: {
    scope: "platform",
    query: "histogram_quantile(0.99, sum by (le) (rate(coredns_dns_request_duration_seconds_bucket[5m])))",
    above: 1,
    range: [0.05, 10],
    for: "10m",
    severity: "high",
    summary: "The cluster's DNS is slow",
    description: "1 % of its answers take more than {{ $value | humanizeDuration }}.",
  },
  CoreDNSServerFailures: {
    scope: "platform",
    query: `100 * sum(rate(coredns_dns_responses_total{rcode="SERVFAIL"}[5m]))
      / sum(rate(coredns_dns_responses_total[5m]))`,
    above: 3,
    range: [0.1, 50],
    for: "10m",
    severity: "high",
    summary: "The cluster's DNS fails",
    description: "{{ $value | humanize }} % of its answers are SERVFAIL.",
  },
};
