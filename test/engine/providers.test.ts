import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import type { EventLog } from "../../engine/events";
import { up } from "../../engine/operations";
import { silent } from "../../engine/progress";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import type { KubeObject } from "../../rehearsal/kube/client";
import { field } from "../../rehearsal/providers/kubernetes/await/readiness";
import { randomPart } from "../../rehearsal/providers/random/part";
import { installTools } from "../support/tools";
import { changed, clusterStack } from "./support/cluster-stack";
import type { ClusterStack } from "./support/cluster-stack";
import type { ShopArgs } from "./support/shop";
import { namespace, shop } from "./support/shop";

type ShopChange = Omit<ShopArgs, "kubeconfig">;

const none = { create: 0, update: 0, replace: 0, delete: 0 };
/** The stack, the provider, the password and eleven objects. */
const total = 14;

// The cases build on each other, as the runs of one stack do.
describe("stand-in providers under the real engine", function () {
  this.timeout(120_000);
  before(installTools);
  let stack: ClusterStack<ShopChange>;
  let cluster: EmbeddedCluster;

  before(async function () {
    this.timeout(300_000);
    stack = await clusterStack({
      program: (kubeconfig, change) => shop({ kubeconfig, ...change }),
      providers: () => [randomPart],
    });
    ({ cluster } = stack);
  });

  // What was not started is not there to be stopped.
  after(() => (stack as typeof stack | undefined)?.stop());

  beforeEach(() => stack.forget());

  const run = (change?: ShopChange): Promise<EventLog> => stack.operate("up", change);
  const objects = (kind: string, start?: string): Promise<readonly KubeObject[]> =>
    stack.objects("v1", kind, start);
  const webField = async (dotted: string) => field((await cluster.client.get(web))!, dotted);
  const web = { apiVersion: "apps/v1", kind: "Deployment", name: "web", namespace };
  const budget = { apiVersion: "policy/v1", kind: "PodDisruptionBudget", name: "web", namespace };

  it("refuses a misspelt field in the first preview, when the namespace is still to come", async () => {
    await assert.rejects(
      stack.operate("preview", { more: { replicaz: 3 } }),
      /Deployment "web": .*unknown field "spec\.replicaz"/,
    );
  });

  it("previews without creating anything", async () => {
    const planned = await stack.operate("preview");
    assert.deepEqual(planned.changes(), { ...none, create: total, same: 0 });
    assert.ok(stack.calls.some(({ method }) => method === "create"));
    assert.ok(stack.calls.every((call) => call.method !== "create" || call.preview));
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
    assert.deepEqual((await stack.operate("refresh")).changes(), { ...none, same: total });
  });

  it("leaves no secret in plain text in the state", async () => {
    const state = await stack.stateText();
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
    assert.deepEqual(changed(await stack.operate("refresh")), ["update Deployment"]);
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
    const found = await stack.operate("refresh");
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
    assert.deepEqual(changed(await stack.operate("refresh")), ["update ConfigMap"]);
    assert.deepEqual(changed(await run()), ["replace ConfigMap", "update Deployment"]);
    const [mended, ...more] = await objects("ConfigMap", "config-");
    assert.deepEqual(more, []);
    assert.notEqual(mended!.metadata.name, config!.metadata.name);
    assert.equal(field(mended!, "data.greeting"), "hello");
  });

  it("makes a changed ConfigMap anew, moves the Deployment to it, and deletes the old one, in that order", async () => {
    const result = await run({ greeting: "good evening" });
    assert.deepEqual(result.changes(), { ...none, update: 1, replace: 1, same: total - 2 });
    const order = stack.calls
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
    await assert.rejects(stack.operate("preview", { more: { replicaz: 3 } }), /Deployment "web": .*replicaz/);
    assert.equal(await webField("metadata.generation"), before);
  });

  it("fails with the reason when Pod Security lets no pod in, and mends it in the next run", async () => {
    await assert.rejects(
      run({ root: true }),
      /Deployment "web": .*violates PodSecurity "restricted:latest": runAsNonRoot/,
    );
    assert.match(await stack.stateText(), /"initErrors":/);
    assert.deepEqual(changed(await run()), ["update Deployment"]);
    assert.doesNotMatch(await stack.stateText(), /"initErrors":/);
  });

  it("passes an error on, with the resource named", async () => {
    stack.tell(({ method, preview: dry, name }) => {
      if (method === "create" && !dry && name === "late") throw new Error("the request was throttled");
    });
    await assert.rejects(
      run({ late: "x" }),
      /kubernetes:core\/v1:ConfigMap "late": the request was throttled/,
    );
    assert.equal((await objects("ConfigMap", "late-")).length, 0);
  });

  it("recovers from kill -9 of the engine, without making an object twice", async () => {
    stack.tell(({ method, preview: dry, name }) => {
      if (method === "create" && !dry && name === "late") killEngine();
    });
    await assert.rejects(run({ late: "y" }));
    // What was under way is finished by the provider, and nobody records it.
    await cluster.client.waitUntil({ apiVersion: "v1", kind: "ConfigMap", namespace }, (all) =>
      all.some(({ metadata }) => metadata.name.startsWith("late-")),
    );
    stack.tell(() => undefined);
    const [made] = await objects("ConfigMap", "late-");
    const result = await up(stack.target({ late: "y" }), silent, { engine: stack.engine });
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
    await stack.operate("destroy");
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
