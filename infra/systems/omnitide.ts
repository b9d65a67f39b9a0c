import { chart, errorShare } from "../../components/spec/panels";
import { quantile } from "../../components/spec/queries";
import type { SystemSpec } from "../../components/spec/types";

const check = { path: "/health", port: "http", failureThreshold: 3 } as const;

/** Omnitide: a control panel, served by unprivileged nginx, that calls the API of the namespace `backend`. */
export const omnitide: SystemSpec = {
  name: "omnitide",
  owner: "omnitide",
  tier: "critical",
  domain: "control.omnitide.dev",
  services: {
    "control-panel": {
      image: "omnitide/control-panel",
      // The document's port 80 needs a privilege that no pod has here; the Service keeps it.
      port: 8080,
      servicePort: 80,
      ports: { metrics: 9090 },
      metrics: {
        path: "/metrics",
        port: "metrics",
        annotated: true,
        exposes: {
          http_requests_total: "counter",
          http_request_duration_seconds: "histogram",
          websocket_connections_active: "gauge",
          webgl_frame_rate: "gauge",
        },
      },
      probes: {
        readiness: { ...check, initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 3 },
        liveness: { ...check, initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 5 },
      },
      replicas: { min: 3, max: 10 },
      size: { cpu: ["100m", "500m"], memory: ["256Mi", "512Mi"] },
      scaleOn: {
        cpu: 70,
        memory: 80,
        behavior: {
          scaleDown: {
            stabilizationWindowSeconds: 300,
            policies: [{ type: "Percent", value: 10, periodSeconds: 60 }],
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
      env: {
        NODE_ENV: "production",
        API_BASE_URL: { config: "control-panel-config", key: "api-base-url" },
      },
      scratch: [
        { path: "/tmp", size: "64Mi" },
        { path: "/var/cache/nginx", size: "64Mi" },
      ],
      reaches: [{ namespace: "backend", port: 8080 }, "https"],
      user: 1001,
      // The checklist asks for migrations and names no command: the image brings this one.
      migrate: { command: ["/app/migrate"] },
    },
  },
  config: {
    "control-panel-config": { data: { "api-base-url": "http://api.backend.svc.cluster.local:8080" } },
  },
  routes: [
    { path: "/", to: "control-panel", rateLimit: "general", bodyLimit: "16Mi" },
    { path: "/ws", to: "control-panel", websocket: true, rateLimit: "general" },
  ],
  rateLimits: { general: { requests: 100, per: "second" } },
  headers: {
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy":
      "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
      "img-src 'self' data: https:; font-src 'self' data:; connect-src 'self' https: wss:;",
  },
  cdn: { cache: [{ path: "/assets", edge: "365d", browser: "365d" }] },
  stages: {
    production: { host: "control.omnitide.dev" },
    staging: { env: { "control-panel": { NODE_ENV: "staging" } } },
    local: {
      replicas: { "control-panel": { min: 1, max: 5 } },
      host: "omnitide.localhost",
      env: { "control-panel": { NODE_ENV: "development" } },
    },
  },
  delivery: { strategy: "blue-green" },
  objectives: {
    availability: 99.9,
    latency: { p95: "500ms" },
    indicators: {
      service: "control-panel",
      requests: "http_requests_total",
      // The document counts redirects and what clients got wrong as errors too; only the server's own are.
      errors: 'http_requests_total{status_code=~"5.."}',
      duration: "http_request_duration_seconds",
    },
  },
  dashboards: [
    {
      uid: "omnitide-control-panel",
      title: "Omnitide Control Panel",
      panels: [
        chart("Request Rate", "reqps", {
          "{{method}} {{route}}":
            'sum by (method, route) (rate(http_requests_total{namespace="$namespace"}[5m]))',
        }),
        chart(
          "Response Time",
          "s",
          { "95th percentile": quantile(0.95, "http_request_duration_seconds") },
          { thresholds: { critical: 0.5 } },
        ),
        {
          // The document's singlestat is a panel that Grafana no longer has; stat took its place.
          title: "Error Rate",
          kind: "stat",
          unit: "percentunit",
          description: "Answers with another status than 2xx, redirects among them, as the document counts.",
          thresholds: { warning: 0.05, critical: 0.1 },
          queries: {
            "Error Rate": errorShare('http_requests_total{status_code!~"2.."}', "http_requests_total"),
          },
        },
      ],
    },
  ],
};
