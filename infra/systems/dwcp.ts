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
      metrics: { path: "/metrics", port: "metrics", interval: "30s" },
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
    local: { host: "dwcp.localhost", env: { "dwcp-v3": { NODE_ENV: "development", LOG_LEVEL: "debug" } } },
  },
  delivery: { strategy: "flag" },
  objectives: { availability: 99.9, latency: { p95: "1s" } },
};
