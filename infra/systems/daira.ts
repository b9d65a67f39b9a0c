import {
  chart,
  networkChart,
  nodeChart,
  podChart,
  shareOfBoth,
  volumeChart,
} from "../../components/spec/panels";
import { http } from "../../components/spec/probes";
import { failedShare, quantile } from "../../components/spec/queries";
import { trustPath } from "../../components/spec/store-kinds";
import type { SystemSpec } from "../../components/spec/types";

/** Matchers of series that are known of every pod of the system. */
const own = 'namespace="$namespace"';

/** DAIRA: a single-page app behind unprivileged nginx, a NestJS API with WebSockets, PostgreSQL and Redis. */
export const daira: SystemSpec = {
  name: "daira",
  owner: "daira",
  tier: "standard",
  domain: "daira.dev",
  services: {
    backend: {
      image: "daira/backend",
      port: 3000,
      metrics: {
        path: "/api/metrics",
        interval: "10s",
        exposes: { http_requests_total: "counter", http_request_duration_seconds: "histogram" },
      },
      probes: http("/api/health"),
      replicas: { min: 2, max: 5 },
      size: { cpu: ["250m", "500m"], memory: ["256Mi", "512Mi"] },
      scaleOn: { cpu: 70, memory: 80 },
      env: {
        NODE_ENV: "production",
        // V8 sizes its heap by the machine, not by the limit; the document caps it at the request.
        NODE_OPTIONS: "--max-old-space-size=256",
        LOG_LEVEL: "info",
        DATABASE_URL: { store: "postgres", key: "url" },
        REDIS_URL: { store: "redis", key: "url" },
        // URLs of Redis cannot name the certificates to trust; Node.js adds these to its own.
        NODE_EXTRA_CA_CERTS: trustPath("redis"),
        JWT_SECRET: { secret: "jwt" },
        CORS_ORIGIN: { public: "url" },
      },
      // Its Jaeger is reached by OTLP: the document's exporter for port 14250 has retired with Jaeger 1.
      traces: true,
      scratch: [{ path: "/tmp", size: "64Mi" }],
      // The document's image is built with Prisma, which changes the schema by this.
      migrate: { command: ["npx", "prisma", "migrate", "deploy"] },
    },
    frontend: {
      image: "daira/frontend",
      port: 8080,
      servicePort: 80,
      probes: http("/_health"),
      replicas: { min: 2, max: 5 },
      size: { cpu: ["100m", "200m"], memory: ["128Mi", "256Mi"] },
      scaleOn: { cpu: 70, memory: 80 },
      scratch: [
        { path: "/tmp", size: "64Mi" },
        { path: "/var/cache/nginx", size: "64Mi" },
      ],
      // Its nginx proxies /api and /socket.io to http://backend:3000.
      reaches: ["backend"],
      user: 101,
    },
  },
  stores: {
    postgres: {
      kind: "postgres",
      version: "15",
      storage: "20Gi",
      size: { cpu: ["100m", "1"], memory: "512Mi" },
    },
    redis: {
      kind: "redis",
      version: "7",
      persistence: "aof",
      storage: "4Gi",
      size: { cpu: ["100m", "500m"], memory: "256Mi" },
    },
  },
  routes: [
    { path: "/api", to: "backend", rateLimit: "api" },
    { path: "/socket.io", to: "backend", websocket: true, rateLimit: "api" },
    { path: "/", to: "frontend", rateLimit: "general" },
  ],
  // Its nginx.conf names these two zones, each by client address.
  rateLimits: { general: { requests: 10, per: "second" }, api: { requests: 30, per: "second" } },
  headers: { "X-Frame-Options": "SAMEORIGIN", "Referrer-Policy": "no-referrer-when-downgrade" },
  secrets: { jwt: { length: 64 } },
  browser: {
    metrics: {
      page_load_time: "histogram",
      javascript_errors_total: "counter",
      user_sessions_total: "counter",
      build_duration_seconds: "histogram",
    },
  },
  stages: {
    production: { host: "daira.dev" },
    staging: {
      host: "staging.daira.dev",
      namespace: "daira-staging",
      // k8s/staging.yaml gives these numbers, so staging does not take its half of production's.
      replicas: { backend: { min: 2, max: 5 }, frontend: { min: 2, max: 5 } },
      env: { backend: { NODE_ENV: "staging", LOG_LEVEL: "debug" } },
    },
    local: {
      host: "daira.localhost",
      env: { backend: { NODE_ENV: "development", LOG_LEVEL: "debug" } },
    },
  },
  delivery: { strategy: "rolling" },
  objectives: {
    availability: 99.9,
    latency: { p95: "1s" },
    indicators: {
      service: "backend",
      requests: "http_requests_total",
      errors: 'http_requests_total{status=~"5.."}',
      duration: "http_request_duration_seconds",
    },
  },
  alerts: {
    HighErrorRate: {
      query: failedShare('http_requests_total{status=~"5.."}', "http_requests_total"),
      above: 0.05,
      range: [0.001, 0.5],
      for: "5m",
      severity: "critical",
      summary: "{{ $value | humanizePercentage }} of the requests to DAIRA fail",
      description: "Its backend answers with server errors: users see failed actions.",
    },
    DatabaseConnectionPoolExhausted: {
      query: 'sum(pg_stat_activity_count{namespace="$namespace"})',
      // The document says 90 or more; PostgreSQL takes 100.
      above: 89,
      range: [10, 5000],
      for: "2m",
      severity: "critical",
      summary: "DAIRA has {{ $value }} connections to its database",
      description: "PostgreSQL refuses connections beyond its most, and requests that need one then fail.",
    },
    PodRestartingTooOften: {
      query:
        'sum by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total{namespace="$namespace"}[12h])) / 12',
      above: 0.5,
      range: [0.1, 100],
      for: "5m",
      severity: "critical",
      summary: "{{ $labels.pod }} of DAIRA restarts",
      description:
        '{{ $labels.container }} restarted {{ $value | printf "%.2f" }} times an hour, over 12 hours.',
    },
    HighLatency: {
      query: quantile(0.95, "http_request_duration_seconds"),
      above: 1,
      range: [0.01, 60],
      for: "5m",
      severity: "warning",
      team: "performance",
      summary: "One in twenty requests to DAIRA takes longer than {{ $value | humanizeDuration }}",
      description: "The 95th percentile of its backend's answers is above the objective.",
    },
    FrontendErrorRate: {
      // Of pages that were loaded; some of them fail more than once.
      query: failedShare("javascript_errors_total", "page_load_time_count"),
      above: 0.01,
      range: [0.001, 1],
      for: "5m",
      severity: "warning",
      summary: "{{ $value | humanizePercentage }} of the pages of DAIRA have errors",
      description: "Scripts of its front end fail in the browsers of its users.",
    },
    RedisMemoryHigh: {
      query:
        'redis_memory_used_bytes{namespace="$namespace"} / (redis_memory_max_bytes{namespace="$namespace"} > 0)',
      above: 0.8,
      range: [0.1, 1],
      for: "5m",
      severity: "warning",
      summary: "Redis of DAIRA has used {{ $value | humanizePercentage }} of its memory",
      description: "When all of it is used, keys with an expiry are evicted, and then writes fail.",
    },
  },
  dashboards: [
    {
      uid: "daira-backend",
      title: "DAIRA Backend",
      panels: [
        chart(
          "Request rate and latency",
          "reqps",
          {
            requests: `sum(rate(http_requests_total{${own}}[5m]))`,
            p95: quantile(0.95, "http_request_duration_seconds"),
          },
          { units: { p95: "s" } },
        ),
        chart("Error rates by endpoint", "percentunit", {
          "{{route}}": `sum by (route) (rate(http_requests_total{${own},status=~"5.."}[5m])) / sum by (route) (rate(http_requests_total{${own}}[5m]))`,
        }),
        chart(
          "Database query performance",
          "ops",
          {
            transactions: `sum(rate(pg_stat_database_xact_commit{${own}}[5m]))`,
            "longest transaction": `max(pg_stat_activity_max_tx_duration{${own}})`,
          },
          { units: { "longest transaction": "s" } },
        ),
        chart("Redis hit rate", "percentunit", {
          hits: shareOfBoth("redis_keyspace_hits_total", "redis_keyspace_misses_total"),
        }),
      ],
    },
    {
      uid: "daira-infrastructure",
      title: "DAIRA Infrastructure",
      panels: [
        podChart("Pod CPU/Memory usage"),
        networkChart("Network traffic"),
        volumeChart("Storage utilization"),
        nodeChart("Node health"),
      ],
    },
    {
      uid: "daira-frontend",
      title: "DAIRA Frontend",
      panels: [
        chart("Page load times", "ms", {
          p75: quantile(0.75, "page_load_time"),
          p95: quantile(0.95, "page_load_time"),
        }),
        chart("JavaScript errors", "ops", { errors: `sum(rate(javascript_errors_total{${own}}[5m]))` }),
        chart("User sessions", "short", {
          "begun within an hour": `sum(increase(user_sessions_total{${own}}[1h]))`,
        }),
        // Of the build whose pages are in use: it writes this into them, and they report it.
        chart("Build duration", "s", {
          build: `sum(rate(build_duration_seconds_sum{${own}}[1h])) / sum(rate(build_duration_seconds_count{${own}}[1h]))`,
        }),
      ],
    },
  ],
};
