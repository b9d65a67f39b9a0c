import { http } from "../../components/spec/probes";
import { trustPath } from "../../components/spec/store-kinds";
import type { SystemSpec } from "../../components/spec/types";

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
      metrics: { path: "/api/metrics", interval: "10s" },
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
  stages: {
    production: { host: "daira.dev" },
    staging: {
      host: "staging.daira.dev",
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
  objectives: { availability: 99.9, latency: { p95: "1s" } },
};
