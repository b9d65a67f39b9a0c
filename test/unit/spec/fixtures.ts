import { http } from "../../../components/spec/probes";
import type { SystemSpec } from "../../../components/spec/types";

/** A sound spec with one of everything: each case of a test changes one thing in it. */
export const shop: SystemSpec = {
  name: "shop",
  owner: "retail",
  tier: "standard",
  services: {
    api: {
      image: "shop/api",
      port: 3000,
      ports: { metrics: 9090 },
      metrics: {
        path: "/metrics",
        port: "metrics",
        interval: "30s",
        exposes: { shop_requests_total: "counter", shop_open_carts: "gauge", shop_seconds: "histogram" },
      },
      probes: http("/health"),
      replicas: { min: 2, max: 6 },
      size: { cpu: ["250m", "500m"], memory: ["256Mi", "512Mi"] },
      scaleOn: { cpu: 70 },
      env: {
        MODE: "production",
        DATABASE_URL: { store: "db", key: "url" },
        SESSION_SECRET: { secret: "session" },
        ORIGIN: { public: "url" },
      },
      scratch: [{ path: "/tmp", size: "64Mi" }],
      reaches: ["https"],
      graceSeconds: 60,
    },
    web: {
      image: "shop/web",
      port: 8080,
      servicePort: 80,
      replicas: { min: 3, max: 3 },
      size: { cpu: ["100m", "200m"], memory: ["64Mi", "128Mi"] },
      reaches: ["api"],
    },
    worker: {
      image: "shop/worker",
      replicas: { min: 1, max: 1 },
      size: { cpu: ["1", "1"], memory: ["1Gi", "1Gi"] },
      reaches: ["cache"],
    },
  },
  stores: {
    db: { kind: "postgres", version: "15", storage: "10Gi", size: { cpu: ["100m", "1"], memory: "512Mi" } },
    cache: {
      kind: "redis",
      version: "8",
      persistence: "none",
      storage: "1Gi",
      size: { cpu: ["50m", "100m"], memory: "128Mi" },
    },
  },
  routes: [
    { path: "/api", to: "api" },
    { path: "/live", to: "api", websocket: true },
    { path: "/", to: "web" },
  ],
  secrets: { session: { length: 48 } },
  stages: {
    production: { host: "shop.example.com" },
    staging: {
      host: "staging.shop.example.com",
      replicas: { api: { min: 2, max: 5 } },
      env: { api: { MODE: "staging" } },
    },
  },
  delivery: { strategy: "rolling" },
  objectives: {
    availability: 99.9,
    latency: { p95: "500ms" },
    indicators: {
      service: "api",
      requests: "shop_requests_total",
      errors: 'shop_requests_total{code=~"5.."}',
      duration: "shop_seconds",
    },
  },
};

/** A worker alone, as an app team would write it: no port, no store, no route. */
export const mailer: SystemSpec = {
  name: "mailer",
  owner: "messaging",
  tier: "standard",
  services: {
    sender: {
      image: "mailer/sender",
      replicas: { min: 1, max: 1 },
      size: { cpu: ["50m", "100m"], memory: ["64Mi", "64Mi"] },
      reaches: ["https"],
    },
  },
  delivery: { strategy: "rolling" },
  objectives: { availability: 99 },
};
