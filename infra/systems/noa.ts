import { chart, errorShare, networkChart } from "../../components/spec/panels";
import { http } from "../../components/spec/probes";
import { failedShare, quantile, shareOfLimit } from "../../components/spec/queries";
import { trustPath } from "../../components/spec/store-kinds";
import type { SystemSpec } from "../../components/spec/types";

const traffic = 'sum(rate(http_requests_total{namespace="$namespace"}[5m]))';
/** The mean of the same hour, half of it before and half after this moment, a week before. */
const weekBefore = 'sum(rate(http_requests_total{namespace="$namespace"}[1h] offset 167h30m))';

/** Noa: an API with a large range of load behind a front end, PostgreSQL and a Redis cache. */
export const noa: SystemSpec = {
  name: "noa",
  owner: "noa",
  tier: "critical",
  domain: "noa-server.example.com",
  services: {
    "noa-api": {
      image: "noa/api",
      port: 3000,
      metrics: {
        path: "/metrics",
        interval: "10s",
        exposes: { http_requests_total: "counter", http_request_duration_seconds: "histogram" },
      },
      probes: http("/health"),
      replicas: { min: 3, max: 50 },
      size: { cpu: ["250m", "1"], memory: ["256Mi", "512Mi"] },
      scaleOn: {
        cpu: 70,
        memory: 80,
        behavior: {
          scaleDown: {
            stabilizationWindowSeconds: 300,
            policies: [{ type: "Percent", value: 50, periodSeconds: 60 }],
          },
          scaleUp: {
            stabilizationWindowSeconds: 0,
            policies: [
              { type: "Percent", value: 100, periodSeconds: 15 },
              { type: "Pods", value: 4, periodSeconds: 15 },
            ],
          },
        },
      },
      env: {
        NODE_ENV: "production",
        DATABASE_URL: { store: "database", key: "url" },
        REDIS_URL: { store: "cache", key: "url" },
        // URLs of Redis cannot name the certificates to trust; Node.js adds these to its own.
        NODE_EXTRA_CA_CERTS: trustPath("cache"),
        JWT_SECRET: { secret: "jwt" },
      },
      scratch: [{ path: "/tmp", size: "64Mi" }],
    },
    frontend: {
      image: "noa/frontend",
      port: 8080,
      servicePort: 80,
      probes: http("/health"),
      replicas: { min: 2, max: 6 },
      size: { cpu: ["100m", "200m"], memory: ["64Mi", "128Mi"] },
      scaleOn: { cpu: 70 },
      scratch: [
        { path: "/tmp", size: "64Mi" },
        { path: "/var/cache/nginx", size: "64Mi" },
      ],
      // The document's policy: only the front end may call the API, on 3000.
      reaches: ["noa-api"],
      user: 101,
    },
  },
  stores: {
    database: {
      kind: "postgres",
      version: "15",
      database: "noa",
      storage: "50Gi",
      size: { cpu: ["100m", "1"], memory: "512Mi" },
    },
    cache: {
      kind: "redis",
      version: "7",
      persistence: "none",
      storage: "4Gi",
      size: { cpu: ["100m", "500m"], memory: "256Mi" },
    },
  },
  // All of it by way of the front end's proxy: the gateway itself may not call the API.
  routes: [
    { path: "/", to: "frontend" },
    // Exports are streamed.
    { path: "/api", to: "frontend", timeout: "5m" },
  ],
  secrets: { jwt: { length: 64 } },
  stages: {
    production: { host: "noa-server.example.com" },
    staging: { host: "staging.noa-server.example.com", env: { "noa-api": { NODE_ENV: "staging" } } },
    local: {
      replicas: { "noa-api": { min: 1, max: 25 } },
      host: "noa.localhost",
      env: { "noa-api": { NODE_ENV: "development" } },
    },
  },
  delivery: { strategy: "canary" },
  objectives: {
    availability: 99.9,
    latency: { p95: "100ms", p99: "200ms" },
    indicators: {
      service: "noa-api",
      requests: "http_requests_total",
      errors: 'http_requests_total{status_code=~"5.."}',
      duration: "http_request_duration_seconds",
    },
  },
  alerts: {
    HighLatency: {
      query: quantile(0.95, "http_request_duration_seconds"),
      above: 0.1,
      range: [0.01, 60],
      for: "5m",
      severity: "high",
      team: "performance",
      summary: "One in twenty requests to Noa takes longer than {{ $value | humanizeDuration }}",
      description: "The 95th percentile of its API's answers is above the 100 ms that it promises.",
    },
    TrafficSpike: {
      query: `${traffic} / (${weekBefore} > 0)`,
      above: 3,
      range: [1.2, 100],
      for: "5m",
      severity: "high",
      summary: "Noa gets {{ $value | humanize }} times the requests of a week ago",
      description:
        "Compared with the same hour a week before: a campaign, a client that repeats itself, or an attack.",
    },
    TrafficDrop: {
      // Without any pod there is no series, and that is a drop too. Where less than one request a second came, a few
      // users more or less say nothing.
      query: `(${traffic} or vector(0)) / (${weekBefore} >= 1)`,
      below: 0.3333,
      range: [0.01, 0.9],
      for: "5m",
      severity: "high",
      summary: "Noa gets {{ $value | humanizePercentage }} of the requests of a week ago",
      description:
        "Compared with the same hour a week before: users, or whatever is in front of it, cannot reach it.",
    },
    HighErrorRate: {
      query: failedShare('http_requests_total{status_code=~"5.."}', "http_requests_total"),
      above: 0.05,
      range: [0.001, 0.5],
      for: "5m",
      severity: "high",
      summary: "{{ $value | humanizePercentage }} of the requests to Noa fail",
      description: "Its API answers with server errors; the target is less than 1 %.",
    },
    CpuSaturation: {
      query: shareOfLimit("cpu", "noa-api"),
      above: 0.95,
      range: [0.5, 1],
      for: "5m",
      severity: "warning",
      team: "infrastructure",
      summary: "{{ $labels.pod }} of Noa uses {{ $value | humanizePercentage }} of its cpu",
      description: "The target is below 80 %: the autoscaler is at its most, or cannot find room.",
    },
    MemorySaturation: {
      query: shareOfLimit("memory", "noa-api"),
      above: 0.95,
      range: [0.5, 1],
      for: "5m",
      severity: "warning",
      team: "infrastructure",
      summary: "{{ $labels.pod }} of Noa uses {{ $value | humanizePercentage }} of its memory",
      description: "The target is below 85 %; at its limit the pod is killed.",
    },
  },
  dashboards: [
    {
      // The document links to /d/noa-server-production, in every stage.
      uid: "noa-server-production",
      title: "Noa Server",
      panels: [
        chart(
          "API Response Time (95th/99th percentile)",
          "s",
          {
            p95: quantile(0.95, "http_request_duration_seconds"),
            p99: quantile(0.99, "http_request_duration_seconds"),
          },
          { thresholds: { critical: 0.1 } },
        ),
        {
          title: "Service Uptime (target: 99.9%)",
          kind: "stat",
          unit: "percentunit",
          description:
            "Share of 30 days in which its host answered the probe, and its pods could be scraped.",
          queries: {
            "public host": 'avg(avg_over_time(probe_success{system="$system"}[30d]))',
            "pods of the API": 'avg(avg_over_time(up{namespace="$namespace",service="noa-api"}[30d]))',
          },
        },
        chart("Request Rate by Status Code", "reqps", {
          "{{status_code}}": 'sum by (status_code) (rate(http_requests_total{namespace="$namespace"}[5m]))',
        }),
        chart(
          "Error Rate",
          "percentunit",
          { errors: errorShare('http_requests_total{status_code=~"5.."}', "http_requests_total") },
          { description: "The target is below 1 %.", thresholds: { warning: 0.01, critical: 0.05 } },
        ),
        chart(
          "CPU Usage by Instance",
          "percentunit",
          { "{{pod}}": shareOfLimit("cpu", "noa-api") },
          { description: "Of each pod's limit.", thresholds: { warning: 0.8, critical: 0.95 } },
        ),
        chart(
          "Memory Usage by Instance",
          "percentunit",
          { "{{pod}}": shareOfLimit("memory", "noa-api") },
          { description: "Of each pod's limit.", thresholds: { warning: 0.85, critical: 0.95 } },
        ),
        chart("Database Connection Pool", "short", {
          "{{state}}": 'sum by (state) (pg_stat_activity_count{namespace="$namespace"})',
          most: 'max(pg_settings_max_connections{namespace="$namespace"})',
        }),
        networkChart("Network I/O"),
      ],
    },
  ],
};
