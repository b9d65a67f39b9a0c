import type { AlertGroup } from "../types";

/** The routes of a system, as Envoy Gateway names their clusters. */
const ROUTES = 'envoy_cluster_name=~"httproute/($namespace)/.+"';
const HOST = 'system="$system"';
const DAYS = `min by (host) (probe_ssl_earliest_cert_expiry{${HOST}} - time()) / 86400`;

/** Alerts on the way from a user to a service: hosts, certificates and the gateway's proxies. */
export const edgeAlerts: AlertGroup = {
  BlackboxProbeFailed: {
    scope: "system",
    query: `max by (host) (probe_success{${HOST}}) == 0`,
    for: "1m",
    severity: "critical",
    summary: "{{ $labels.host }} does not answer",
    description: "Requests to its health page, made as a user would make them, have failed for a minute.",
  },
  CertificateExpiresSoon: {
    scope: "system",
    query: DAYS,
    below: 21,
    range: [8, 60],
    for: "1h",
    severity: "warning",
    team: "security",
    summary: "The certificate of {{ $labels.host }} was not renewed in time",
    description: 'It ends in {{ $value | printf "%.0f" }} days; it should have been renewed by itself.',
  },
  CertificateExpiresVerySoon: {
    scope: "system",
    query: DAYS,
    below: 7,
    range: [1, 20],
    for: "10m",
    severity: "critical",
    team: "security",
    summary: "The certificate of {{ $labels.host }} ends within days",
    description:
      'It ends in {{ $value | printf "%.0f" }} days; from then on no browser opens {{ $labels.host }}.',
  },
  CertManagerCertificateNotReady: {
    scope: "workload",
    // The exporter names the certificate's namespace as Prometheus names that of the exporter's pod.
    query: `max by (namespace, name) (label_replace(
      certmanager_certificate_ready_status{condition!="True",exported_namespace=~"$namespace"},
      "namespace", "$1", "exported_namespace", "(.+)")) == 1`,
    for: "15m",
    severity: "high",
    team: "infrastructure",
    summary: "The certificate {{ $labels.name }} of {{ $labels.namespace }} is not ready",
    description: "cert-manager could not issue or renew it for 15 minutes.",
  },
  EnvoyNoHealthyUpstream: {
    scope: "workload",
    query: `max by (envoy_cluster_name) (envoy_cluster_membership_healthy{${ROUTES}}) == 0`,
    for: "1m",
    severity: "critical",
    summary: "The route {{ $labels.envoy_cluster_name }} leads to no healthy pod",
    description: "Every request to it ends in an error 503.",
  },
  EnvoyServerErrors: {
    scope: "workload",
    query: `100 * sum by (envoy_cluster_name) (
      rate(envoy_cluster_upstream_rq_xx{envoy_response_code_class="5",${ROUTES}}[5m]))
      / sum by (envoy_cluster_name) (rate(envoy_cluster_upstream_rq_xx{${ROUTES}}[5m]))`,
    above: 5,
    range: [0.1, 50],
    for: "5m",
    severity: "high",
    summary: "The route {{ $labels.envoy_cluster_name }} answers with errors",
    description: "{{ $value | humanize }} % of its requests ended in a server error.",
  },
  EnvoyCircuitBreakerOpen: {
    scope: "workload",
    query: `max by (envoy_cluster_name) (
      envoy_cluster_circuit_breakers_default_rq_open{${ROUTES}}
      + envoy_cluster_circuit_breakers_default_rq_pending_open{${ROUTES}}
      + envoy_cluster_circuit_breakers_default_cx_open{${ROUTES}}) > 0`,
    for: "2m",
    severity: "high",
    team: "performance",
    summary: "The gateway holds back requests to {{ $labels.envoy_cluster_name }}",
    description:
      "More connections or requests are open than its limit lets through; the rest get an error 503.",
  },
  EnvoyConfigRejected: {
    scope: "platform",
    // A count that has only just begun does not grow yet.
    query: `sum by (typeURL) (increase(xds_nack_total[10m])) > 0
      or sum by (typeURL) (xds_nack_total unless xds_nack_total offset 10m) > 0`,
    for: "1m",
    severity: "critical",
    summary: "The gateway's proxies refuse a configuration",
    description: "They go on with the last {{ $labels.typeURL }} that they took: new routes are not there.",
  },
  GatewayNotApplied: {
    scope: "platform",
    query: `sum by (kind) (increase(resource_apply_total{status="failure"}[10m])) > 0
      or sum by (kind) (resource_apply_total{status="failure"} unless resource_apply_total offset 10m) > 0`,
    for: "5m",
    severity: "high",
    summary: "Envoy Gateway cannot apply its {{ $labels.kind }}",
    description: "The gateway's proxies are not as they should be, or not there at all.",
  },
};
