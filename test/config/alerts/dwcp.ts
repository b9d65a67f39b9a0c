import type { AlertCase, Firing } from "../../support/promtool";

const own = 'namespace="dwcp-v3",service="dwcp-v3",pod="dwcp-v3-0"';
const requests = `dwcp_requests_total{${own}}`;
const errors = `dwcp_errors_total{${own}}`;
const bytes = `dwcp_bytes_transferred_total{${own}}`;
const bucket = (le: string): string => `dwcp_latency_seconds_bucket{${own},le="${le}"}`;
const container = 'namespace="dwcp-v3",pod="dwcp-v3-0",container="dwcp-v3"';
const cpu = `container_cpu_usage_seconds_total{${container}}`;
const memory = `container_memory_working_set_bytes{${container}}`;
const limit = `kube_pod_container_resource_limits{${container},resource="memory",unit="byte"}`;
const restarts = `kube_pod_container_status_restarts_total{${container}}`;
const volume = 'namespace="dwcp-v3",persistentvolumeclaim="data-dwcp-v3-0",node="a"';
const available = `kubelet_volume_stats_available_bytes{${volume}}`;
const capacity = `kubelet_volume_stats_capacity_bytes{${volume}}`;

function firing(severity: string, [summary, description]: readonly [string, string], more = {}): Firing {
  return {
    labels: { severity, team: "novacron", system: "dwcp", namespace: "dwcp-v3", ...more },
    summary,
    description,
  };
}
const pod = { pod: "dwcp-v3-0" };

export const dwcpCases: readonly AlertCase[] = [
  {
    alert: "HighErrorRate",
    name: "55 of 1000 requests fail",
    series: { [requests]: "0+1000x20", [errors]: "0+55x20" },
    at: "15m",
    fires: [
      firing("warning", [
        "5.5% of the requests to DWCP fail",
        "Its servers answer with errors: peers lose transfers and repeat them.",
      ]),
    ],
  },
  {
    alert: "HighErrorRate",
    name: "45 of 1000 requests fail",
    series: { [requests]: "0+1000x20", [errors]: "0+45x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "HighLatency",
    name: "19 of 20 answers come within 1.1 seconds",
    series: { [bucket("1")]: "0+90x20", [bucket("1.2")]: "0+100x20", [bucket("+Inf")]: "0+100x20" },
    at: "15m",
    fires: [
      firing(
        "warning",
        [
          "One in twenty requests to DWCP takes longer than 1.1s",
          "The 95th percentile of its answers is above the objective.",
        ],
        { team: "performance" },
      ),
    ],
  },
  {
    alert: "HighLatency",
    name: "19 of 20 answers come within 0.9 seconds",
    series: { [bucket("0.8")]: "0+90x20", [bucket("1")]: "0+100x20", [bucket("+Inf")]: "0+100x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "LowThroughput",
    name: "54 million bytes a minute, 0.9 MB a second",
    series: { [bytes]: "0+54000000x20" },
    at: "15m",
    fires: [
      firing(
        "warning",
        [
          "DWCP moves 900kB a second",
          "Less than a megabyte a second: peers cannot send, or nobody asks for anything.",
        ],
        { team: "performance" },
      ),
    ],
  },
  {
    alert: "LowThroughput",
    name: "66 million bytes a minute, 1.1 MB a second",
    series: { [bytes]: "0+66000000x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "HighMemoryUsage",
    name: "95 % of the memory is used",
    series: { [memory]: "950x20", [limit]: "1000x20" },
    at: "10m",
    fires: [
      firing(
        "warning",
        [
          "dwcp-v3-0 of DWCP has used 95% of its memory",
          "At its limit the pod is killed, and its connections with it.",
        ],
        pod,
      ),
    ],
  },
  {
    alert: "HighMemoryUsage",
    name: "85 % of the memory is used",
    series: { [memory]: "850x20", [limit]: "1000x20" },
    at: "10m",
    fires: [],
  },
  {
    alert: "HighCpuUsage",
    name: "114 seconds of cpu a minute, 1.9 cores",
    series: { [cpu]: "0+114x20" },
    at: "15m",
    fires: [
      firing(
        "warning",
        [
          "dwcp-v3-0 of DWCP uses 1.9 cores",
          "Close to its limit the pod is slowed down, and its answers come late.",
        ],
        { ...pod, team: "performance" },
      ),
    ],
  },
  {
    alert: "HighCpuUsage",
    name: "102 seconds of cpu a minute, 1.7 cores",
    series: { [cpu]: "0+102x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "DiskSpaceLow",
    name: "9 % is left",
    series: { [available]: "90x20", [capacity]: "1000x20" },
    at: "10m",
    fires: [
      firing(
        "warning",
        ["data-dwcp-v3-0 of DWCP has 9% left", "A full volume stops the pod that writes to it."],
        { team: "infrastructure", persistentvolumeclaim: "data-dwcp-v3-0", node: "a" },
      ),
    ],
  },
  {
    alert: "DiskSpaceLow",
    name: "11 % is left",
    series: { [available]: "110x20", [capacity]: "1000x20" },
    at: "10m",
    fires: [],
  },
  {
    alert: "PodRestarts",
    name: "a restart 5 minutes ago",
    series: { [restarts]: "3x15 4x10" },
    at: "20m",
    fires: [
      firing(
        "critical",
        ["dwcp-v3-0 of DWCP restarted", "Within the last 15 minutes; the connections of dwcp-v3 were lost."],
        { ...pod, container: "dwcp-v3" },
      ),
    ],
  },
  {
    alert: "PodRestarts",
    name: "the last restart is half an hour ago",
    series: { [restarts]: "3x10 4x40" },
    at: "40m",
    fires: [],
  },
];
