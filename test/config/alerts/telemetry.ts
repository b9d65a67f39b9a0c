import type { AlertCase } from "../../support/promtool";

const own = { system: "slipway", team: "infrastructure" };
const loki = 'job="loki",namespace="monitoring",pod="loki-0",instance="10.0.1.5:3100"';
const jaeger = 'job="jaeger",namespace="monitoring",pod="jaeger-0",instance="10.0.1.6:8888"';
const push = 'method="POST",route="loki_api_v1_push"';

/** Requests to store logs, a thousand a minute, of which so many fail. */
function requests(failed: number): Readonly<Record<string, string>> {
  return {
    [`loki_request_duration_seconds_count{${loki},${push},status_code="500"}`]: `0+${failed}x40`,
    [`loki_request_duration_seconds_count{${loki},${push},status_code="204"}`]: `0+${1000 - failed}x40`,
    [`loki_request_duration_seconds_count{${loki},method="GET",route="ready",status_code="200"}`]: "0+10x40",
  };
}

/** Buckets of a histogram in which so many of a thousand a minute are below the lower of two bounds. */
function buckets(
  name: string,
  labels: string,
  fast: number,
  [lower, upper]: readonly [string, string],
): Readonly<Record<string, string>> {
  return {
    [`${name}{${labels},le="${lower}"}`]: `0+${fast}x40`,
    [`${name}{${labels},le="${upper}"}`]: "0+1000x40",
    [`${name}{${labels},le="+Inf"}`]: "0+1000x40",
  };
}

const read = `${loki},method="GET",route="loki_api_v1_query_range",status_code="200"`;
const tail = `${loki},method="GET",route="loki_api_v1_tail",status_code="101"`;
const compacted = `loki_boltdb_shipper_compact_tables_operation_last_successful_run_timestamp_seconds{${loki}}`;
const alloy =
  'alloy_component_controller_running_components{job="alloy",namespace="monitoring",pod="alloy-x1",';

function spans(kind: "receiver" | "exporter", lost: number): Readonly<Record<string, string>> {
  const [good, bad, label] =
    kind === "receiver"
      ? ["accepted", "refused", 'receiver="otlp",transport="grpc"']
      : ["sent", "send_failed", 'exporter="jaeger_storage_exporter"'];
  return {
    [`otelcol_${kind}_${good}_spans_total{${jaeger},${label}}`]: `0+${1000 - lost}x40`,
    [`otelcol_${kind}_${bad}_spans_total{${jaeger},${label}}`]: `0+${lost}x40`,
  };
}

function stored(failed: number): Readonly<Record<string, string>> {
  const labels = `${jaeger},kind="opensearch",operation="find_traces"`;
  return {
    [`jaeger_storage_requests_total{${labels},result="ok"}`]: `0+${1000 - failed}x40`,
    [`jaeger_storage_requests_total{${labels},result="err"}`]: `0+${failed}x40`,
  };
}

export const telemetryCases: readonly AlertCase[] = [
  {
    alert: "LokiRequestErrors",
    name: "11 % of the requests to store logs fail",
    series: requests(110),
    at: "25m",
    fires: [
      {
        labels: { ...own, route: "loki_api_v1_push", severity: "high" },
        summary: "Loki fails requests to loki_api_v1_push",
        description: "11 % of them end in an error: logs are not stored, or not found.",
      },
    ],
  },
  { alert: "LokiRequestErrors", name: "9 % of them fail", series: requests(90), at: "25m", fires: [] },

  {
    alert: "LokiRequestLatency",
    // The 990th of 1000 is the second of 12 between 1 s and 1.6 s.
    name: "1 % of the queries take more than 1.1 s",
    series: buckets("loki_request_duration_seconds_bucket", read, 988, ["1", "1.6"]),
    at: "25m",
    fires: [
      {
        labels: { ...own, team: "performance", route: "loki_api_v1_query_range", severity: "warning" },
        summary: "Loki is slow to answer loki_api_v1_query_range",
        description: "1 % of the answers take more than 1.1s.",
      },
    ],
  },
  {
    alert: "LokiRequestLatency",
    // The 990th of 1000 between 0 s and 0.9 s, in which all are.
    name: "1 % of the queries take more than 0.89 s",
    series: buckets("loki_request_duration_seconds_bucket", read, 1000, ["0.9", "2.5"]),
    at: "25m",
    fires: [],
  },
  {
    alert: "LokiRequestLatency",
    name: "whoever follows a log waits for as long as he likes",
    series: buckets("loki_request_duration_seconds_bucket", tail, 0, ["1", "100"]),
    at: "25m",
    fires: [],
  },

  {
    alert: "LokiCompactorNotRunning",
    name: "its last run ended 4.5 hours ago, an hour after which it was late",
    series: { [compacted]: "0x300" },
    // Late after three hours, and told of an hour later.
    at: "270m",
    fires: [
      {
        labels: { ...own, severity: "high" },
        summary: "Loki's compactor does not run",
        description: "Its last run ended 4.5 hours ago: old logs are not deleted, and queries grow slow.",
      },
    ],
  },
  {
    alert: "LokiCompactorNotRunning",
    name: "its last run ended 3.75 hours ago",
    series: { [compacted]: "0x300" },
    at: "225m",
    fires: [],
  },

  {
    alert: "AlloyComponentUnhealthy",
    name: "one component has ended",
    series: { [`${alloy}health_type="healthy"}`]: "12x40", [`${alloy}health_type="exited"}`]: "1x40" },
    at: "16m",
    fires: [
      {
        labels: {
          ...own,
          namespace: "monitoring",
          pod: "alloy-x1",
          health_type: "exited",
          severity: "warning",
        },
        summary: "A part of Alloy in alloy-x1 does not work",
        description: "1 of its components are exited: some logs or measurements are not collected.",
      },
    ],
  },
  {
    alert: "AlloyComponentUnhealthy",
    name: "all are healthy",
    series: { [`${alloy}health_type="healthy"}`]: "12x40", [`${alloy}health_type="unhealthy"}`]: "0x40" },
    at: "16m",
    fires: [],
  },

  {
    alert: "OtelReceiverRefusedSpans",
    name: "1.1 % are refused",
    series: spans("receiver", 11),
    at: "20m",
    fires: [
      {
        labels: { ...own, receiver: "otlp", severity: "warning" },
        summary: "Jaeger turns spans away",
        description: "1.1 % of the spans that reach its receiver otlp are refused.",
      },
    ],
  },
  {
    alert: "OtelReceiverRefusedSpans",
    name: "0.9 % are refused",
    series: spans("receiver", 9),
    at: "20m",
    fires: [],
  },

  {
    alert: "OtelExporterFailedSpans",
    name: "1.1 % are lost",
    series: spans("exporter", 11),
    at: "20m",
    fires: [
      {
        labels: { ...own, exporter: "jaeger_storage_exporter", severity: "warning" },
        summary: "Jaeger loses spans",
        description: "1.1 % of the spans could not be given to jaeger_storage_exporter.",
      },
    ],
  },
  {
    alert: "OtelExporterFailedSpans",
    name: "0.9 % are lost",
    series: spans("exporter", 9),
    at: "20m",
    fires: [],
  },

  {
    alert: "JaegerStorageErrors",
    name: "5.5 % of the searches fail",
    series: stored(55),
    at: "20m",
    fires: [
      {
        labels: { ...own, operation: "find_traces", severity: "warning" },
        summary: "Jaeger's storage fails",
        description: "5.5 % of its requests find_traces end in an error.",
      },
    ],
  },
  { alert: "JaegerStorageErrors", name: "4.5 % of them fail", series: stored(45), at: "20m", fires: [] },

  {
    alert: "JaegerStorageSlow",
    // The 990th of 1000 is the second of 12 between 5 s and 7.5 s.
    name: "1 % of the searches take more than 5.4 s",
    series: buckets("jaeger_storage_latency_seconds_bucket", `${jaeger},operation="find_traces"`, 988, [
      "5",
      "7.5",
    ]),
    at: "25m",
    fires: [
      {
        labels: { ...own, team: "performance", operation: "find_traces", severity: "info" },
        summary: "Jaeger's storage is slow",
        description: "1 % of its requests find_traces take more than 5.417s.",
      },
    ],
  },
  {
    alert: "JaegerStorageSlow",
    // The 990th of 1000 between 0 s and 4.5 s, in which all are.
    name: "1 % of the searches take more than 4.5 s",
    series: buckets("jaeger_storage_latency_seconds_bucket", `${jaeger},operation="find_traces"`, 1000, [
      "4.5",
      "7.5",
    ]),
    at: "25m",
    fires: [],
  },
];
