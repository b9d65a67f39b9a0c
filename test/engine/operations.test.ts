import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { SlipwayError } from "../../components/common/problems";
import { InterruptedError, LockedError } from "../../engine/errors";
import { destroy, preview, refresh, up } from "../../engine/operations";
import { packFor } from "../../engine/pack";
import { silent } from "../../engine/progress";
import type { Progress } from "../../engine/progress";
import { PolicyViolationError } from "../../engine/violations";
import { randomPart } from "../../rehearsal/providers/random/part";
import { serveProviders } from "../../rehearsal/providers/server";
import { Box, scratch, writePack } from "./support/scratch";
import type { Scratch } from "./support/scratch";
import { installTools } from "../support/tools";

const two = (): Promise<Record<string, unknown>> => {
  const outer = new Box("outer");
  new Box("inner", { parent: outer }, "cluster");
  return Promise.resolve({ visible: 1, hidden: pulumi.secret("hush") });
};

describe("operations on the real engine", function () {
  this.timeout(240_000);
  before(installTools);
  let here: Scratch;
  beforeEach(async () => {
    here = await scratch();
  });
  afterEach(() => here.remove());

  const stateText = (): Promise<string> =>
    readFile(path.join(here.folder, "state", ".pulumi", "stacks", "demo", "dev.json"), "utf8");
  const locks = async (): Promise<string[]> => (await readdir(here.locks).catch(() => [])).sort();
  async function writeLock(pid: number, host = hostname()): Promise<string> {
    await mkdir(here.locks, { recursive: true });
    const file = path.join(here.locks, "0d5e6c1c-6d3f-4a39-8ba9-6a0b0f1ec8d1.json");
    const timestamp = "2026-11-21T12:00:00Z";
    await writeFile(file, JSON.stringify({ pid, username: "ann", hostname: host, timestamp }));
    return path.basename(file);
  }
  function deadPid(): number {
    return spawnSync(process.execPath, ["--version"]).pid;
  }

  it("creates a stack that is not there yet, and changes nothing the second time", async () => {
    const options = { engine: here.engine };
    const first = await up(here.target(two), silent, options);
    assert.deepEqual(first.changes, { create: 3, update: 0, replace: 0, delete: 0, same: 0 });
    assert.deepEqual(first.steps.map(({ type, op }) => [type, op]).sort(), [
      ["pulumi:pulumi:Stack", "create"],
      ["slipway:cluster:Box", "create"],
      ["slipway:network:Box", "create"],
    ]);
    assert.deepEqual(first.outputs, { visible: 1, hidden: "[secret]" });
    assert.equal(first.operation, "up");
    const second = await up(here.target(two), silent, { ...options, expectNoChanges: true });
    assert.deepEqual(second.changes, { create: 0, update: 0, replace: 0, delete: 0, same: 3 });
    assert.ok(!(await stateText()).includes("hush"));
  });

  it("leaves the user's selected stack and Pulumi.yaml as they were", async () => {
    const before = "# a comment\nname: demo\nruntime: nodejs\n";
    await writeFile(path.join(here.folder, "Pulumi.yaml"), before);
    await up(here.target(two), silent, { engine: here.engine });
    assert.equal(await readFile(path.join(here.folder, "Pulumi.yaml"), "utf8"), before);
    assert.deepEqual(await readdir(path.join(here.folder, "home", "workspaces")).catch(() => []), []);
  });

  it("previews without creating anything, and says when the stack does not exist", async () => {
    await assert.rejects(preview(here.target(two), silent, { engine: here.engine }), {
      name: "SlipwayError",
      message: "state backend: stack dev does not exist yet; run `slipway up -s dev`, which creates it.",
    });
    await assert.rejects(destroy(here.target(two), silent, { engine: here.engine }), /does not exist yet/);
    await up(here.target(two), silent, { engine: here.engine });
    const before = await stateText();
    const three = (): Promise<void> => {
      new Box("outer");
      new Box("third");
      return Promise.resolve();
    };
    const planned = await preview(here.target(three), silent, { engine: here.engine });
    assert.deepEqual(planned.changes, { create: 1, update: 0, replace: 0, delete: 1, same: 2 });
    assert.equal(await stateText(), before);
  });

  it("refuses to change a stack that was to be unchanged", async () => {
    await up(here.target(two), silent, { engine: here.engine });
    const before = await stateText();
    const other = (): Promise<void> => {
      new Box("other");
      return Promise.resolve();
    };
    await assert.rejects(
      up(here.target(other), silent, { engine: here.engine, expectNoChanges: true }),
      /stack dev was to be unchanged, but there is to do: create slipway:network:Box "other", delete .*nothing was changed\.$/,
    );
    assert.equal(await stateText(), before);
  });

  it("refreshes and destroys, and destroys nothing while one resource is protected", async () => {
    const guarded = (): Promise<void> => {
      new Box("kept", { protect: true });
      new Box("beside");
      return Promise.resolve();
    };
    await up(here.target(guarded), silent, { engine: here.engine });
    const before = await stateText();
    await assert.rejects(
      destroy(here.target(guarded), silent, { engine: here.engine }),
      /stack dev is protected from being destroyed: slipway:network:Box "kept"; lift .*nothing was changed\.$/,
    );
    assert.equal(await stateText(), before);

    const free = (): Promise<void> => {
      new Box("kept");
      new Box("beside");
      return Promise.resolve();
    };
    await up(here.target(free), silent, { engine: here.engine });
    const refreshed = await refresh(here.target(free), silent, { engine: here.engine });
    assert.deepEqual(refreshed.changes, { create: 0, update: 0, replace: 0, delete: 0, same: 3 });
    const gone = await destroy(here.target(free), silent, { engine: here.engine });
    assert.deepEqual(gone.changes, { create: 0, update: 0, replace: 0, delete: 3, same: 0 });
  });

  it("creates nothing when the policy pack finds a mandatory violation in the preview", async () => {
    const policyPack = await packFor(await writePack(here.folder), { into: path.join(here.folder, "packs") });
    const bad = (): Promise<void> => {
      new Box("poor");
      const outer = new Box("outer");
      new Box("forbidden", { parent: outer });
      new Box("forbidden-too");
      return Promise.resolve();
    };
    await assert.rejects(up(here.target(bad, { policyPack }), silent, { engine: here.engine }), (error) => {
      assert.ok(error instanceof PolicyViolationError);
      assert.equal(
        error.message,
        'policy test-no-forbidden refuses slipway:network:Box "forbidden": No box is named forbidden. it is named forbidden; give it another name. ' +
          'policy test-no-forbidden refuses slipway:network:Box "forbidden-too": No box is named forbidden. it is named forbidden; give it another name. ' +
          "(nothing was changed).",
      );
      assert.deepEqual(
        error.findings.map(({ policy, level, urn }) => [policy, level, urn.split("::").at(-1)]),
        [
          ["test-no-forbidden", "mandatory", "forbidden"],
          ["test-no-forbidden", "mandatory", "forbidden-too"],
        ],
      );
      return true;
    });
    assert.ok(!(await stateText()).includes("Box"));
  });

  it("passes on advice, and obeys the pack's config", async () => {
    const folder = await writePack(here.folder);
    const into = path.join(here.folder, "packs");
    const poor = (): Promise<void> => {
      new Box("poor");
      return Promise.resolve();
    };
    const advised = await up(here.target(poor, { policyPack: await packFor(folder, { into }) }), silent, {
      engine: here.engine,
    });
    assert.deepEqual(advised.findings, [
      {
        policy: "test-no-poor",
        level: "advisory",
        urn: "urn:pulumi:dev::demo::slipway:network:Box::poor",
        message: "Names are good. poor is a poor name",
      },
    ]);
    const strict = await packFor(folder, { into, config: { all: "mandatory" } });
    await assert.rejects(
      preview(here.target(poor, { policyPack: strict }), silent, { engine: here.engine }),
      /^PolicyViolationError: policy test-no-poor refuses/,
    );
  });

  it("says that a policy pack does not start, without its stack trace", async () => {
    const folder = await writePack(here.folder);
    await writeFile(path.join(folder, "index.ts"), 'throw new Error("the pack is broken");\n');
    const policyPack = await packFor(folder, { into: path.join(here.folder, "packs") });
    await assert.rejects(up(here.target(two, { policyPack }), silent, { engine: here.engine }), {
      message:
        "policies/index.ts: the policy pack does not start; run `node --import tsx index.ts` in its folder to see why.",
    });
  });

  it("lets the program's own sentence through as it is, thrown at once or in an apply", async () => {
    const problem = new SlipwayError({
      what: 'network.cidr is "8.8.8.0/24"',
      where: "slipway:network of stack dev",
      allowed: "a block of RFC 1918",
      todo: "correct it in Pulumi.dev.yaml",
    });
    const programs = [
      (): Promise<never> => Promise.reject(problem),
      (): Promise<void> => {
        pulumi.output(1).apply(() => {
          throw problem;
        });
        return Promise.resolve();
      },
    ];
    for (const program of programs) {
      await assert.rejects(up(here.target(program), silent, { engine: here.engine }), {
        name: "SlipwayError",
        message: problem.message,
      });
    }
    assert.ok(!(await stateText()).includes("Box"));
  });

  it("names the place of any other error of the program, without its stack trace", async () => {
    const broken = (): Promise<void> => Promise.reject(new TypeError("x is not a function"));
    await assert.rejects(up(here.target(broken), silent, { engine: here.engine }), {
      message: /^test\/engine\/operations\.test\.ts:\d+: the program failed: x is not a function\.$/,
    });
  });

  it("takes away the lock of a dead process and goes on", async () => {
    await up(here.target(two), silent, { engine: here.engine });
    await writeLock(deadPid());
    const notes: string[] = [];
    const progress: Progress = { ...silent, note: (line) => notes.push(line) };
    const result = await up(here.target(two), progress, { engine: here.engine });
    assert.equal(result.changes.same, 3);
    assert.equal(notes.length, 1);
    assert.match(notes[0]!, /process \d+ that locked stack dev is gone: its lock is taken away/);
    assert.deepEqual(await locks(), []);
  });

  it("refuses to touch a stack that a living process, or one on another host, has locked", async () => {
    await up(here.target(two), silent, { engine: here.engine });
    const before = await stateText();
    for (const [pid, host] of [
      [process.pid, hostname()],
      [deadPid(), "another-host"],
    ] as const) {
      const name = await writeLock(pid, host);
      for (const operation of [up, refresh, destroy]) {
        await assert.rejects(operation(here.target(two), silent, { engine: here.engine }), (error) => {
          assert.ok(error instanceof LockedError);
          assert.equal(
            error.message,
            `stack dev is locked by ann@${host} (process ${pid}) since 2026-11-21T12:00:00Z; allowed: one run on a stack at a time; wait for it to end or, when you know that it is dead, run \`pulumi cancel -s dev\` and try again.`,
          );
          return true;
        });
      }
      assert.deepEqual(await locks(), [name]);
      assert.equal(await stateText(), before);
    }
  });

  it("stops in order when it is aborted, and leaves neither a lock nor a process", async () => {
    await up(here.target(two), silent, { engine: here.engine });
    const abort = new AbortController();
    let engine = 0;
    let runs = 0;
    const endless = async (): Promise<void> => {
      runs += 1;
      new Box("new");
      if (runs === 1) return;
      const [lock = ""] = await locks();
      engine = (JSON.parse(await readFile(path.join(here.locks, lock), "utf8")) as { pid: number }).pid;
      abort.abort();
      await new Promise(() => undefined);
    };
    await assert.rejects(
      up(here.target(endless), silent, { engine: here.engine, signal: abort.signal }),
      (error) =>
        error instanceof InterruptedError && /^the up of stack dev was interrupted/.test(error.message),
    );
    assert.equal(runs, 2);
    assert.deepEqual(await locks(), []);
    assert.throws(() => process.kill(engine, 0), { code: "ESRCH" });
  });

  it("brings what is under way to its end when Ctrl-C goes to its whole process group, as at a terminal", async () => {
    let interrupt: () => Promise<void> = () => Promise.resolve();
    const server = await serveProviders([randomPart], {
      onCall: async ({ method, name, preview: dry }) => {
        if (method === "create" && !dry && name === "slow") await interrupt();
      },
    });
    try {
      // Written as JSON, it loses its program.
      const plain = here.target(two);
      const target = { ...plain, env: { ...plain.env, PULUMI_DEBUG_PROVIDERS: server.env } };
      const script = path.join(__dirname, "support", "interrupted.ts");
      const child = spawn(
        process.execPath,
        ["--import", "tsx", script, JSON.stringify([here.engine, target])],
        {
          stdio: ["ignore", "pipe", "inherit"],
          detached: true,
        },
      );
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
      interrupt = async () => {
        process.kill(-child.pid!, "SIGINT");
        await once(child.stdout, "data");
      };
      await once(child, "close");
      assert.equal(said, "stopping\nInterruptedError\n");
      assert.deepEqual(await locks(), []);
      const { checkpoint } = JSON.parse(await stateText()) as {
        checkpoint: { latest: Record<string, unknown[]> };
      };
      assert.deepEqual(checkpoint.latest["pending_operations"] ?? [], []);
      const resources = checkpoint.latest["resources"] as { urn: string }[];
      assert.deepEqual(
        resources
          .map(({ urn }) => urn.split("::").at(-1))
          .filter((name) => name === "slow" || name === "later"),
        ["slow"],
      );
    } finally {
      server.close();
    }
  });

  it("does not start an engine when it was aborted before", async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(up(here.target(two), silent, { engine: here.engine, signal }), InterruptedError);
    assert.deepEqual(await readdir(path.join(here.folder, "state")), []);
  });

  it("converges after its engine was killed in the middle: nothing is lost and nothing doubled", async () => {
    let kill = true;
    const created: string[] = [];
    const server = await serveProviders([randomPart], {
      onCall: async ({ method, name, preview: dry }) => {
        if (method !== "create" || dry) return;
        created.push(name);
        if (name !== "second" || !kill) return;
        kill = false;
        const [lock = ""] = await locks();
        const { pid } = JSON.parse(await readFile(path.join(here.locks, lock), "utf8")) as { pid: number };
        process.kill(pid, "SIGKILL");
      },
    });
    try {
      const chain = (): Promise<void> => {
        const first = new random.RandomId("first", { byteLength: 4 });
        const second = new random.RandomId("second", { byteLength: 4 }, { dependsOn: first });
        new random.RandomId("third", { byteLength: 4 }, { dependsOn: second });
        return Promise.resolve();
      };
      const plain = here.target(chain);
      const target = { ...plain, env: { ...plain.env, PULUMI_DEBUG_PROVIDERS: server.env } };
      await assert.rejects(up(target, silent, { engine: here.engine }), {
        message:
          "up of stack dev: the engine was killed by SIGKILL; run it again: it finds out what was under way, and goes on from there.",
      });
      // The lock, and what the file backend keeps beside it.
      assert.equal((await locks()).length, 2);
      const notes: string[] = [];
      const progress: Progress = { ...silent, note: (line) => notes.push(line) };
      const result = await up(target, progress, { engine: here.engine });
      assert.deepEqual(created, ["first", "second", "second", "third"]);
      // The stack itself is one of the two.
      assert.deepEqual(result.changes, { create: 2, update: 0, replace: 0, delete: 0, same: 2 });
      assert.equal(notes.length, 2);
      assert.match(notes[0]!, /process \d+ that locked stack dev is gone/);
      assert.match(
        notes[1]!,
        /cut off while creating random:index\/randomId:RandomId "second": if it exists/,
      );
      assert.deepEqual(await locks(), []);
      const state = JSON.parse(await stateText()) as { checkpoint: { latest: Record<string, unknown[]> } };
      assert.deepEqual(state.checkpoint.latest["pending_operations"] ?? [], []);
      const names = (state.checkpoint.latest["resources"] as { urn: string }[]).map(({ urn }) =>
        urn.split("::").at(-1),
      );
      assert.deepEqual(
        names.filter((name) => name === "second"),
        ["second"],
      );
      const again = await up(target, silent, { engine: here.engine });
      assert.deepEqual(again.changes, { create: 0, update: 0, replace: 0, delete: 0, same: 4 });
    } finally {
      server.close();
    }
  });

  it("names the resource that a provider refuses, and leaves the rest of the state as it is", async () => {
    const server = await serveProviders([randomPart]);
    try {
      const bad = (): Promise<void> => {
        new random.RandomPassword("weak", { length: 2, minUpper: 9 });
        return Promise.resolve();
      };
      const plain = here.target(bad);
      const target = { ...plain, env: { ...plain.env, PULUMI_DEBUG_PROVIDERS: server.env } };
      await assert.rejects(
        up(target, silent, { engine: here.engine }),
        /^SlipwayError: preview of stack dev: random:index\/randomPassword:RandomPassword "weak": .*length \(2\) must be at least/,
      );
    } finally {
      server.close();
    }
  });
});
