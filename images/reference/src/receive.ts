import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { readInjection } from "./injection.js";
import type { Injection } from "./injection.js";

/** What became of a request before its answer: what it asks for, why it is refused, or that its client has gone. */
export interface Received {
  /** Bytes of its body. */
  readonly bytes: number;
  readonly outcome: Injection | { readonly refusal: string } | undefined;
}

/** A URL's path, and its query. */
export function splitUrl(url = "/"): { path: string; query: URLSearchParams } {
  const [path = "/", ...query] = url.split("?");
  return { path, query: new URLSearchParams(query.join("?")) };
}

/** Reads a request to its end and waits as long as it asks. */
export async function receive(request: IncomingMessage, response: ServerResponse): Promise<Received> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  let bytes = 0;
  try {
    for await (const chunk of request) bytes += (chunk as Buffer).length;
  } catch {
    return { bytes, outcome: undefined };
  }
  let injection: Injection;
  try {
    injection = readInjection(splitUrl(request.url).query);
  } catch (error) {
    return { bytes, outcome: { refusal: error instanceof Error ? error.message : "malformed query" } };
  }
  try {
    await pause(injection.delay, undefined, { signal: gone.signal });
  } catch {
    return { bytes, outcome: undefined };
  }
  return { bytes, outcome: injection };
}
