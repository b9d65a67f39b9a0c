import type { AlertGroup } from "../types";

/** Alerts on the ways of logs and traces. */
export const telemetryAlerts: AlertGroup = {
  LokiRequestErrors: {
    scope: "platform",
    query: `100 * sum by (route) (rate(loki_request_duration_seconds_count{status_code=~"5.."}[5m]))
      / sum by (route) (rate(loki_request_duration_seconds_count[5m]))`,
    above: 10,
    range: [0.5, 50],
    for: "15m",
    severity: "high",
    summary: "Loki fails requests to {{ $labels.route }}",
    description: "{{ $value | humanize }} % of them end in an error: logs are not stored, or not found.",
  },
  LokiRequestLatency: {
    scope: "platform",
    query: `histogram_quantile(0.99, sum by (le, route) (
      rate(loki_request_duration_seconds_bucket{route!~"(?i).*tail.*|.*QuerierLoop"}[5m])))`,
    above: 1,
    range: [0.1, 60],
    for: "15m",
    severity: "warning",
    team: "performance",
    summary: "Loki is slow to answer {{ $labels.route }}",
    description: "1 % of the answers take more than {{ $value | humanizeDuration }}.",
  },
  LokiCompactorNotRunning: {
    scope: "platform",
    query: `(time() - max(
      loki_boltdb_shipper_compact_tables_operation_last_successful_run_timestamp_seconds)) / 3600`,
    above: 3,
    range: [1, 48],
    for: "1h",
    severity: "high",
    summary: "Loki's compactor does not run",
    description:
      'Its last run ended {{ $value | printf "%.1f" }} hours ago: old logs are not deleted, and queries grow slow.',
  },
  AlloyComponentUnhealthy: {
    scope: "platform",
    query: `sum by (namespace, pod, health_type) (
      alloy_component_controller_running_components{health_type!="healthy"}) > 0`,
    for: "15m",
    severity: "warning",
    summary: "A part of Alloy in {{ $labels.pod }} does not work",
    description:
      "{{ $value }} of its components are {{ $labels.health_type }}: some logs or measurements are not collected.",
  },
  OtelReceiverRefusedSpans: {
    scope: "platform",
    query: `100 * sum by (receiver) (rate(otelcol_receiver_refused_spans_total[5m]))
      / (sum by (receiver) (rate(otelcol_receiver_refused_spans_total[5m]))
        + sum by (receiver) (rate(otelcol_receiver_accepted_spans_total[5m])))`,
    above: 1,
    range: [0.1, 50],
    for: "10m",
    severity: "warning",
    summary: "Jaeger turns spans away",
    description:
      "{{ $value | humanize }} % of the spans that reach its receiver {{ $labels.receiver }} are refused.",
  },
  OtelExporterFailedSpans: {
    scope: "platform",
    query: `100 * sum by (exporter) (rate(otelcol_exporter_send_failed_spans_total[5m]))
      / (sum by (exporter) (rate(otelcol_exporter_send_failed_spans_total[5m]))
        + sum by (exporter) (rate(otelcol_exporter_sent_spans_total[5m])))`,
    above: 1,
    range: [0.1, 50],
    for: "10m",
    severity: "warning",
    summary: "Jaeger loses spans",
    description: "{{ $value | humanize }} % of the spans could not be given to {{ $labels.exporter }}.",
  },
  JaegerStorageErrors: {
    scope: "platform",
    query: `100 * sum by (operation) (rate(jaeger_storage_requests_total{result="err"}[5m]))
      / sum by (operation) (rate(jaeger_storage_requests_total[5m]))`,
    above: 5,
    range: [0.5, 50],
    for: "10m",
    severity: "warning",
    summary: "Jaeger's storage fails",
    description: "{{ $value | humanize }} % of its requests {{ $labels.operation }} end in an error.",
  },
  JaegerStorageSlow: {
    scope: "platform",
    query:
      "histogram_quantile(0.99, sum by (le, operation) (rate(jaeger_storage_latency_seconds_bucket[5m])))",
    above: 5,
    range: [0.5, 60],
    for: "15m",
    severity: "info",
    team: "performance",
    summary: "Jaeger's storage is slow",
    description:
      "1 % of its requests {{ $labels.operation }} take more than {{ $value | humanizeDuration }}.",
  },
};
