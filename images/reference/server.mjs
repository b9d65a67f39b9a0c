// The reference service: a stand-in for an app that has no image yet. It answers probes, says who it is, and can
// be scraped. It writes nothing to disk and needs no package, so the image is Node and this file.
//
// What it is told by its environment; lists are parted by commas:
//   SERVICE_NAME, SERVICE_VERSION  what it stands in for
//   PORT                           where it listens, 8080 by default
//   EXTRA_PORTS                    further ports that answer the same
//   HEALTH_PATHS                   paths that answer 200 to a probe, in place of the usual ones
//   METRICS_PATHS                  paths that answer with metrics, in place of /metrics
//   HOST                           the one address that it listens on; every one by default, as a pod must
import { createServer } from "node:http";

const list = (text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

const service = process.env.SERVICE_NAME ?? "reference";
const version = process.env.SERVICE_VERSION ?? "0.0.0";
const healthPaths = new Set(list(process.env.HEALTH_PATHS ?? "/health,/healthz,/livez,/readyz"));
const metricsPaths = new Set(list(process.env.METRICS_PATHS ?? "/metrics"));
const ports = [
  portOf("PORT", process.env.PORT || "8080"),
  ...list(process.env.EXTRA_PORTS ?? "").map((text) => portOf("EXTRA_PORTS", text)),
];
// Kubernetes takes a stopping pod out of its services while it still runs; connections that are open until then
// get this long to end.
const DRAIN_MS = 10_000;

const startedAt = Date.now();
const requestsByStatus = new Map();
let stopping = false;

function log(level, message, fields = {}) {
  const time = new Date().toISOString();
  process.stdout.write(`${JSON.stringify({ time, level, service, version, message, ...fields })}\n`);
}

function portOf(name, text) {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  log("error", `${name} is "${text}"; allowed: a whole number from 0 to 65535`);
  return process.exit(1);
}

function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

function escapeLabel(text) {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function page() {
  const title = escapeHtml(`${service} ${version}`);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body><h1>${title}</h1><p>This is the reference service, in place of an app that has no image yet.</p></body>
</html>
`;
}

function metrics() {
  const label = `service="${escapeLabel(service)}"`;
  const counts = [...requestsByStatus].map(
    ([status, count]) => `http_requests_total{${label},status="${status}"} ${count}`,
  );
  return [
    "# HELP http_requests_total Requests answered, by status code.",
    "# TYPE http_requests_total counter",
    ...counts,
    "# HELP process_start_time_seconds Start of the process, in seconds since 1970.",
    "# TYPE process_start_time_seconds gauge",
    `process_start_time_seconds{${label}} ${startedAt / 1000}`,
    "",
  ].join("\n");
}

function answer(method, path) {
  const json = (status, body) => ({ status, type: "application/json", body: `${JSON.stringify(body)}\n` });
  if (method !== "GET" && method !== "HEAD")
    return json(405, { error: "method not allowed", service, version });
  if (path === "/") return { status: 200, type: "text/html; charset=utf-8", body: page() };
  if (metricsPaths.has(path))
    return { status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body: metrics() };
  if (healthPaths.has(path)) return json(200, { status: "ok", service, version });
  return json(404, { error: "not found", service, version });
}

function handle(request, response) {
  const start = performance.now();
  const method = request.method ?? "GET";
  // The query may hold a token: it is neither looked at nor logged.
  const [path = "/"] = (request.url ?? "/").split("?", 1);
  const { status, type, body } = answer(method, path);
  requestsByStatus.set(status, (requestsByStatus.get(status) ?? 0) + 1);
  request.resume();
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(status === 405 ? { allow: "GET, HEAD" } : {}),
    ...(stopping ? { connection: "close" } : {}),
  });
  response.end(method === "HEAD" ? undefined : body);
  if (healthPaths.has(path) || metricsPaths.has(path)) return;
  const milliseconds = Math.round((performance.now() - start) * 1000) / 1000;
  log("info", "request", { method, path, status, milliseconds });
}

const servers = ports.map(() => createServer(handle));

function stop(signal) {
  if (stopping) return;
  stopping = true;
  log("info", "stopping", { signal });
  let open = servers.length;
  for (const server of servers) {
    server.close(() => {
      open -= 1;
      if (open > 0) return;
      log("info", "stopped");
      process.exit(0);
    });
  }
  setTimeout(() => {
    log("warn", "connections were still open");
    for (const server of servers) server.closeAllConnections();
  }, DRAIN_MS).unref();
}

process.on("SIGTERM", stop);
process.on("SIGINT", stop);

for (const [index, server] of servers.entries()) {
  server.on("error", (error) => {
    log("error", error.message);
    process.exit(1);
  });
  server.listen(ports[index], process.env.HOST, () =>
    log("info", "listening", { port: server.address().port }),
  );
}
