import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { readFile, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAbandoned } from "../../engine/locks";
import { stateOf } from "../../engine/state";
import { silent } from "../../engine/progress";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import { startCluster } from "../../rehearsal/cluster";
import { clusterFiles } from "../../rehearsal/cluster/files";
import { makeNamespaces, providedNamespaces } from "../../rehearsal/host";
import { clusterContents } from "../../rehearsal/leftovers";
import type { Contents } from "../../rehearsal/leftovers";
import { dockerPart } from "../../rehearsal/providers/docker/part";
import { kubernetesPart } from "../../rehearsal/providers/kubernetes/part";
import { randomPart } from "../../rehearsal/providers/random/part";
import type { ProviderCall, ProviderServer } from "../../rehearsal/providers/server";
import { serveProviders } from "../../rehearsal/providers/server";
import { clusterParts } from "../support/cluster";
import { leaks } from "../support/leaks";
import type { Place } from "../support/leaks";
import { temporaryFolder } from "../support/temporary";
import { installTools } from "../support/tools";
import type { LocalStack } from "./support/local-stack";
import { localStack } from "./support/local-stack";
import { slipway } from "./support/run";
import type { Run } from "./support/run";
import { filesBelow, generatedIn } from "./support/secrets";

const root = path.resolve(__dirname, "..", "..");

/** A promise and what settles it; `Promise.withResolvers` needs Node 22. */
function withResolvers(): { readonly promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

// The cases build on each other: one stack is killed twice on its way up.
describe("slipway up of the real program, killed with -9", function () {
  this.timeout(400_000);
  before(installTools);
  let here: LocalStack;
  let cluster: EmbeddedCluster;
  let server: ProviderServer;
  let folder: string;
  let atFirst: Contents;
  let onCreate: (call: ProviderCall) => void | Promise<void> = () => undefined;
  /** Names of resources whose create was asked for, in order. */
  const created: string[] = [];
  /** All that was printed, by the run. */
  const printed: Place[] = [];

  before(async function () {
    this.timeout(300_000);
    here = await localStack();
    folder = temporaryFolder("slipway-kill-test-");
    cluster = await startCluster({ ...(await clusterParts()), folder, storageClass: true }, silent);
    await makeNamespaces(cluster.client, providedNamespaces, []);
    atFirst = await clusterContents(cluster.client);
    server = await serveProviders(
      [kubernetesPart({ env: {} }), dockerPart({ mode: "hash", base: path.join(root, "infra") }), randomPart],
      {
        onCall: async (call) => {
          if (call.method !== "create" || call.preview) return;
          created.push(call.name);
          await onCreate(call);
        },
      },
    );
  });
  after(async () => {
    // What was not started is not there to be stopped.
    (server as ProviderServer | undefined)?.close();
    await (cluster as EmbeddedCluster | undefined)?.stop();
    await (here as LocalStack | undefined)?.remove();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    created.length = 0;
    onCreate = () => undefined;
  });

  async function run(
    command: "up" | "preview",
    { started, json = true }: { started?: (child: ChildProcess) => void; json?: boolean } = {},
  ): Promise<Run> {
    const ended = await slipway([command, "-s", "local", "-C", here.folder, ...(json ? ["--json"] : [])], {
      env: here.env(cluster.kubeconfigPath, server.env),
      ...(started && { started }),
    });
    printed.push([`run ${printed.length + 1}, ${command}`, ended.stdout + ended.stderr]);
    return ended;
  }

  /** Id of the process that holds the stack's lock. */
  async function engine(): Promise<number> {
    const [lock = ""] = (await readdir(here.locks)).filter((name) => name.endsWith(".json"));
    return (JSON.parse(await readFile(path.join(here.locks, lock), "utf8")) as { pid: number }).pid;
  }

  const pending = async (): Promise<string[]> => {
    const { checkpoint } = JSON.parse(await here.stateText()) as {
      checkpoint: { latest: { pending_operations?: { resource: { urn: string }; type: string }[] } };
    };
    return (checkpoint.latest.pending_operations ?? []).map(
      ({ type, resource }) => `${type} ${resource.urn.split("::").at(-1)}`,
    );
  };

  /** The objects that the program made: all new ones but those that a controller made for another. */
  async function made(): Promise<string[]> {
    return [...(await clusterContents(cluster.client))]
      .filter(([name, { owners }]) => !atFirst.has(name) && owners.length === 0)
      .map(([name]) => name)
      .filter((name) => !name.startsWith("PersistentVolume "))
      .sort();
  }

  /** The objects that the state has. */
  async function known(): Promise<string[]> {
    return (await stateOf(here.target, here.engine))
      .filter(({ type }) => /^kubernetes:/.test(type))
      .map(({ type, id }) => `${type.split(":").at(-1)} ${id}`)
      .sort();
  }

  it("leaves objects that the state does not have, when the engine dies while a Secret with a made-up name is made", async () => {
    // A claim too, which takes all that its namespace's quota has: to make it again would be forbidden, not a conflict.
    const awaited = new Set(["daira-postgres-connection", "noa-database-data"]);
    const bothAsked = withResolvers();
    onCreate = async ({ name }) => {
      if (!awaited.delete(name)) return;
      if (awaited.size > 0) return bothAsked.promise;
      process.kill(await engine(), "SIGKILL");
      bothAsked.resolve();
    };
    const { code, stdout } = await run("up");
    assert.equal(code, 1);
    assert.match(stdout, /up of stack local: the engine was killed by SIGKILL; run it again/);
    assert.ok((await pending()).includes("creating daira-postgres-connection"));
    assert.ok((await pending()).includes("creating noa-database-data"));
    // The provider brings what is under way to its end; whether the engine still hears of it or not.
    await cluster.client.waitUntil({ apiVersion: "v1", kind: "Secret", namespace: "daira" }, (all) =>
      all.some(({ metadata }) => metadata.name.startsWith("daira-postgres-connection-")),
    );
    await cluster.client.waitUntil(
      { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "noa" },
      (all) => all.some(({ metadata }) => metadata.name === "database-data"),
    );
    const unknown = (await made()).filter((name) => /daira-postgres-connection-/.test(name));
    assert.equal(unknown.length, 1);
    assert.ok(!(await known()).some((name) => unknown.includes(name)));
  });

  it("goes on from there, until the command itself dies while what needs the Secret is made", async () => {
    const connection = (await made()).filter((name) => /daira-postgres-connection-/.test(name));
    let child: ChildProcess | undefined;
    let dying = 0;
    onCreate = async ({ name }) => {
      if (name !== "daira-postgres-member") return;
      dying = await engine();
      child?.kill("SIGKILL");
    };
    const { signal, stderr } = await run("up", { started: (started) => (child = started) });
    assert.equal(signal, "SIGKILL");
    assert.match(stderr, /its lock is taken away/);
    assert.match(
      stderr,
      /cut off while creating kubernetes:core\/v1:Secret "daira-postgres-connection": it exists, and the state has it now/,
    );
    assert.match(
      stderr,
      /while creating kubernetes:core\/v1:PersistentVolumeClaim "noa-database-data": it exists, and the state has it now/,
    );
    // It had all of the first run's objects, so it made none of them again.
    assert.ok(!created.includes("daira-postgres-connection"));
    assert.ok(!created.includes("noa-database-data"));
    assert.deepEqual(
      (await made()).filter((name) => /daira-postgres-connection-/.test(name)),
      connection,
    );
    // The engine ends by itself when its program is gone.
    const holder = { url: "", user: "", host: hostname(), pid: dying, since: "" };
    for (let tries = 0; tries < 300 && !(await isAbandoned(holder)); tries += 1) await sleep(100);
    assert.equal(await isAbandoned(holder), true);
  });

  it("converges in the next run: each object is in the state once, and nothing else was made", async () => {
    const { code, stdout, stderr } = await run("up");
    assert.equal(code, 0, stderr);
    const { changes } = JSON.parse(stdout) as { changes: Record<string, number> };
    assert.equal(changes["update"], 0);
    assert.equal(changes["replace"], 0);
    assert.equal(changes["delete"], 0);
    const objects = await made();
    assert.deepEqual(await known(), objects);
    assert.equal(new Set(objects).size, objects.length);
    assert.deepEqual(await pending(), []);
    assert.deepEqual(await readdir(here.locks).catch(() => []), []);
    // None was made by two runs: as many creates as there are resources, over all.
    const secrets = objects.filter((name) => /^Secret daira\/daira-.*-[0-9a-f]{8}$/.test(name));
    assert.deepEqual(
      secrets.map((name) => name.replace(/-[0-9a-f]{8}$/, "")),
      [...new Set(secrets.map((name) => name.replace(/-[0-9a-f]{8}$/, "")))],
    );
  });

  it("has nothing left to do", async () => {
    const { code, stdout, stderr } = await run("preview");
    assert.equal(code, 0, stderr);
    const { changes } = JSON.parse(stdout) as { changes: Record<string, number> };
    const total = (await stateOf(here.target, here.engine)).filter(
      ({ type }) => type !== "pulumi:providers:random" && type !== "pulumi:providers:docker",
    ).length;
    assert.deepEqual(changes, { create: 0, update: 0, replace: 0, delete: 0, same: total });
  });

  it("has shown no generated secret: in no output of a run, no log, and no state of then or now", async () => {
    const { code, stdout, stderr } = await run("preview", { json: false });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^total +0 +0 +0 +0 +\d+$/m);
    const generated = await generatedIn(cluster.client);
    const passwords = (await stateOf(here.target, here.engine)).filter(
      ({ type }) => type === "random:index/randomPassword:RandomPassword",
    );
    assert.equal(Object.keys(generated).length, passwords.length);
    const files = [...filesBelow(here.base), ...filesBelow(clusterFiles(folder).logs)];
    const states = files.filter(([name]) => /(?:local|checkpoint)\.json(?:\.bak)?$/.test(name));
    assert.ok(states.length > 2);
    assert.deepEqual(leaks({ ...generated, token: cluster.token }, [...printed, ...files]), []);
  });
});
