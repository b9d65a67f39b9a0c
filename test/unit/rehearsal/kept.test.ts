import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ProcessRecord } from "../../../rehearsal/cluster/leftovers";
import { stopKept } from "../../../rehearsal/kept";
import { temporaryFolder } from "../../support/temporary";

describe("stopping what was kept", () => {
  let parent: string;
  const started: ChildProcess[] = [];
  beforeEach(() => {
    parent = realpathSync(temporaryFolder("slipway-kept-test-"));
  });
  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
    rmSync(parent, { recursive: true, force: true });
  });

  function session(name: string, record?: ProcessRecord): string {
    const folder = path.join(parent, name);
    mkdirSync(path.join(folder, "cluster"), { recursive: true });
    if (record !== undefined)
      writeFileSync(path.join(folder, "cluster", "session.json"), JSON.stringify(record));
    return folder;
  }
  /** A process whose arguments name the session's folder, as those of a control plane do. */
  async function processIn(name: string): Promise<ChildProcess> {
    const folder = path.join(parent, name, "cluster");
    const child = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)", folder], { stdio: "ignore" });
    started.push(child);
    await once(child, "spawn");
    return child;
  }
  const dead = (): number => spawnSync(process.execPath, ["--version"]).pid;

  it("kills the processes of a kept session and removes its folder", async () => {
    const child = await processIn("slipway-rehearsal-a");
    const folder = session("slipway-rehearsal-a", { processes: { etcd: child.pid!, kwok: dead() } });
    const ended = once(child, "exit");
    assert.deepEqual(await stopKept(parent), [{ folder, processes: ["etcd"] }]);
    assert.deepEqual((await ended)[1], "SIGKILL");
    assert.deepEqual(readdirSync(parent), []);
  });

  it("leaves alone a rehearsal that runs, one that has no control plane yet, and other folders", async () => {
    const child = await processIn("slipway-rehearsal-b");
    session("slipway-rehearsal-b", { owner: process.pid, processes: { etcd: child.pid! } });
    session("slipway-rehearsal-c");
    session("other-d", { processes: { etcd: child.pid! } });
    assert.deepEqual(await stopKept(parent), []);
    assert.deepEqual([child.exitCode, child.signalCode], [null, null]);
    assert.deepEqual(readdirSync(parent).sort(), ["other-d", "slipway-rehearsal-b", "slipway-rehearsal-c"]);
  });

  it("removes the session of a rehearsal that died, and kills what it left", async () => {
    const child = await processIn("slipway-rehearsal-e");
    const ended = once(child, "exit");
    const left = session("slipway-rehearsal-e", { owner: dead(), processes: { kwok: child.pid! } });
    const empty = session("slipway-rehearsal-f", { owner: dead(), processes: { etcd: dead() } });
    assert.deepEqual(await stopKept(parent), [
      { folder: left, processes: ["kwok"] },
      { folder: empty, processes: [] },
    ]);
    await ended;
    assert.deepEqual(readdirSync(parent), []);
  });

  it("does not kill a program that meanwhile has the process id", async () => {
    const child = await processIn("elsewhere");
    const folder = session("slipway-rehearsal-g", { processes: { etcd: child.pid! } });
    assert.deepEqual(await stopKept(parent), [{ folder, processes: [] }]);
    assert.deepEqual([child.exitCode, child.signalCode], [null, null]);
  });
});
