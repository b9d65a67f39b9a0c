import { monitorEventLoopDelay } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import { Counter, exposition, Gauge, Histogram, Reading } from "./metrics.js";
import type { Metric } from "./metrics.js";

// The bounds that Omnitide's document gives, and finer ones below: with 0.1 as the lowest, nothing can be said of a
// target of 100 ms, which is Noa's.
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.3, 0.5, 0.7, 1, 3, 5, 7, 10];
// Names come from outside. Beyond this many, further ones share a series, so that nobody can fill the memory.
const MOST_NAMES = 50;
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** One request that was answered, as the metrics see it. */
export interface Observation {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly seconds: number;
  /** Bytes of both bodies. */
  readonly bytes: number;
  /** Whether a person got a page, as against a program some data. */
  readonly isPage: boolean;
}

/** The metrics of the service: each name that one of the systems' documents gives, and what every Node process has. */
export class Catalogue {
  readonly #requests = new Counter("http_requests_total", "Requests answered.", ["status_code"]);
  readonly #duration = new Histogram("http_request_duration_seconds", "Time to the answer.", SECONDS);

  readonly #webSockets = new Gauge("websocket_connections_active", "WebSocket connections that are open.");
  readonly #frameRate = new Gauge(
    "webgl_frame_rate",
    "Frames a second; a constant, for nothing is drawn here.",
  );

  readonly #dwcpRequests = new Counter("dwcp_requests_total", "Requests answered.");
  readonly #dwcpErrors = new Counter("dwcp_errors_total", "Requests answered with a server error.");
  readonly #dwcpLatency = new Histogram("dwcp_latency_seconds", "Time to the answer.", SECONDS);
  readonly #dwcpConnections = new Gauge("dwcp_active_connections", "Connections that are open.");
  readonly #dwcpBytes = new Counter(
    "dwcp_bytes_transferred_total",
    "Bytes of requests, answers and messages.",
  );

  readonly #pageLoad = new Gauge("page_load_time", "Milliseconds that the last page took, by route.");
  readonly #interaction = new Gauge("user_interaction_time", "Milliseconds of the last change, by action.");
  readonly #chunks = new Counter("chunk_load_failures", "Script chunks that could not be had.", [
    "chunkName",
  ]);

  readonly #names = new Map<string, Set<string>>();
  readonly #metrics: readonly Metric[];

  constructor() {
    this.#webSockets.set(0);
    this.#frameRate.set(60);
    this.#dwcpConnections.set(0);
    this.#metrics = [
      ...[this.#requests, this.#duration],
      ...[this.#webSockets, this.#frameRate],
      ...[this.#dwcpRequests, this.#dwcpErrors, this.#dwcpLatency, this.#dwcpConnections, this.#dwcpBytes],
      ...[this.#pageLoad, this.#interaction, this.#chunks],
      ...memoryOfTheBrowser(),
      ...processMetrics(),
    ];
  }

  observe({ method, path, status, seconds, bytes, isPage }: Observation): void {
    const route = this.#bounded("route", routeOf(path));
    const code = String(status);
    const labels = { method: METHODS.has(method) ? method : "OTHER", route, status_code: code };
    // DAIRA's queries read `status`, those of Omnitide and Noa `status_code`.
    this.#requests.add(1, { ...labels, status: code });
    this.#duration.observe(seconds, labels);

    this.#dwcpRequests.add();
    if (status >= 500) this.#dwcpErrors.add();
    this.#dwcpLatency.observe(seconds);
    this.#dwcpBytes.add(bytes);

    if (isPage) this.#pageLoad.set(seconds * 1000, { route });
    if (method !== "GET" && method !== "HEAD") this.#interaction.set(seconds * 1000, { action: route });
    const chunk = /\/([^/]+)\.m?js$/.exec(path)?.[1];
    if (chunk !== undefined && status >= 400)
      this.#chunks.add(1, { chunkName: this.#bounded("chunk", chunk) });
  }

  connections(open: number): void {
    this.#dwcpConnections.set(open);
  }

  webSockets(open: number): void {
    this.#webSockets.set(open);
  }

  transferred(bytes: number): void {
    this.#dwcpBytes.add(bytes);
  }

  exposition(): string {
    return exposition(this.#metrics);
  }

  #bounded(kind: string, name: string): string {
    const seen = this.#names.get(kind) ?? new Set<string>();
    this.#names.set(kind, seen);
    if (seen.size < MOST_NAMES) seen.add(name);
    return seen.has(name) ? name : "other";
  }
}

/** What lies deeper than two segments is mostly an id: `/api/users/17` → `/api/users`. */
export function routeOf(path: string): string {
  return `/${path
    .split("/")
    .filter((segment) => segment !== "")
    .slice(0, 2)
    .join("/")}`;
}

/** KOVA's names for the memory of a page; here it is that of this process. */
function memoryOfTheBrowser(): Metric[] {
  return [
    new Reading("gauge", "memory_used", "Bytes of the heap in use.", () => process.memoryUsage().heapUsed),
    new Reading("gauge", "memory_total", "Bytes of the heap.", () => process.memoryUsage().heapTotal),
    new Reading(
      "gauge",
      "memory_limit",
      "Most bytes that the heap may have.",
      () => getHeapStatistics().heap_size_limit,
    ),
  ];
}

/** The default metrics of Node's usual client library that dashboards and alerts read, under its names. */
function processMetrics(): Metric[] {
  const startedAt = Date.now() / 1000 - process.uptime();
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const cpu = (part: "user" | "system"): number => process.cpuUsage()[part] / 1e6;
  return [
    new Reading("counter", "process_cpu_user_seconds_total", "CPU time in user mode.", () => cpu("user")),
    new Reading("counter", "process_cpu_system_seconds_total", "CPU time in the kernel.", () =>
      cpu("system"),
    ),
    new Reading("counter", "process_cpu_seconds_total", "CPU time.", () => cpu("user") + cpu("system")),
    new Reading("gauge", "process_start_time_seconds", "Start, in seconds since 1970.", () => startedAt),
    new Reading("gauge", "process_resident_memory_bytes", "Resident memory.", () =>
      process.memoryUsage.rss(),
    ),
    // There is no mean before the first sample.
    new Reading("gauge", "nodejs_eventloop_lag_seconds", "Mean lag of the event loop.", () =>
      Number.isNaN(delay.mean) ? 0 : delay.mean / 1e9,
    ),
    new Reading("gauge", "nodejs_heap_size_total_bytes", "Heap.", () => process.memoryUsage().heapTotal),
    new Reading("gauge", "nodejs_heap_size_used_bytes", "Heap in use.", () => process.memoryUsage().heapUsed),
    new Reading("gauge", "nodejs_version_info", "Version of Node.", () => 1, { version: process.version }),
  ];
}
