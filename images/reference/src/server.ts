import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { json, kindOf, page, pageScript, scrape, SCRIPT_PATH } from "./answers.js";
import type { Answer, Kind } from "./answers.js";
import { Catalogue, routeOf } from "./catalogue.js";
import { readInjection } from "./injection.js";
import type { Logger } from "./log.js";
import { receive, splitUrl } from "./receive.js";
import type { Received } from "./receive.js";
import type { Settings } from "./settings.js";
import type { Tracer } from "./trace.js";
import { acceptHeaders, EchoConnection } from "./websocket.js";

// Longer than a load balancer keeps an unused connection, which must be the one to close it: else a request is sent
// into a connection that is just going away.
const KEEP_ALIVE_MS = 75_000;
/** Of a request that its client gave up, as nginx counts it. */
const CLIENT_CLOSED = 499;

/** The service: HTTP and WebSocket on one port, metrics and probes on a second where one is wanted. */
export class ReferenceServer {
  readonly #settings: Settings;
  readonly #log: Logger;
  readonly #tracer: Tracer;
  readonly #metrics = new Catalogue();
  readonly #http: Server;
  readonly #metricsHttp: Server | undefined;
  readonly #webSockets = new Map<Duplex, EchoConnection>();
  #connections = 0;
  #stopping = false;

  constructor(settings: Settings, log: Logger, tracer: Tracer) {
    this.#settings = settings;
    this.#log = log;
    this.#tracer = tracer;
    this.#http = this.#server(() => true);
    this.#http.on("upgrade", (request, socket, head) => void this.#upgrade(request, socket, head));
    this.#http.on("connection", (socket) => {
      this.#metrics.connections((this.#connections += 1));
      socket.once("close", () => this.#metrics.connections((this.#connections -= 1)));
    });
    if (settings.metricsPort !== undefined && (settings.metricsPort !== settings.port || settings.port === 0))
      this.#metricsHttp = this.#server((kind) => kind !== "app");
  }

  /** @returns the ports that it listens on. */
  async listen(): Promise<{ port: number; metricsPort?: number }> {
    const { port, metricsPort, host } = this.#settings;
    const open = async (server: Server, wanted: number): Promise<number> => {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject).listen(wanted, host, resolve);
      });
      return (server.address() as AddressInfo).port;
    };
    const opened = await open(this.#http, port);
    if (this.#metricsHttp === undefined || metricsPort === undefined) return { port: opened };
    return { port: opened, metricsPort: await open(this.#metricsHttp, metricsPort) };
  }

  /**
   * Takes no more connections, lets those that are open finish, and cuts off what is left after that many
   * milliseconds.
   *
   * @returns whether all of them finished.
   */
  async stop(limit: number): Promise<boolean> {
    this.#stopping = true;
    for (const connection of this.#webSockets.values()) connection.leave();
    const servers = [this.#http, this.#metricsHttp].filter((server) => server !== undefined);
    let finished = true;
    const timer = setTimeout(() => {
      finished = false;
      for (const server of servers) server.closeAllConnections();
      for (const socket of this.#webSockets.keys()) socket.destroy();
    }, limit);
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
    clearTimeout(timer);
    return finished;
  }

  #server(serves: (kind: Kind) => boolean): Server {
    const server = createServer((request, response) => void this.#handle(request, response, serves));
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    return server;
  }

  async #handle(
    request: IncomingMessage,
    response: ServerResponse,
    serves: (kind: Kind) => boolean,
  ): Promise<void> {
    const started = performance.now();
    const { method = "GET" } = request;
    const { path } = splitUrl(request.url);
    const kind = kindOf(path);
    const header = request.headers.traceparent;
    const span = this.#tracer.start(typeof header === "string" ? header : undefined);
    const { bytes: received, outcome } = await receive(request, response);
    const answer = outcome && this.#answer(request, kind, outcome, span.traceId, serves);
    const bytes = received + (answer === undefined ? 0 : this.#send(method, response, answer));
    if (kind !== "app" || !serves(kind)) return;

    const status = answer?.status ?? CLIENT_CLOSED;
    const seconds = (performance.now() - started) / 1000;
    const isPage = answer?.type.startsWith("text/html") === true;
    this.#metrics.observe({ method, path, status, seconds, bytes, isPage });
    this.#tracer.end(span, { method, path, route: routeOf(path), status });
    // The query may hold a token: it is not logged.
    this.#log.write(status >= 500 ? "error" : "info", "request", {
      method,
      path,
      status,
      milliseconds: Math.round(seconds * 1e6) / 1000,
      trace_id: span.traceId,
      span_id: span.spanId,
    });
  }

  #answer(
    { method, url, headers }: IncomingMessage,
    kind: Kind,
    outcome: NonNullable<Received["outcome"]>,
    trace: string,
    serves: (kind: Kind) => boolean,
  ): Answer {
    if ("refusal" in outcome) return json(400, { error: outcome.refusal });
    if (!serves(kind)) return json(404, { error: "only metrics and probes are served on this port" });
    const { service, version } = this.#settings;
    const { status } = outcome;
    if (kind === "metrics" && status === undefined) return scrape(this.#metrics.exposition());
    if (kind === "ready" && this.#stopping && status === undefined)
      return json(503, { status: "stopping", service, version });
    if (kind !== "app") {
      const word = status === undefined || status < 400 ? "ok" : "failing";
      return json(status ?? 200, { status: word, service, version });
    }
    if ((headers.accept ?? "").includes("text/html")) return page(status ?? 200, service, version);
    const { path } = splitUrl(url);
    if (path === SCRIPT_PATH && status === undefined) return pageScript();
    return json(status ?? 200, { service, version, method, path, trace });
  }

  /** @returns bytes of the body that was sent. */
  #send(method: string, response: ServerResponse, { status, type, body }: Answer): number {
    const isEmpty = method === "HEAD" || status === 204 || status === 205 || status === 304;
    const length = Buffer.byteLength(body);
    response.writeHead(status, {
      ...(status === 204 || status === 205 || status === 304
        ? {}
        : { "content-type": type, "content-length": length }),
      "cache-control": "no-store",
      // A page runs its own script, which sends to its own host.
      "content-security-policy": type.startsWith("text/html")
        ? "default-src 'none'; script-src 'self'; connect-src 'self'"
        : "default-src 'none'",
      "x-content-type-options": "nosniff",
      ...(this.#stopping ? { connection: "close" } : {}),
    });
    response.end(isEmpty ? undefined : body);
    return isEmpty ? 0 : length;
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    const { path, query } = splitUrl(request.url);
    const refuse = (line: string): void => {
      socket.end(`HTTP/1.1 ${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    const accept = acceptHeaders(request);
    if (accept === undefined) {
      refuse("426 Upgrade Required\r\nSec-WebSocket-Version: 13");
      return;
    }
    if (this.#stopping) {
      refuse("503 Service Unavailable");
      return;
    }
    try {
      const { delay, status } = readInjection(query);
      await pause(delay);
      if (status !== undefined) {
        refuse(`${status} Injected`);
        return;
      }
    } catch {
      refuse("400 Bad Request");
      return;
    }
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${accept.join("\r\n")}\r\n\r\n`);
    const connection = new EchoConnection(socket, (bytes) => this.#metrics.transferred(bytes));
    this.#webSockets.set(socket, connection);
    this.#metrics.webSockets(this.#webSockets.size);
    socket.once("close", () => {
      this.#webSockets.delete(socket);
      this.#metrics.webSockets(this.#webSockets.size);
      this.#log.write("info", "websocket closed", { path });
    });
    this.#log.write("info", "websocket opened", { path });
    if (head.length > 0) connection.receive(head);
  }
}
