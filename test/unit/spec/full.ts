import type { Size, SystemSpec } from "../../../components/spec/types";

/** A new one each time, so that a test which changes one changes no other. */
const size = (): Size => ({ cpu: ["100m", "200m"], memory: ["64Mi", "128Mi"] });
const timing = { periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 2 };

/** A sound spec in which services and jobs have everything that they may have. */
export const full: SystemSpec = {
  name: "full",
  owner: "platform",
  tier: "critical",
  domain: "full.example.com",
  services: {
    api: {
      image: "full/api",
      command: ["node"],
      args: ["server.js"],
      port: 3000,
      servicePort: 80,
      protocol: "h2c",
      ports: { metrics: 9090 },
      metrics: { path: "/metrics", port: "metrics" },
      probes: {
        startup: { ...timing, grpc: "http", service: "full.Api" },
        readiness: { ...timing, path: "/ready", port: "metrics", initialDelaySeconds: 5 },
        liveness: { ...timing, tcp: "http" },
      },
      replicas: { min: 3, max: 9 },
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
            selectPolicy: "Max",
          },
        },
      },
      rollout: { maxUnavailable: 1, maxSurge: 1 },
      size: size(),
      env: {
        BASE_URL: { config: "settings", key: "base-url" },
        DATABASE_URL: { store: "db", key: "url" },
        DATABASE_CA: { store: "db", key: "ca" },
        SESSION: { secret: "session" },
      },
      scratch: [{ path: "/tmp", size: "32Mi" }],
      mounts: {
        "/etc/full": { config: "settings" },
        "/etc/switch": { config: "switch" },
        "/etc/session": { secret: "session" },
      },
      reaches: ["https", { namespace: "legacy", port: 8080 }],
      permissions: [{ resources: ["configmaps"], names: ["switch"], verbs: ["get", "watch"] }],
      migrate: { command: ["npm", "run", "migrate"], timeout: "5m", retries: 1, size: size() },
      init: {
        prepare: {
          command: ["sh", "-c", "prepare"],
          size: { cpu: ["200m", "300m"], memory: ["32Mi", "32Mi"] },
          shares: ["/tmp"],
          scratch: [{ path: "/work", size: "8Mi" }],
        },
      },
      sidecars: {
        proxy: {
          image: { pinned: "redis:7" },
          size: { cpu: ["10m", "20m"], memory: ["16Mi", "16Mi"] },
          env: { CACHE: { store: "cache", key: "host" } },
          ports: { proxy: 6400 },
          probes: { startup: { ...timing, tcp: "proxy" } },
          mounts: { "/etc/proxy": { config: "settings" } },
        },
        agent: { image: "full/agent", size: { cpu: ["10m", "20m"], memory: ["16Mi", "16Mi"] } },
      },
      user: 1001,
      graceSeconds: 60,
      drainSeconds: 10,
      preStop: ["drain"],
    },
    worker: { image: "full/worker", replicas: { min: 1, max: 1 }, size: size() },
    node: {
      image: "full/node",
      port: 8080,
      replicas: { min: 2, max: 4 },
      scaleOn: { cpu: 70 },
      size: size(),
      scratch: [{ path: "/tmp", size: "32Mi" }],
      volumes: { data: { path: "/data", size: "10Gi", claim: "perReplica" } },
    },
  },
  jobs: {
    nightly: {
      image: "full/api",
      command: ["npm", "run", "clean"],
      schedule: "0 2 * * *",
      concurrency: "Replace",
      timeout: "30m",
      retries: 0,
      size: size(),
      env: { DATABASE_URL: { store: "db", key: "url" } },
    },
    seed: { image: "full/seed", size: size(), reaches: ["api"] },
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
  config: {
    settings: { data: { "base-url": "https://api.example.com", mode: "fast" } },
    switch: { data: { percentage: "100" }, live: true },
  },
  routes: [{ path: "/", to: "api" }],
  secrets: { session: { length: 32 } },
  stages: {
    staging: {
      namespace: "full-staging",
      config: { settings: { "base-url": "https://staging.example.com" } },
      env: { nightly: { MODE: "dry" } },
    },
  },
  delivery: { strategy: "rolling" },
  objectives: { availability: 99.9 },
};
