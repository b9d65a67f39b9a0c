import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { SlipwayError } from "../../../components/common/problems";
import type { CacheEntry } from "../../../engine/tools/cache";
import { cacheDir, install } from "../../../engine/tools/cache";
import { Interrupted } from "../../../engine/tools/failures";
import type { Machine } from "./fixture";
import { machine } from "./fixture";

const worker = path.join(__dirname, "install-worker.ts");

/** A process that installs, and the messages it has sent. */
function start(cache: string): {
  process: ChildProcess;
  until(part: string): Promise<string>;
  ended: Promise<unknown>;
} {
  const child = fork(worker, [cache], { execArgv: ["--require", "tsx/cjs"] });
  const heard: string[] = [];
  const waiting = new Map<string, (message: string) => void>();
  child.on("message", (message: string) => {
    heard.push(message);
    for (const [part, resolve] of waiting) if (message.includes(part)) resolve(message);
  });
  return {
    process: child,
    until: (part) =>
      new Promise((resolve) => {
        const earlier = heard.find((message) => message.includes(part));
        if (earlier !== undefined) resolve(earlier);
        else waiting.set(part, resolve);
      }),
    ended: new Promise((resolve) => child.on("exit", resolve)),
  };
}

describe("the cache", () => {
  let here: Machine;
  let entry: CacheEntry;
  const thing = (): string => path.join(here.cache, "bin", "thing-1", "thing");
  const visible = (): string[] => readdirSync(path.join(here.cache, "bin"));
  const make = (folder: string): Promise<void> => writeFile(path.join(folder, "thing"), "whole");

  beforeEach(() => {
    here = machine();
    entry = {
      cache: here.cache,
      key: "bin/thing-1",
      title: "thing 1",
      ready: (folder) => Promise.resolve(existsSync(path.join(folder, "thing"))),
      say: () => undefined,
    };
  });
  afterEach(() => here.remove());

  it("is SLIPWAY_CACHE, else in XDG_CACHE_HOME when that is absolute, else in the home folder", () => {
    assert.equal(cacheDir({ SLIPWAY_CACHE: "/a/b", XDG_CACHE_HOME: "/x" }), "/a/b");
    assert.equal(cacheDir({ SLIPWAY_CACHE: "", XDG_CACHE_HOME: "/x" }), "/x/slipway");
    assert.equal(cacheDir({ XDG_CACHE_HOME: "relative" }), path.join(homedir(), ".cache", "slipway"));
    assert.equal(cacheDir({}), path.join(homedir(), ".cache", "slipway"));
  });

  it("produces once, and shows nothing of it before it is whole", async () => {
    const produced = await install(entry, async (folder) => {
      await make(folder);
      assert.equal(existsSync(thing()), false);
    });
    assert.equal(produced, true);
    assert.equal(readFileSync(thing(), "utf8"), "whole");
    assert.deepEqual(visible(), ["thing-1"]);
    assert.equal(await install(entry, () => Promise.reject(new Error("asked twice"))), false);
  });

  it("leaves nothing, and no lock, of a production that fails", async () => {
    const failure = new Error("boom");
    await assert.rejects(
      install(entry, async (folder) => {
        await make(folder);
        throw failure;
      }),
      failure,
    );
    assert.deepEqual(visible(), []);
    assert.equal(await install(entry, make), true);
  });

  it("lets only one of two processes produce", async () => {
    const first = start(here.cache);
    await first.until("producing");
    const second = start(here.cache);
    assert.equal(await second.until("another process"), "another process installs thing 1; waiting for it");
    first.process.send("go on");
    assert.equal(await first.until("produced"), "produced");
    assert.equal(await second.until("found"), "found");
    await Promise.all([first.ended, second.ended]);
    assert.equal(readFileSync(thing(), "utf8"), "whole");
    assert.deepEqual(visible(), ["thing-1"]);
  });

  it("recovers from a process that was killed in the middle of a production", async () => {
    const killed = start(here.cache);
    await killed.until("producing");
    killed.process.kill("SIGKILL");
    await killed.ended;
    assert.equal(existsSync(thing()), false);
    const [lock = ""] = visible().filter((name) => name.endsWith(".lock"));
    assert.equal(visible().length, 2);
    // What 15 seconds without a sign of life would do.
    utimesSync(path.join(here.cache, "bin", lock), 0, 0);
    assert.equal(await install(entry, make), true);
    assert.deepEqual(visible(), ["thing-1"]);
  });

  it("replaces a folder that was damaged by hand", async () => {
    mkdirSync(path.dirname(thing()), { recursive: true });
    writeFileSync(path.join(path.dirname(thing()), "something else"), "");
    assert.equal(await install(entry, make), true);
    assert.deepEqual(readdirSync(path.dirname(thing())), ["thing"]);
  });

  it("stops waiting for another process when it is aborted", async () => {
    const holder = start(here.cache);
    await holder.until("producing");
    const control = new AbortController();
    const waiting = install({ ...entry, signal: control.signal, say: () => control.abort() }, make);
    await assert.rejects(waiting, Interrupted);
    holder.process.kill("SIGKILL");
    await holder.ended;
  });

  it("says in one sentence that the disk is full", async () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    await assert.rejects(
      install(entry, () => Promise.reject(full)),
      (error: Error) => {
        assert.ok(error instanceof SlipwayError);
        assert.ok(
          error.message.startsWith(`${here.cache}: the disk is full while installing thing 1; allowed: `),
        );
        assert.match(error.message, /set SLIPWAY_CACHE.* to folders on a larger disk\.$/);
        return true;
      },
    );
    assert.deepEqual(visible(), []);
  });

  it("says in one sentence that the cache cannot be written", async () => {
    const readOnly = Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
    const sentence = (code: string): RegExp =>
      new RegExp(
        `the cache folder cannot be written \\(${code}\\) while installing thing 1; .*SLIPWAY_CACHE`,
      );
    await assert.rejects(
      install(entry, () => Promise.reject(readOnly)),
      sentence("EROFS"),
    );
    writeFileSync(path.join(here.root, "file"), "");
    await assert.rejects(
      install({ ...entry, cache: path.join(here.root, "file") }, make),
      sentence("ENOTDIR"),
    );
  });

  it("leaves an error that is not about the disk as it is", async () => {
    const missing = Object.assign(new Error("ENOENT: a source file"), { code: "ENOENT" });
    await assert.rejects(
      install(entry, () => Promise.reject(missing)),
      missing,
    );
  });
});
