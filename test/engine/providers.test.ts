import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { EventLog } from "../../engine/events";
import { eventLog } from "../../engine/events";
import { up } from "../../engine/operations";
import { silent } from "../../engine/progress";
import { openStack } from "../../engine/stack";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import { startCluster } from "../../rehearsal/cluster";
import type { KubeObject } from "../../rehearsal/kube/client";
import { field } from "../../rehearsal/providers/kubernetes/await/readiness";
import { kubernetesPart } from "../../rehearsal/providers/kubernetes/part";
import { randomPart } from "../../rehearsal/providers/random/part";
import type { ProviderCall, ProviderServer } from "../../rehearsal/providers/server";
import { serveProviders } from "../../rehearsal/providers/server";
import { clusterParts } from "../support/cluster";
import type { Scratch } from "./support/scratch";
import { scratch } from "./support/scratch";
import type { ShopArgs } from "./support/shop";
import { namespace, shop } from "./support/shop";
import { installTools } from "../support/tools";

const none = { create: 0, update: 0, replace: 0, delete: 0 };
/** The stack, the provider, the password and eleven objects. */
const total = 14;

// The cases build on each other, as the runs of one stack do.
describe("stand-in providers under the real engine", function () {
  this.timeout(120_000);
  before(installTools);
  let cluster: EmbeddedCluster;
  let here: Scratch;
  let server: ProviderServer;
  let folder: string;
  const env: NodeJS.ProcessEnv = { ...process.env };
  const calls: ProviderCall[] = [];
  let onCall: (call: ProviderCall) => void = () => undefined;

  before(async function () {
    this.timeout(300_000);
    here = await scratch();
    folder = await mkdtemp(path.join(tmpdir(), "slipway-providers-test-"));
    const parts = await clusterParts();
    cluster = await startCluster({ ...parts, crdFiles: [], folder, storageClass: true }, silent);
    server = await serveProviders([kubernetesPart({ env }), randomPart], {
      onCall: (call) => {
        calls.push(call);
        onCall(call);
      },
    });
    await (await openStack(target(), here.engine)).create();
  });

  after(async () => {
    // What was not started is not there to be stopped.
    (server as ProviderServer | undefined)?.close();
    await (cluster as EmbeddedCluster | undefined)?.stop();
    await (here as Scratch | undefined)?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    calls.length = 0;
    onCall = () => undefined;
  });

  type Args = Omit<ShopArgs, "kubeconfig">;
  const target = (args: Args = {}) => {
    const plain = here.target(() => {
      shop({ kubeconfig: cluster.kubeconfig, ...args });
      return Promise.resolve();
    });
    return { ...plain, env: { ...plain.env, PULUMI_DEBUG_PROVIDERS: server.env } };
  };
  const operate = async (
    operation: "preview" | "up" | "refresh" | "destroy",
    args?: Args,
  ): Promise<EventLog> => {
    const log = eventLog();
    const { stack } = await openStack(target(args), here.engine);
    await stack[operation]({ onEvent: log.listen }).catch((error: unknown) => {
      const messages = log.errors().map(({ message }) => message);
      throw new Error(messages.join("\n"), { cause: error });
    });
    return log;
  };
  const run = (args?: Args): Promise<EventLog> => operate("up", args);
  const stateText = (): Promise<string> =>
    readFile(path.join(here.folder, "state", ".pulumi", "stacks", "demo", "dev.json"), "utf8");
  const objects = async (kind: string, name = ""): Promise<readonly KubeObject[]> => {
    const { items } = await cluster.client.list({ apiVersion: "v1", kind, namespace });
    return items.filter(({ metadata }) => metadata.name.startsWith(name));
  };
  const webField = async (dotted: string) => field((await cluster.client.get(web))!, dotted);
  const changed = (log: EventLog): string[] =>
    log
      .steps()
      .filter(({ op }) => op !== "same")
      .map(({ type, op }) => `${op} ${type.split(":").at(-1)}`)
      .sort();
  const web = { apiVersion: "apps/v1", kind: "Deployment", name: "web", namespace };
  const budget = { apiVersion: "policy/v1", kind: "PodDisruptionBudget", name: "web", namespace };

  it("refuses a misspelt field in the first preview, when the namespace is still to come", async () => {
    await assert.rejects(
      operate("preview", { more: { replicaz: 3 } }),
      /Deployment "web": .*unknown field "spec\.replicaz"/,
    );
  });

  it("previews without creating anything", async () => {
    const planned = await operate("preview");
    assert.deepEqual(planned.changes(), { ...none, create: total, same: 0 });
    assert.ok(calls.some(({ method }) => method === "create"));
    assert.ok(calls.every((call) => call.method !== "create" || call.preview));
    assert.equal(
      await cluster.client.get({ apiVersion: "v1", kind: "Namespace", name: namespace }),
      undefined,
    );
  });

  it("creates each object, and waits until it is ready", async () => {
    assert.deepEqual((await run()).changes(), { ...none, create: total, same: 0 });
    assert.equal(await webField("status.availableReplicas"), 2);
    const claims = await objects("PersistentVolumeClaim");
    assert.deepEqual(
      claims.map((claim) => field(claim, "status.phase")),
      ["Bound"],
    );
    const [config] = await objects("ConfigMap", "config-");
    assert.match(config!.metadata.name, /^config-[0-9a-f]{8}$/);
    assert.deepEqual(config!.metadata.annotations, { "pulumi.com/autonamed": "true" });
    assert.equal(config!.metadata.labels, undefined);
  });

  it("finds nothing to do the second time, and nothing that drifted", async () => {
    assert.deepEqual((await run()).changes(), { ...none, same: total });
    assert.deepEqual((await operate("refresh")).changes(), { ...none, same: total });
  });

  it("leaves no secret in plain text in the state", async () => {
    const state = await stateText();
    const [secret] = await objects("Secret", "credentials-");
    const encoded = field(secret!, "data.password") as string;
    const password = Buffer.from(encoded, "base64").toString();
    assert.equal(password.length, 24);
    for (const plain of [password, encoded, "s3cret-value", cluster.token]) assert.ok(!state.includes(plain));
    assert.ok(state.includes("hello"), "what is no secret is there");
  });

  it("does not mend a field that somebody else changed, unless the provider may take it", async () => {
    const drifted = { spec: { replicas: 3 } };
    await cluster.client.patch(web, drifted, { type: "strategic", fieldManager: "somebody" });
    assert.deepEqual(changed(await operate("refresh")), ["update Deployment"]);
    await assert.rejects(
      run({ force: false }),
      /server-side apply field conflict detected: .* conflict with "somebody".*: \.spec\.replicas/,
    );
    assert.equal(await webField("spec.replicas"), 3);
    assert.deepEqual(changed(await run()), ["update Deployment", "update kubernetes"]);
    assert.equal(await webField("spec.replicas"), 2);
    assert.deepEqual((await run()).changes(), { ...none, same: total });
  });

  it("finds a changed and a deleted object, and mends both", async () => {
    const drifted = {
      spec: { replicas: 3, template: { spec: { containers: [{ name: "main", image: "bad" }] } } },
    };
    await cluster.client.patch(web, drifted, { type: "strategic", fieldManager: "somebody" });
    const label = { metadata: { labels: { "example.invalid/team": "a" } } };
    await cluster.client.patch({ ...web, kind: "StatefulSet", name: "db" }, label, {
      fieldManager: "somebody",
    });
    await cluster.client.delete(budget);
    const found = await operate("refresh");
    assert.deepEqual(changed(found), ["delete PodDisruptionBudget", "update Deployment"]);
    const step = found.steps().find(({ type }) => type === "kubernetes:apps/v1:Deployment");
    assert.deepEqual([...step!.diffs].sort(), ["spec.replicas", "spec.template.spec.containers[0].image"]);

    assert.deepEqual(changed(await run()), ["create PodDisruptionBudget", "update Deployment"]);
    assert.equal(await webField("spec.replicas"), 2);
    assert.equal(await webField("spec.template.spec.containers.0.image"), "example.invalid/web:1");
    assert.notEqual(await cluster.client.get(budget), undefined);
    assert.deepEqual((await run()).changes(), { ...none, same: total });
  });

  it("mends a ConfigMap that drifted by another in its place, under another made-up name", async () => {
    const [config] = await objects("ConfigMap", "config-");
    const ref = { apiVersion: "v1", kind: "ConfigMap", name: config!.metadata.name, namespace };
    await cluster.client.patch(ref, { data: { greeting: "changed" } }, { fieldManager: "somebody" });
    assert.deepEqual(changed(await operate("refresh")), ["update ConfigMap"]);
    assert.deepEqual(changed(await run()), ["replace ConfigMap", "update Deployment"]);
    const [mended, ...more] = await objects("ConfigMap", "config-");
    assert.deepEqual(more, []);
    assert.notEqual(mended!.metadata.name, config!.metadata.name);
    assert.equal(field(mended!, "data.greeting"), "hello");
  });

  it("makes a changed ConfigMap anew, moves the Deployment to it, and deletes the old one, in that order", async () => {
    const result = await run({ greeting: "good evening" });
    assert.deepEqual(result.changes(), { ...none, update: 1, replace: 1, same: total - 2 });
    const order = calls
      .filter(({ method, preview: dry }) => !dry && ["create", "update", "delete"].includes(method))
      .map(({ method, type }) => `${method} ${type}`);
    assert.deepEqual(order, [
      "create kubernetes:core/v1:ConfigMap",
      "update kubernetes:apps/v1:Deployment",
      "delete kubernetes:core/v1:ConfigMap",
    ]);
    assert.equal((await objects("ConfigMap", "config-")).length, 1);
  });

  it("takes a field out of the object that was in it from the start and then dropped", async () => {
    const service = { apiVersion: "v1", kind: "Service", name: "web", namespace };
    assert.deepEqual((await cluster.client.get(service))!.metadata.labels, { team: "a" });
    assert.ok(changed(await run({ plain: true })).includes("update Service"));
    assert.equal((await cluster.client.get(service))!.metadata.labels, undefined);
    await run();
    assert.deepEqual((await cluster.client.get(service))!.metadata.labels, { team: "a" });
  });

  it("refuses a misspelt field in a later preview, and changes nothing", async () => {
    const before = await webField("metadata.generation");
    await assert.rejects(operate("preview", { more: { replicaz: 3 } }), /Deployment "web": .*replicaz/);
    assert.equal(await webField("metadata.generation"), before);
  });

  it("fails with the reason when Pod Security lets no pod in, and mends it in the next run", async () => {
    await assert.rejects(
      run({ root: true }),
      /Deployment "web": .*violates PodSecurity "restricted:latest": runAsNonRoot/,
    );
    assert.match(await stateText(), /"initErrors":/);
    assert.deepEqual(changed(await run()), ["update Deployment"]);
    assert.doesNotMatch(await stateText(), /"initErrors":/);
  });

  it("passes an error on, with the resource named", async () => {
    onCall = ({ method, preview: dry, name }) => {
      if (method === "create" && !dry && name === "late") throw new Error("the request was throttled");
    };
    await assert.rejects(
      run({ late: "x" }),
      /kubernetes:core\/v1:ConfigMap "late": the request was throttled/,
    );
    assert.equal((await objects("ConfigMap", "late-")).length, 0);
  });

  it("recovers from kill -9 of the engine, without making an object twice", async () => {
    onCall = ({ method, preview: dry, name }) => {
      if (method === "create" && !dry && name === "late") killEngine();
    };
    await assert.rejects(run({ late: "y" }));
    // What was under way is finished by the provider, and nobody records it.
    await cluster.client.waitUntil({ apiVersion: "v1", kind: "ConfigMap", namespace }, (all) =>
      all.some(({ metadata }) => metadata.name.startsWith("late-")),
    );
    onCall = () => undefined;
    const [made] = await objects("ConfigMap", "late-");
    const result = await up(target({ late: "y" }), silent, { engine: here.engine });
    assert.deepEqual(result.changes, { ...none, same: total + 1 });
    assert.deepEqual(
      (await objects("ConfigMap", "late-")).map(({ metadata }) => metadata.uid),
      [made!.metadata.uid],
    );
  });

  it("does not take over an object that the state does not know and no killed engine was making", async () => {
    const mine = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "stranger", namespace },
      data: { a: "1" },
    };
    await cluster.client.create(mine, { fieldManager: "somebody" });
    await assert.rejects(
      run({ stranger: "2" }),
      /ConfigMap "stranger": configmaps "stranger" already exists/,
    );
    assert.equal(field((await cluster.client.get({ ...mine, name: "stranger", namespace }))!, "data.a"), "1");
  });

  it("destroys everything, volumes included", async () => {
    await operate("destroy");
    assert.equal(
      await cluster.client.get({ apiVersion: "v1", kind: "Namespace", name: namespace }),
      undefined,
    );
    assert.equal((await cluster.client.list({ apiVersion: "v1", kind: "PersistentVolume" })).items.length, 0);
    assert.equal((await objects("Pod")).length, 0);
  });
});

/** Kills the Pulumi CLI that this process started. */
function killEngine(): void {
  const children = execFileSync("ps", ["-o", "pid=,comm=", "--ppid", String(process.pid)], {
    encoding: "utf8",
  });
  const pids = children.split("\n").flatMap((line) => /^\s*(\d+) pulumi/.exec(line)?.slice(1) ?? []);
  assert.equal(pids.length, 1);
  process.kill(Number(pids[0]), "SIGKILL");
}
