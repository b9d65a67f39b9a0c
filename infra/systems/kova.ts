import { chart } from "../../components/spec/panels";
import { http } from "../../components/spec/probes";
import { quantile } from "../../components/spec/queries";
import { trustPath } from "../../components/spec/store-kinds";
import type { SystemSpec } from "../../components/spec/types";

/** Scripts that could not be had within 5 minutes, by name. */
function failedChunks(which: string): string {
  return `sum by (chunkName) (increase(chunk_load_failures_total{namespace="$namespace",${which}}[5m]))`;
}

/** KOVA: a Next.js application behind nginx, with PostgreSQL and Redis. */
export const kova: SystemSpec = {
  name: "kova",
  owner: "kova",
  tier: "standard",
  domain: "kova.example.com",
  services: {
    app: {
      image: "kova/app",
      port: 3000,
      probes: http("/api/health"),
      replicas: { min: 2, max: 6 },
      size: { cpu: ["250m", "1"], memory: ["512Mi", "1Gi"] },
      scaleOn: { cpu: 70, memory: 80 },
      env: {
        NODE_ENV: "production",
        DATABASE_URL: { store: "postgres", key: "url" },
        REDIS_URL: { store: "redis", key: "url" },
        // URLs of Redis cannot name the certificates to trust; Node.js adds these to its own.
        NODE_EXTRA_CA_CERTS: trustPath("redis"),
      },
      scratch: [
        { path: "/tmp", size: "64Mi" },
        { path: "/app/.next/cache", size: "256Mi" },
      ],
      migrate: { command: ["npm", "run", "db:migrate"] },
    },
    frontend: {
      image: "kova/frontend",
      port: 8080,
      servicePort: 80,
      probes: http("/health"),
      replicas: { min: 2, max: 4 },
      size: { cpu: ["50m", "200m"], memory: ["64Mi", "128Mi"] },
      scaleOn: { cpu: 70 },
      scratch: [
        { path: "/tmp", size: "64Mi" },
        { path: "/var/cache/nginx", size: "64Mi" },
      ],
      // nginx serves the built files; pages and /api are the server's, which the document's image left out.
      reaches: ["app"],
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
    { path: "/api", to: "app" },
    { path: "/", to: "frontend" },
  ],
  // Of lib/monitoring/apm.ts of the document; its heap in use and its limit as the one share of which it warns.
  browser: {
    metrics: {
      page_load_time: "histogram",
      user_interaction_time: "histogram",
      chunk_load_failures_total: "counter",
      memory_used_ratio: "histogram",
    },
  },
  stages: {
    production: { host: "kova.example.com" },
    staging: { env: { app: { NODE_ENV: "staging" } } },
    local: { host: "kova.localhost", env: { app: { NODE_ENV: "development" } } },
  },
  delivery: { strategy: "blue-green" },
  objectives: { availability: 99.9 },
  alerts: {
    SlowPageLoad: {
      query: quantile(0.95, "page_load_time"),
      above: 3000,
      range: [100, 60_000],
      for: "10m",
      severity: "warning",
      team: "performance",
      summary: "One in twenty pages of KOVA takes longer than {{ $value | humanize }} ms to load",
      description: "As the browsers of its users measured it.",
    },
    SlowInteraction: {
      query: quantile(0.95, "user_interaction_time"),
      above: 100,
      range: [10, 10_000],
      for: "10m",
      severity: "warning",
      team: "performance",
      summary: "One in twenty interactions with KOVA takes longer than {{ $value | humanize }} ms",
      description: "From what a user does to what the page shows of it, as browsers measured it.",
    },
    ChunkLoadFailure: {
      query: `${failedChunks('chunkName!~".*framer-motion.*"')} > 0`,
      for: "1m",
      severity: "warning",
      summary: "Browsers could not load {{ $labels.chunkName }} of KOVA",
      description:
        "{{ $value | humanize }} times in 5 minutes: what the script does is missing from the page.",
    },
    FramerMotionChunkFailure: {
      query: `${failedChunks('chunkName=~".*framer-motion.*"')} > 0`,
      for: "1m",
      severity: "high",
      summary: "Browsers could not load {{ $labels.chunkName }} of KOVA",
      description: "{{ $value | humanize }} times in 5 minutes: pages without their animations stay blank.",
    },
    BrowserHeapHigh: {
      query: quantile(0.95, "memory_used_ratio"),
      above: 0.8,
      range: [0.1, 1],
      for: "10m",
      severity: "warning",
      team: "performance",
      summary: "One in twenty pages of KOVA uses {{ $value | humanizePercentage }} of its memory",
      description: "At the limit the browser stops the page.",
    },
  },
  dashboards: [
    {
      uid: "kova-web-vitals",
      title: "KOVA Web Vitals",
      panels: [
        chart(
          "Page load time",
          "ms",
          {
            "p95 {{route}}":
              'histogram_quantile(0.95, sum by (le, route) (rate(page_load_time_bucket{namespace="$namespace"}[5m])))',
          },
          { thresholds: { critical: 3000 } },
        ),
        chart(
          "User interaction time",
          "ms",
          {
            "p95 {{action}}":
              'histogram_quantile(0.95, sum by (le, action) (rate(user_interaction_time_bucket{namespace="$namespace"}[5m])))',
          },
          { thresholds: { critical: 100 } },
        ),
        chart("Chunk load failures", "ops", {
          "{{chunkName}}": 'sum by (chunkName) (rate(chunk_load_failures_total{namespace="$namespace"}[5m]))',
        }),
        chart(
          "JS heap usage",
          "percentunit",
          { p95: quantile(0.95, "memory_used_ratio") },
          { thresholds: { critical: 0.8 } },
        ),
      ],
    },
  ],
};
