import { cpuOf, failedShare, quantile, shareOfLimit } from "../../components/spec/queries";
import { chart, errorShare } from "../../components/spec/panels";
import { trustPath } from "../../components/spec/store-kinds";
import type { SystemSpec } from "../../components/spec/types";

const timing = { port: "http", periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 5 } as const;

/** DWCP v3: a protocol server with many open connections, a volume for each pod, and Redis for shared state. */
export const dwcp: SystemSpec = {
  name: "dwcp",
  owner: "novacron",
  tier: "critical",
  namespace: "dwcp-v3",
  domain: "dwcp.novacron.dev",
  services: {
    "dwcp-v3": {
      image: "novacron/dwcp-v3",
      port: 8080,
      servicePort: 80,
      ports: { metrics: 9090 },
      metrics: {
        path: "/metrics",
        port: "metrics",
        interval: "30s",
        exposes: {
          dwcp_requests_total: "counter",
          dwcp_errors_total: "counter",
          dwcp_latency_seconds: "histogram",
          dwcp_active_connections: "gauge",
          dwcp_bytes_transferred_total: "counter",
          process_resident_memory_bytes: "gauge",
        },
      },
      probes: {
        readiness: { ...timing, path: "/ready", initialDelaySeconds: 10 },
        liveness: { ...timing, path: "/health", initialDelaySeconds: 30 },
      },
      replicas: { min: 3, max: 10 },
      size: { cpu: ["500m", "2"], memory: ["512Mi", "2Gi"] },
      scaleOn: { cpu: 70, memory: 80 },
      env: {
        NODE_ENV: "production",
        PORT: "8080",
        PROMETHEUS_PORT: "9090",
        LOG_LEVEL: "info",
        DWCP_VERSION: "3",
        MAX_CONNECTIONS: "10000",
        BUFFER_SIZE: "65536",
        REDIS_URL: { store: "redis", key: "url" },
        // URLs of Redis cannot name the certificates to trust; Node.js adds these to its own.
        NODE_EXTRA_CA_CERTS: trustPath("redis"),
        API_KEY: { secret: "api-key" },
      },
      scratch: [{ path: "/tmp", size: "64Mi" }],
      // The document has one claim of 10Gi for all replicas, which no ReadWriteOnce volume can serve.
      volumes: { data: { path: "/app/data", size: "10Gi", claim: "perReplica" } },
      mounts: { "/etc/dwcp/rollout": { config: "dwcp-v3-rollout" } },
      user: 1001,
      // Open connections are told to go elsewhere before the process ends.
      graceSeconds: 60,
    },
  },
  stores: {
    redis: {
      kind: "redis",
      version: "7",
      persistence: "aof",
      storage: "4Gi",
      size: { cpu: ["100m", "500m"], memory: "512Mi" },
    },
  },
  config: {
    // Whoever rolls a version out moves this in the cluster: 10, 50, 100, and 0 to turn it off.
    "dwcp-v3-rollout": { data: { percentage: "100" }, live: true },
  },
  routes: [{ path: "/", to: "dwcp-v3", websocket: true }],
  secrets: { "api-key": { length: 48 } },
  buckets: {
    artifacts: { purpose: "Build artifacts and deployment backups", expireAfterDays: 90 },
  },
  stages: {
    staging: { env: { "dwcp-v3": { NODE_ENV: "staging" } } },
    production: { host: "dwcp.novacron.dev" },
    local: {
      replicas: { "dwcp-v3": { min: 1, max: 5 } },
      host: "dwcp.localhost",
      env: { "dwcp-v3": { NODE_ENV: "development", LOG_LEVEL: "debug" } },
    },
  },
  delivery: { strategy: "flag" },
  objectives: {
    availability: 99.9,
    latency: { p95: "1s" },
    indicators: {
      service: "dwcp-v3",
      requests: "dwcp_requests_total",
      errors: "dwcp_errors_total",
      duration: "dwcp_latency_seconds",
    },
  },
  alerts: {
    HighErrorRate: {
      query: failedShare("dwcp_errors_total", "dwcp_requests_total"),
      above: 0.05,
      range: [0.001, 0.5],
      for: "5m",
      severity: "warning",
      summary: "{{ $value | humanizePercentage }} of the requests to DWCP fail",
      description: "Its servers answer with errors: peers lose transfers and repeat them.",
    },
    HighLatency: {
      query: quantile(0.95, "dwcp_latency_seconds"),
      above: 1,
      range: [0.01, 60],
      for: "5m",
      severity: "warning",
      team: "performance",
      summary: "One in twenty requests to DWCP takes longer than {{ $value | humanizeDuration }}",
      description: "The 95th percentile of its answers is above the objective.",
    },
    LowThroughput: {
      query: 'sum(rate(dwcp_bytes_transferred_total{namespace="$namespace"}[5m]))',
      below: 1_000_000,
      range: [1, 1e12],
      for: "5m",
      severity: "warning",
      team: "performance",
      summary: "DWCP moves {{ $value | humanize }}B a second",
      description: "Less than a megabyte a second: peers cannot send, or nobody asks for anything.",
    },
    HighMemoryUsage: {
      query: shareOfLimit("memory", "dwcp-v3"),
      above: 0.9,
      range: [0.1, 1],
      for: "5m",
      severity: "warning",
      summary: "{{ $labels.pod }} of DWCP has used {{ $value | humanizePercentage }} of its memory",
      description: "At its limit the pod is killed, and its connections with it.",
    },
    HighCpuUsage: {
      query: cpuOf("dwcp-v3"),
      // Of the 2 that a pod may use.
      above: 1.8,
      range: [0.1, 64],
      for: "5m",
      severity: "warning",
      team: "performance",
      summary: "{{ $labels.pod }} of DWCP uses {{ $value | humanize }} cores",
      description: "Close to its limit the pod is slowed down, and its answers come late.",
    },
    DiskSpaceLow: {
      query:
        'kubelet_volume_stats_available_bytes{namespace="$namespace"} / kubelet_volume_stats_capacity_bytes{namespace="$namespace"}',
      below: 0.1,
      range: [0.01, 0.5],
      for: "5m",
      severity: "warning",
      team: "infrastructure",
      summary: "{{ $labels.persistentvolumeclaim }} of DWCP has {{ $value | humanizePercentage }} left",
      description: "A full volume stops the pod that writes to it.",
    },
    PodRestarts: {
      query:
        'sum by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total{namespace="$namespace"}[15m])) > 0',
      for: "1m",
      severity: "critical",
      summary: "{{ $labels.pod }} of DWCP restarted",
      description: "Within the last 15 minutes; the connections of {{ $labels.container }} were lost.",
    },
    // The document calls these two critical.
    KubeStatefulSetReplicasMismatch: { severity: "critical" },
    RedisDown: { severity: "critical" },
  },
  dashboards: [
    {
      uid: "dwcp-v3",
      title: "DWCP v3",
      panels: [
        chart("Request Rate (5m rate)", "reqps", {
          requests: 'sum(rate(dwcp_requests_total{namespace="$namespace"}[5m]))',
        }),
        chart(
          "Error Rate (5m rate)",
          "percentunit",
          { errors: errorShare("dwcp_errors_total", "dwcp_requests_total") },
          { thresholds: { critical: 0.05 } },
        ),
        chart(
          "Latency P95",
          "s",
          { p95: quantile(0.95, "dwcp_latency_seconds") },
          { thresholds: { critical: 1 } },
        ),
        chart(
          "Active Connections",
          "short",
          { "{{pod}}": 'sum by (pod) (dwcp_active_connections{namespace="$namespace"})' },
          { description: "A pod takes 10,000 at most.", thresholds: { warning: 8000, critical: 9500 } },
        ),
        chart("Throughput (MB/s)", "Bps", {
          transferred: 'sum(rate(dwcp_bytes_transferred_total{namespace="$namespace"}[5m]))',
        }),
        chart("Memory Usage", "bytes", {
          "{{pod}}": 'sum by (pod) (process_resident_memory_bytes{namespace="$namespace",service="dwcp-v3"})',
        }),
      ],
    },
  ],
};
