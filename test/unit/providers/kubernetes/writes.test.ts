import assert from "node:assert/strict";
import type { KubeClient, KubeObject } from "../../../../rehearsal/kube/client";
import { KubeError } from "../../../../rehearsal/kube/client";
import type { Cluster } from "../../../../rehearsal/providers/kubernetes/cluster";
import { create, previewCreate } from "../../../../rehearsal/providers/kubernetes/create";
import { read, remove } from "../../../../rehearsal/providers/kubernetes/read";
import { diff, update } from "../../../../rehearsal/providers/kubernetes/update";
import type { Props } from "../../../../rehearsal/providers/part";
import { PartialFailure, UNKNOWN } from "../../../../rehearsal/providers/part";

const inputs: Props = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "shop" },
  data: { x: "1" },
};
const live = inputs as unknown as KubeObject;
const ref = { urn: "urn", type: "kubernetes:core/v1:ConfigMap", name: "a" };
const createRequest = { ...ref, inputs, preview: true, timeoutSeconds: 0 };
const unreachable = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
const forbidden = (message: string) => new KubeError(403, "Forbidden", message);

/** A cluster that answers as it is told, and notes what it is asked. */
function clusterOf(
  answers: Partial<Record<keyof KubeClient, unknown>>,
  settings: Partial<Cluster["settings"]> = {},
) {
  const asked: { method: string; object: unknown; options: unknown }[] = [];
  const names = ["create", "apply", "patch", "get", "delete", "list", "waitUntil"] as const;
  const methods = names.map((method) => [
    method,
    (object: unknown, ...options: unknown[]) => {
      asked.push({ method, object, options: options.at(-1) });
      const answer = answers[method];
      const result: unknown =
        typeof answer === "function" ? (answer as (object: unknown) => unknown)(object) : answer;
      return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
    },
  ]);
  const cluster = {
    client: {
      namespace: "default",
      resourceFor: () => Promise.resolve({ namespaced: true }),
      ...Object.fromEntries(methods),
      ...("resourceFor" in answers ? { resourceFor: answers.resourceFor } : {}),
    },
    settings: { upsert: false, patchForce: false, deleteUnreachable: false, ...settings },
    signal: new AbortController().signal,
  } as unknown as Cluster;
  return { cluster, asked };
}

describe("a previewed create", () => {
  it("gives what the server says on a dry run, without its empty status", async () => {
    const { cluster, asked } = clusterOf({ create: { object: { ...live, status: {}, added: true } } });
    const outputs = await previewCreate(cluster, createRequest);
    assert.equal(outputs["added"], true);
    assert.equal("status" in outputs, false);
    assert.deepEqual(
      asked.map(({ method, options }) => [method, (options as { dryRun: boolean }).dryRun]),
      [["create", true]],
    );
  });

  for (const [what, answer] of [
    ["an object that exists, which a replacement may free", new KubeError(409, "AlreadyExists", "exists")],
    ["a right that is missing", forbidden('User "u" cannot create resource "configmaps"')],
    ["a cluster that does not answer", unreachable],
  ] as const) {
    it(`gives the inputs for ${what}`, async () => {
      assert.equal(await previewCreate(clusterOf({ create: answer }).cluster, createRequest), inputs);
    });
  }

  it("asks nobody while a value is unknown or the kind is still to come", async () => {
    const { cluster, asked } = clusterOf({ create: new Error("asked") });
    const unknown = { ...inputs, data: UNKNOWN };
    assert.equal(await previewCreate(cluster, { ...createRequest, inputs: unknown }), unknown);
    const absent = clusterOf({ resourceFor: () => Promise.reject(new KubeError(404, "UnknownKind", "no")) });
    assert.equal(await previewCreate(absent.cluster, createRequest), inputs);
    assert.deepEqual([...asked, ...absent.asked], []);
  });

  for (const [what, error] of [
    ["an admission rule", forbidden("violates PodSecurity")],
    ["the schema", new KubeError(400, "BadRequest", 'unknown field "x"')],
    ["the validation", new KubeError(422, "Invalid", "must be positive")],
  ] as const) {
    it(`fails with the refusal of ${what}`, async () => {
      await assert.rejects(previewCreate(clusterOf({ create: error }).cluster, createRequest), error);
    });
  }

  it("validates in another namespace while its own is still to come, and hears only of the object", async () => {
    const missing = new KubeError(404, "NotFound", 'namespaces "shop" not found');
    const elsewhere = (answer: unknown) =>
      clusterOf({
        create: (object: KubeObject) => (object.metadata.namespace === "shop" ? missing : answer),
      });
    const good = elsewhere({ object: live });
    assert.equal(await previewCreate(good.cluster, createRequest), inputs);
    assert.deepEqual(
      good.asked.map(({ object }) => (object as KubeObject).metadata.namespace),
      ["shop", "default"],
    );
    assert.equal(await previewCreate(elsewhere(forbidden("exceeded quota")).cluster, createRequest), inputs);
    const bad = new KubeError(400, "BadRequest", 'unknown field "x"');
    await assert.rejects(previewCreate(elsewhere(bad).cluster, createRequest), bad);
  });
});

describe("a create", () => {
  const request = { ...createRequest, preview: false };

  it("posts as the fixed manager, and says the id", async () => {
    const { cluster, asked } = clusterOf({ create: { object: live } });
    const { id, outputs } = await create(cluster, request);
    assert.equal(id, "shop/a");
    assert.deepEqual(outputs["data"], { x: "1" });
    assert.equal((asked[0]!.options as { fieldManager: string }).fieldManager, "pulumi-kubernetes");
  });

  it("fails for an object that exists, unless the provider may take it over", async () => {
    const exists = new KubeError(409, "AlreadyExists", "exists");
    await assert.rejects(create(clusterOf({ create: exists }).cluster, request), exists);
    const { cluster, asked } = clusterOf({ create: exists, apply: { object: live } }, { upsert: true });
    assert.equal((await create(cluster, request)).id, "shop/a");
    assert.deepEqual(
      asked.map(({ method, options }) => [method, (options as { force: boolean }).force]),
      [["apply", false]],
    );
  });

  it("says whose field it is when it may take over an object but not somebody else's field", async () => {
    const conflict = new KubeError(409, "Conflict", 'conflict with "somebody": .data.x');
    const { cluster } = clusterOf({ apply: conflict }, { upsert: true });
    await assert.rejects(create(cluster, request), {
      status: 409,
      message:
        /^server-side apply field conflict detected: the resource managed by field manager "pulumi-kubernetes-[0-9a-f]{8}" had an apply conflict: conflict with "somebody": \.data\.x$/,
    });
  });

  it("tries again while the namespace is still to come", async () => {
    const answers: unknown[] = [new KubeError(404, "NotFound", "namespace"), { object: live }];
    const { cluster, asked } = clusterOf({ create: () => answers.shift() });
    assert.equal((await create(cluster, request)).id, "shop/a");
    assert.equal(asked.length, 2);
  });

  it("keeps an object in the state however the wait for it ends", async () => {
    const pod = { ...inputs, kind: "Pod" };
    const { cluster } = clusterOf({ create: { object: pod }, waitUntil: new Error("cancelled") });
    await assert.rejects(
      create(cluster, { ...request, inputs: pod, type: "kubernetes:core/v1:Pod" }),
      (error) => {
        assert.ok(error instanceof PartialFailure);
        assert.deepEqual([error.id, error.reasons], ["shop/a", ["cancelled"]]);
        return true;
      },
    );
  });
});

describe("a change", () => {
  const changed = { ...inputs, data: { x: "2" } };
  const request = {
    ...createRequest,
    inputs: changed,
    preview: false,
    id: "shop/a",
    oldInputs: inputs,
    oldOutputs: inputs,
    ignoreChanges: [],
  };
  const diffRequest = {
    ...ref,
    id: "shop/a",
    oldInputs: inputs,
    oldOutputs: inputs,
    news: changed,
    ignoreChanges: [],
  };

  it("asks the server nothing when nothing changed", async () => {
    const { cluster, asked } = clusterOf({});
    const result = await diff(cluster, { ...diffRequest, news: inputs });
    assert.deepEqual(result, { changes: [], replaces: [], deleteBeforeReplace: true });
    assert.deepEqual(asked, []);
  });

  it("replaces what the server says cannot change in place, and takes its silence for no", async () => {
    const type = "kubernetes:example.invalid/v1:Thing";
    const immutable = new KubeError(422, "Invalid", "field is immutable");
    const refused = await diff(clusterOf({ apply: immutable }).cluster, { ...diffRequest, type });
    assert.deepEqual(refused.replaces, ["data.x"]);
    const silent = await diff(clusterOf({ apply: unreachable }).cluster, { ...diffRequest, type });
    assert.deepEqual([silent.changes, silent.replaces], [["data.x"], []]);
  });

  it("replaces a Job that never ended where the annotation asks for it", async () => {
    const job = {
      ...inputs,
      kind: "Job",
      metadata: { name: "a", annotations: { "pulumi.com/replaceUnready": "true" } },
    };
    const unchanged = {
      ...diffRequest,
      type: "kubernetes:batch/v1:Job",
      oldInputs: job,
      oldOutputs: job,
      news: job,
    };
    const running = await diff(clusterOf({ get: { ...job, status: {} } }).cluster, unchanged);
    assert.deepEqual(running.replaces, ['metadata.annotations["pulumi.com/replaceUnready"]']);
    const complete = { ...job, status: { conditions: [{ type: "Complete", status: "True" }] } };
    assert.deepEqual((await diff(clusterOf({ get: complete }).cluster, unchanged)).changes, []);
  });

  it("says what to do when the object is gone", async () => {
    await assert.rejects(
      update(clusterOf({}).cluster, request),
      /shop\/a is gone from the cluster; run a refresh/,
    );
  });

  it("hands the creator's fields over first, and again when a controller came in between", async () => {
    const managedFields = [{ manager: "pulumi-kubernetes", operation: "Update", fieldsV1: {} }];
    const conflicts: unknown[] = [new KubeError(409, "Conflict", "modified"), { object: live }];
    const { cluster, asked } = clusterOf({
      get: { ...live, metadata: { ...live.metadata, managedFields } },
      patch: () => conflicts.shift(),
      apply: { object: live },
    });
    await update(cluster, request);
    assert.deepEqual(
      asked.map(({ method }) => method),
      ["get", "patch", "get", "patch", "apply"],
    );
    // Of an object without any manager nobody else can own a field.
    assert.equal((asked.at(-1)!.options as { force: boolean }).force, true);
  });

  const managedBy = (manager: string): KubeObject => ({
    ...live,
    metadata: { ...live.metadata, managedFields: [{ manager, operation: "Update", fieldsV1: {} }] },
  });
  const annotated = { ...changed, metadata: { name: "a", annotations: { "pulumi.com/patchForce": "true" } } };
  for (const [what, at, settings, more, force] of [
    ["nothing asks for it", managedBy("somebody"), {}, {}, false],
    ["the provider is told to", managedBy("somebody"), { patchForce: true }, {}, true],
    ["the object's annotation asks for it", managedBy("somebody"), {}, { inputs: annotated }, true],
    ["nobody manages the object yet", live, {}, {}, true],
    ["a preview comes to somebody else's object", managedBy("somebody"), {}, { preview: true }, false],
    [
      "a preview comes before what an update takes over",
      managedBy("pulumi-kubernetes"),
      {},
      { preview: true },
      true,
    ],
  ] as const) {
    it(`${force ? "takes" : "does not take"} fields from their manager when ${what}`, async () => {
      const { cluster, asked } = clusterOf({ get: at, apply: { object: live } }, settings);
      await update(cluster, { ...request, ...more });
      assert.equal((asked.at(-1)!.options as { force: boolean }).force, force);
    });
  }

  it("changes nothing in a preview", async () => {
    const { cluster, asked } = clusterOf({ get: live, apply: { object: live } });
    await update(cluster, { ...request, preview: true });
    assert.deepEqual(
      asked.map(({ method, options }) => [method, (options as { dryRun?: boolean }).dryRun]),
      [
        ["get", undefined],
        ["apply", true],
      ],
    );
  });
});

describe("a look at an object, and its end", () => {
  const state = { ...ref, id: "shop/a", inputs, outputs: inputs };
  const deletion = { ...state, timeoutSeconds: 0 };

  it("finds it gone when the server does not have it, its kind, or by argument its cluster", async () => {
    assert.equal(await read(clusterOf({}).cluster, state), undefined);
    const noKind = new KubeError(404, "UnknownKind", "no kind");
    assert.equal(await read(clusterOf({ get: noKind }).cluster, state), undefined);
    await assert.rejects(read(clusterOf({ get: unreachable }).cluster, state), unreachable);
    assert.equal(
      await read(clusterOf({ get: unreachable }, { deleteUnreachable: true }).cluster, state),
      undefined,
    );
  });

  it("keeps a workload that is not ready, with the reason", async () => {
    const pod = { ...inputs, kind: "Pod" };
    const { cluster } = clusterOf({ get: { ...pod, status: { phase: "Failed" } }, apply: { object: pod } });
    await assert.rejects(read(cluster, { ...state, inputs: pod, outputs: pod }), PartialFailure);
  });

  it("reads an object that is imported without comparing it", async () => {
    const { cluster, asked } = clusterOf({ get: { ...live, status: {} } });
    const found = await read(cluster, { ...ref, id: "shop/a", inputs: undefined, outputs: undefined });
    assert.deepEqual(found?.inputs, inputs);
    assert.equal(asked.length, 1);
  });

  it("deletes in the foreground unless an annotation says otherwise, and waits for the end", async () => {
    const { cluster, asked } = clusterOf({ get: live, delete: true });
    await remove(cluster, deletion);
    assert.deepEqual(
      asked.map(({ method }) => method),
      ["get", "delete", "waitUntil"],
    );
    const policy = (at: typeof asked) => (at[1]!.options as { propagationPolicy: string }).propagationPolicy;
    assert.equal(policy(asked), "Foreground");
    const annotations = { "pulumi.com/deletionPropagationPolicy": "orphan" };
    const orphaned = clusterOf({ get: live, delete: true });
    await remove(orphaned.cluster, {
      ...deletion,
      inputs: { ...inputs, metadata: { name: "a", annotations } },
    });
    assert.equal(policy(orphaned.asked), "Orphan");
  });

  it("deletes nothing that is gone", async () => {
    const { cluster, asked } = clusterOf({});
    await remove(cluster, deletion);
    assert.equal(asked.length, 1);
  });
});
