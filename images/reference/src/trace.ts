import { randomBytes } from "node:crypto";
import type { Logger } from "./log.js";
import type { OtlpSettings, Settings } from "./settings.js";

const MOST_QUEUED = 2048;
const MOST_AT_ONCE = 512;
const EXPORT_MS = 5000;
// Of OTLP's enumerations (https://github.com/open-telemetry/opentelemetry-proto).
const SPAN_KIND_SERVER = 2;
const STATUS_CODE_ERROR = 2;

/** A request under way, as a trace sees it. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly sampled: boolean;
  readonly start: bigint;
}

/** How a span ended. */
export interface Ending {
  readonly method: string;
  readonly path: string;
  readonly route: string;
  readonly status: number;
}

type Value = { readonly stringValue: string } | { readonly intValue: string };

/** Makes a span of each request and sends them to an OTLP/HTTP receiver, as JSON and in batches. */
export class Tracer {
  readonly #otlp: OtlpSettings | undefined;
  readonly #resource: Readonly<Record<string, string>>;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout | undefined;
  #queue: object[] = [];
  #failing = false;

  constructor({ otlp, service, version, resource }: Settings, log: Logger) {
    this.#otlp = otlp;
    this.#resource = { ...resource, "service.name": service, "service.version": version };
    this.#log = log;
    if (otlp !== undefined) {
      this.#timer = setInterval(() => void this.flush(), otlp.delay);
      this.#timer.unref();
    }
  }

  /** Continues the trace that a `traceparent` header names, or begins one. */
  start(traceparent: string | undefined): Span {
    // https://www.w3.org/TR/trace-context/#traceparent-header; a later version may have more fields.
    const parent =
      /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-|$)/.exec(
        traceparent ?? "",
      );
    return {
      traceId: parent?.[1] ?? randomBytes(16).toString("hex"),
      spanId: randomBytes(8).toString("hex"),
      parentSpanId: parent?.[2],
      sampled: parent === null || (Number.parseInt(parent[3] ?? "0", 16) & 1) === 1,
      start: now(),
    };
  }

  end(span: Span, { method, path, route, status }: Ending): void {
    if (this.#otlp === undefined || !span.sampled || this.#queue.length >= MOST_QUEUED) return;
    this.#queue.push({
      traceId: span.traceId,
      spanId: span.spanId,
      ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
      name: `${method} ${route}`,
      kind: SPAN_KIND_SERVER,
      startTimeUnixNano: String(span.start),
      endTimeUnixNano: String(now()),
      attributes: attributes({
        "http.request.method": method,
        "url.path": path,
        "http.route": route,
        "http.response.status_code": status,
      }),
      // A client error is no failure of the server, by the semantic conventions for HTTP.
      status: status >= 500 ? { code: STATUS_CODE_ERROR } : {},
    });
  }

  /** Sends what is finished. What cannot be sent is dropped, and said once until it works again. */
  async flush(): Promise<void> {
    while (this.#otlp !== undefined && this.#queue.length > 0) {
      const spans = this.#queue.slice(0, MOST_AT_ONCE);
      this.#queue = this.#queue.slice(MOST_AT_ONCE);
      try {
        await this.#send(this.#otlp, spans);
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) this.#log.write("warn", "spans could not be exported", { error: reason(error) });
        this.#failing = true;
      }
    }
  }

  /** Sends what is left and ends the timer. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #send({ url, headers }: OtlpSettings, spans: readonly object[]): Promise<void> {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({
        resourceSpans: [
          {
            resource: { attributes: attributes(this.#resource) },
            scopeSpans: [{ scope: { name: "slipway/reference" }, spans }],
          },
        ],
      }),
      signal: AbortSignal.timeout(EXPORT_MS),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`the receiver answered ${response.status}`);
  }
}

function now(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
}

function attributes(values: Readonly<Record<string, string | number>>): { key: string; value: Value }[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    // 64-bit integers are strings in the JSON form of protocol buffers.
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  }));
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
