import { http } from "../../components/spec/probes";
import { trustPath } from "../../components/spec/store-kinds";
import type { SystemSpec } from "../../components/spec/types";

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
      metrics: { path: "/metrics", interval: "10s" },
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
    local: { host: "noa.localhost", env: { "noa-api": { NODE_ENV: "development" } } },
  },
  delivery: { strategy: "canary" },
  objectives: { availability: 99.9, latency: { p95: "100ms", p99: "200ms" } },
};
