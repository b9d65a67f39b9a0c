import { http } from "../../components/spec/probes";
import { trustPath } from "../../components/spec/store-kinds";
import type { SystemSpec } from "../../components/spec/types";

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
  stages: {
    production: { host: "kova.example.com" },
    staging: { env: { app: { NODE_ENV: "staging" } } },
    local: { host: "kova.localhost", env: { app: { NODE_ENV: "development" } } },
  },
  delivery: { strategy: "blue-green" },
  objectives: { availability: 99.9 },
};
