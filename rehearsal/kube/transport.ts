import { setMaxListeners } from "node:events";
import type { IncomingMessage } from "node:http";
import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { SlipwayError } from "../../components/common/problems";
import { errorFromAnswer, KubeUnreachable } from "./errors";
import type { Connection } from "./kubeconfig";
import type { KubeRequest, KubeResponse } from "./types";

const defaultTimeout = 30_000;
/** The longest pause between two tries of a request that the server put off. */
const longestPause = 1_000;

/** HTTP to one API server over connections that are kept open. */
export class Transport {
  readonly #agent: http.Agent;
  readonly #base: URL;

  constructor(private readonly connection: Connection) {
    this.#base = new URL(connection.server);
    const pool = { keepAlive: true, maxSockets: 64 };
    this.#agent = this.#base.protocol === "http:" ? new http.Agent(pool) : new https.Agent(pool);
  }

  /** One request, tried again while the server answers 429 or 503 and while there is time. */
  async request(request: KubeRequest): Promise<KubeResponse> {
    const { timeout = defaultTimeout, signal } = request;
    signal?.throwIfAborted();
    const end = new AbortController();
    const late = new KubeUnreachable(
      this.connection.server,
      "ETIMEDOUT",
      `did not answer ${request.method} ${request.path} within ${timeout / 1000} s`,
    );
    const timer = setTimeout(() => end.abort(late), timeout);
    const onStop = () => end.abort(signal?.reason);
    if (signal !== undefined) {
      // As many listeners as there are requests under way are no leak.
      setMaxListeners(0, signal);
      signal.addEventListener("abort", onStop, { once: true });
    }
    try {
      for (let tries = 1; ; tries += 1) {
        const answer = await this.#send(request, end.signal);
        const text = await read(answer);
        const status = answer.statusCode ?? 0;
        const body = parse(text, answer.headers["content-type"]);
        if (status < 400) return { status, body, warnings: warningsOf(answer) };
        if (status === 401 && tries === 1 && this.connection.renew()) continue;
        const retryAfter =
          answer.headers["retry-after"] === undefined ? undefined : Number(answer.headers["retry-after"]);
        const problem = errorFromAnswer(
          status,
          body,
          `${request.method} ${request.path}`,
          retryAfter,
          warningsOf(answer),
        );
        if ((status !== 429 && status !== 503) || retryAfter === undefined || tries === 10) throw problem;
        await sleep(Math.min(retryAfter * 1_000, longestPause), undefined, { signal: end.signal });
      }
    } catch (error) {
      if (end.signal.aborted) throw end.signal.reason;
      throw this.#explained(error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onStop);
    }
  }

  /** The answer's body as a stream of text; the caller destroys it. */
  async stream(request: KubeRequest): Promise<IncomingMessage> {
    const answer = await this.#send(request, request.signal).catch((error: unknown) => {
      throw this.#explained(error);
    });
    answer.setEncoding("utf8");
    const status = answer.statusCode ?? 0;
    if (status < 400) return answer;
    const body = parse(await read(answer), answer.headers["content-type"]);
    throw errorFromAnswer(status, body, `${request.method} ${request.path}`);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(request: KubeRequest, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    try {
      return await this.#once(request, signal);
    } catch (error) {
      // The server closed an idle connection just as it was used again. A POST may have got through all the same.
      if (!(error instanceof StaleSocket) || request.method === "POST" || signal?.aborted === true)
        throw error;
      return this.#once(request, signal);
    }
  }

  #explained(error: unknown): unknown {
    const cause = error instanceof StaleSocket ? error.cause : error;
    const code =
      cause instanceof Error && !(cause instanceof SlipwayError)
        ? (cause as NodeJS.ErrnoException).code
        : undefined;
    return code === undefined || code === "ABORT_ERR"
      ? cause
      : new KubeUnreachable(this.connection.server, code);
  }

  async #once(request: KubeRequest, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    const { method, path, query = {}, body, contentType = "application/json" } = request;
    const { accept = "application/json" } = request;
    const { token, basic, tls } = await this.connection.credentials();
    const payload = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
    const options: https.RequestOptions = {
      agent: this.#agent,
      protocol: this.#base.protocol,
      hostname: this.#base.hostname.replace(/^\[|\]$/g, ""),
      port: this.#base.port,
      path: `${this.#base.pathname.replace(/\/$/, "")}${path}${search.size === 0 ? "" : `?${search.toString()}`}`,
      method,
      headers: {
        accept,
        "user-agent": "slipway",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(basic === undefined ? {} : { authorization: `Basic ${Buffer.from(basic).toString("base64")}` }),
        ...(payload === undefined
          ? {}
          : { "content-type": contentType, "content-length": Buffer.byteLength(payload) }),
      },
      ...(signal === undefined ? {} : { signal }),
      ...(this.#base.protocol === "http:" ? {} : tls),
    };
    return new Promise((resolve, reject) => {
      const call = (this.#base.protocol === "http:" ? http : https).request(options, resolve);
      call.on("error", (error: NodeJS.ErrnoException) => {
        const stale = call.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
        reject(stale ? new StaleSocket("stale connection", { cause: error }) : error);
      });
      call.end(payload);
    });
  }
}

class StaleSocket extends Error {}

async function read(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer)
    chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Buffer));
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string, contentType = ""): unknown {
  if (text === "") return undefined;
  return contentType.includes("json") ? (JSON.parse(text) as unknown) : text;
}

/** The texts of `Warning: 299 - "text"` headers (RFC 9111 section 5.5, as Kubernetes uses it). */
function warningsOf(answer: IncomingMessage): string[] {
  const raw = answer.headersDistinct["warning"] ?? [];
  return raw.flatMap((header) =>
    [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) =>
      text.replaceAll(/\\(.)/g, "$1"),
    ),
  );
}
