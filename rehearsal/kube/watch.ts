import { setTimeout as sleep } from "node:timers/promises";
import { errorFromAnswer, KubeError, KubeTimeout } from "./errors";
import type { Transport } from "./transport";
import type {
  KubeObject,
  KubeRequest,
  ListTarget,
  ObjectList,
  WaitOptions,
  WatchEvent,
  WatchOptions,
} from "./types";

/** Pause before a list that follows a watch which the server ended, so that a refusing server is not hammered. */
const relistPause = 100;

/** One watch request as events, until the server or the signal ends it. */
export async function* watch(
  transport: Transport,
  path: string,
  query: KubeRequest["query"],
  { resourceVersion, signal }: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const stream = await transport.stream({
    method: "GET",
    path,
    query: { ...query, watch: true, allowWatchBookmarks: true, resourceVersion },
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    let rest = "";
    for await (const chunk of stream) {
      const parts = (rest + String(chunk)).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        if (part === "") continue;
        const event = JSON.parse(part) as { type: string; object: KubeObject & { code?: number } };
        if (event.type === "ERROR")
          throw errorFromAnswer(event.object.code ?? 500, event.object, `watch ${path}`);
        yield event as WatchEvent;
      }
    }
  } catch (error) {
    // An abort is how a caller ends a watch.
    if (signal?.aborted !== true) throw error;
  } finally {
    stream.destroy();
  }
}

interface Watcher {
  list(target: ListTarget, options: { signal: AbortSignal }): Promise<ObjectList>;
  watch(target: ListTarget, options: WatchOptions): AsyncIterable<WatchEvent>;
}

/** Lists, then watches, until `done` is satisfied; lists again whenever a watch ends. */
export async function waitUntil<T>(
  client: Watcher,
  target: ListTarget,
  done: (objects: readonly KubeObject[]) => T | undefined | false,
  { timeout = 30_000, signal: stop, what = `${target.kind} ${target.name ?? ""}`.trim() }: WaitOptions,
): Promise<T> {
  stop?.throwIfAborted();
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), timeout);
  const onStop = () => end.abort();
  stop?.addEventListener("abort", onStop, { once: true });
  const objects = new Map<string, KubeObject>();
  try {
    for (;;) {
      const { items, resourceVersion } = await client.list(target, { signal: end.signal });
      objects.clear();
      for (const item of items) objects.set(keyOf(item), item);
      const first = done([...objects.values()]);
      if (first !== undefined && first !== false) return first;

      try {
        for await (const event of client.watch(target, { resourceVersion, signal: end.signal })) {
          if (event.type === "BOOKMARK") continue;
          if (event.type === "DELETED") objects.delete(keyOf(event.object));
          else objects.set(keyOf(event.object), event.object);
          const result = done([...objects.values()]);
          if (result !== undefined && result !== false) return result;
        }
      } catch (error) {
        // A watch that broke off is begun anew; why a server cannot be reached is said better by the list.
        if (error instanceof KubeError && error.status !== 410) throw error;
      }
      await sleep(relistPause, undefined, { signal: end.signal });
    }
  } catch (error) {
    stop?.throwIfAborted();
    if (!end.signal.aborted) throw error;
    throw new KubeTimeout(`waited ${timeout / 1000} s for ${what}`, [...objects.values()]);
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener("abort", onStop);
    end.abort();
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
