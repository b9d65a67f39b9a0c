import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { lock } from "proper-lockfile";
import { codeOf, explain, Interrupted, unwritable } from "./failures";

/**
 * The folder in which built and downloaded tools are kept: `SLIPWAY_CACHE`, else `slipway` in `XDG_CACHE_HOME`,
 * else `~/.cache/slipway`. It is not made here.
 */
export function cacheDir(env: Readonly<NodeJS.ProcessEnv> = process.env): string {
  const own = env["SLIPWAY_CACHE"] ?? "";
  if (own !== "") return path.resolve(own);
  const xdg = env["XDG_CACHE_HOME"] ?? "";
  // The specification says that a relative path there is to be ignored.
  return path.join(path.isAbsolute(xdg) ? xdg : path.join(homedir(), ".cache"), "slipway");
}

/** A folder of the cache that is to be there. */
export interface CacheEntry {
  readonly cache: string;
  /** Path of the folder inside the cache, e.g. `bin/etcd-3.6.4-linux-amd64`. */
  readonly key: string;
  /** What it is, for messages: `etcd 3.6.4`. */
  readonly title: string;
  /** Whether a folder of that key, as it is found, can be used. */
  readonly ready: (folder: string) => Promise<boolean>;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds without a sign of life after which a lock counts as left behind by a dead process. */
const stale = 15_000;
/** Milliseconds between two tries for a lock. */
const between = 250;
const triesPerLine = 20;

/**
 * Makes sure that a folder of the cache is there: if not, `produce` fills a temporary folder beside it, which is
 * then renamed. So whatever is visible is whole, a production that was cut off leaves nothing that is taken for a
 * tool, and what it did leave is removed here. Of several processes only one produces; the others wait for it.
 *
 * @returns whether this call produced it.
 * @throws SlipwayError when the disk is full, the cache cannot be written, or `signal` is aborted.
 */
export async function install(
  entry: CacheEntry,
  produce: (folder: string) => Promise<void>,
): Promise<boolean> {
  const target = path.join(entry.cache, entry.key);
  const doing = `installing ${entry.title}`;
  if (await entry.ready(target)) return false;
  try {
    await mkdir(path.dirname(target), { recursive: true }).catch((error: unknown) => {
      const code = codeOf(error);
      throw code === undefined || code === "ENOSPC" ? error : unwritable(code, doing, entry.cache);
    });
    const unlock = await acquire(target, entry);
    try {
      if (await entry.ready(target)) return false;
      await removeLeftovers(target);
      await fill(target, entry, produce);
      return true;
    } finally {
      // A lock that another process took over as stale is no longer ours to release.
      await unlock().catch(() => undefined);
    }
  } catch (error) {
    throw explain(error, doing, entry.cache);
  }
}

async function acquire(target: string, { title, say, signal }: CacheEntry): Promise<() => Promise<void>> {
  for (let attempt = 0; ; attempt += 1) {
    if (signal?.aborted === true) throw new Interrupted(`waiting for ${title}`);
    try {
      // A lost lock is no reason to stop: the rename at the end lets only whole folders become visible.
      return await lock(target, { realpath: false, stale, update: 2000, onCompromised: () => undefined });
    } catch (error) {
      if (codeOf(error) !== "ELOCKED") throw error;
      if (attempt % triesPerLine === 0) say(`another process installs ${title}; waiting for it`);
      await pause(between);
    }
  }
}

async function fill(
  target: string,
  entry: CacheEntry,
  produce: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = `${target}.part-${randomBytes(6).toString("hex")}`;
  try {
    await mkdir(folder);
    await produce(folder);
    await rename(folder, target).catch(async (error: unknown) => {
      // Somebody took the lock for stale and was faster: theirs is as good.
      if (!(await entry.ready(target))) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Only the holder of the lock makes such folders, so any that is seen under the lock belongs to a dead attempt. */
async function removeLeftovers(target: string): Promise<void> {
  const name = path.basename(target);
  const beside = await readdir(path.dirname(target));
  const dead = beside.filter((entry) => entry === name || entry.startsWith(`${name}.part-`));
  for (const entry of dead) {
    await rm(path.join(path.dirname(target), entry), { recursive: true, force: true, maxRetries: 3 });
  }
}
