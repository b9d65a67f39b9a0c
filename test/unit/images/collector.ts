import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { key: string; value: Record<string, string> }[];
  readonly status: { readonly code?: number };
}

export interface Export {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    resourceSpans: {
      resource: { attributes: { key: string; value: Record<string, string> }[] };
      scopeSpans: { scope: { name: string }; spans: OtlpSpan[] }[];
    }[];
  };
}

/** A receiver of OTLP/HTTP that keeps what it is sent. */
export class Collector {
  readonly exports: Export[] = [];
  status = 200;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      request.on("end", () => {
        this.exports.push({
          path: request.url ?? "",
          headers: request.headers,
          body: JSON.parse(text) as Export["body"],
        });
        response.writeHead(this.status, { "content-type": "application/json" }).end("{}");
        this.#server.emit("slipway-export");
      });
    });
  }

  static async start(): Promise<Collector> {
    const collector = new Collector();
    collector.#server.listen(0, "127.0.0.1");
    await once(collector.#server, "listening");
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get spans(): OtlpSpan[] {
    return this.exports.flatMap(({ body }) =>
      body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    );
  }

  /** Waits until so many spans have come. */
  async received(count: number): Promise<OtlpSpan[]> {
    while (this.spans.length < count) await once(this.#server, "slipway-export");
    return this.spans;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
