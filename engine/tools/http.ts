import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import type { Address } from "./catalogue";
import type { ToolContext } from "./context";
import { codeOf, Interrupted } from "./failures";

/** Milliseconds in which a site must answer, and in which the next piece of a file must come. */
const answerLimit = 5000;
const pieceLimit = 30_000;

/** Sites that did not answer; one wait for each is enough for the whole process. */
const silentSites = new Set<string>();

/** A response whose body has not been read, and how to stop waiting for it. */
interface Answer {
  readonly body: ReadableStream<Uint8Array>;
  readonly size: number | undefined;
  /** Starts the time limit anew. */
  readonly alive: () => void;
  readonly done: () => void;
}

/** Whether a site answers with that file. What does not answer in a few seconds is not asked again. */
export async function isReachable(address: Address, context: ToolContext): Promise<boolean> {
  const answer = await ask(address, context, "HEAD");
  answer?.done();
  return answer !== undefined;
}

/** A small text file; undefined when the site does not answer or does not have it. */
export async function fetchText(address: Address, context: ToolContext): Promise<string | undefined> {
  const answer = await ask(address, context, "GET");
  if (answer === undefined) return undefined;
  try {
    return await text(Readable.fromWeb(answer.body));
  } catch {
    return undefined;
  } finally {
    answer.done();
  }
}

/**
 * Downloads a file and tells its SHA-256; undefined when the site does not answer, does not have it, or breaks off,
 * and then no part of it stays.
 *
 * @throws what the file system throws when `target` cannot be written; SlipwayError when aborted.
 */
export async function download(
  address: Address,
  target: string,
  context: ToolContext,
  progressed: (bytes: number, of: number | undefined) => void,
): Promise<string | undefined> {
  const answer = await ask(address, context, "GET");
  if (answer === undefined) return undefined;
  const hash = createHash("sha256");
  let bytes = 0;
  const count = new Transform({
    transform(piece: Buffer, _encoding, next): void {
      answer.alive();
      hash.update(piece);
      bytes += piece.length;
      progressed(bytes, answer.size);
      next(null, piece);
    },
  });
  try {
    await pipeline(Readable.fromWeb(answer.body), count, createWriteStream(target));
    return hash.digest("hex");
  } catch (error) {
    await rm(target, { force: true });
    refuseIfAborted(context, context.origins[address.origin]);
    const code = codeOf(error);
    if (code !== undefined && ["ENOSPC", "EDQUOT", "EACCES", "EROFS", "EIO"].includes(code)) throw error;
    return undefined;
  } finally {
    answer.done();
  }
}

async function ask(address: Address, context: ToolContext, method: string): Promise<Answer | undefined> {
  const site = context.origins[address.origin];
  if (silentSites.has(site)) return undefined;
  refuseIfAborted(context, site);
  const control = new AbortController();
  const stop = (): void => control.abort();
  let timer = setTimeout(stop, answerLimit);
  context.signal?.addEventListener("abort", stop, { once: true });
  const done = (): void => {
    clearTimeout(timer);
    context.signal?.removeEventListener("abort", stop);
    stop();
  };
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(stop, pieceLimit);
  };
  try {
    const response = await fetch(`${site}${address.path}`, { method, signal: control.signal });
    alive();
    const size = Number(response.headers.get("content-length"));
    const body = response.body ?? new Blob([]).stream();
    if (response.ok)
      return { body: body as ReadableStream<Uint8Array>, size: size > 0 ? size : undefined, alive, done };
  } catch {
    refuseIfAborted(context, site);
    silentSites.add(site);
  }
  done();
  return undefined;
}

function refuseIfAborted({ signal }: ToolContext, what: string): void {
  if (signal?.aborted === true) throw new Interrupted(`asking ${what}`);
}
