import assert from "node:assert/strict";
import type { KubeObject } from "../../../../rehearsal/kube/client";
import { KubeError } from "../../../../rehearsal/kube/client";
import { immutableChanges, needsNameFreed, planOf } from "../../../../rehearsal/providers/kubernetes/diff";
import { withDrift, withPlainDrift } from "../../../../rehearsal/providers/kubernetes/drift";
import { isForeign, takenOver } from "../../../../rehearsal/providers/kubernetes/managers";
import type { ManagedFields } from "../../../../rehearsal/providers/kubernetes/managers";
import { kindOf } from "../../../../rehearsal/providers/kubernetes/objects";
import {
  fieldManagerOf,
  importedInputs,
  outputsOf,
  previewOutputs,
} from "../../../../rehearsal/providers/kubernetes/outputs";
import { withIgnored } from "../../../../rehearsal/providers/kubernetes/update";
import type { DiffRequest, Json, Props } from "../../../../rehearsal/providers/part";
import { formatPath, parsePath, withValueAt } from "../../../../rehearsal/providers/paths";

const frozen = { configMapsMutable: false, secretsMutable: false };
const mutable = { configMapsMutable: true, secretsMutable: true };
/** An object with nothing in it but a value at this path. */
const only = (path: readonly (string | number)[], value: Json): Json =>
  path.reduceRight<Json>((inner, step) => (typeof step === "number" ? [inner] : { [step]: inner }), value);
const request = (oldInputs: Props, news: Props, more: Partial<DiffRequest> = {}): DiffRequest => ({
  urn: "urn:a",
  type: "",
  name: "a",
  id: "",
  oldInputs,
  oldOutputs: oldInputs,
  news,
  ignoreChanges: [],
  ...more,
});

describe("replacement of Kubernetes objects", () => {
  for (const [type, path, replaced, mutability = frozen] of [
    ["apps/v1:Deployment", "spec.replicas", false],
    ["apps/v1:Deployment", "spec.selector.matchLabels.app", true],
    ["apps/v1:Deployment", "metadata.labels.app", false],
    ["apps/v1:Deployment", "metadata.name", true],
    ["apps/v1:Deployment", "metadata.namespace", true],
    ["apps/v1:StatefulSet", "spec.serviceName", true],
    ["apps/v1:StatefulSet", "spec.volumeClaimTemplates[0].spec.resources.requests.storage", true],
    ["apps/v1:StatefulSet", "spec.template.spec.containers[0].image", false],
    ["batch/v1:Job", "spec.template.spec.containers[0].image", true],
    ["batch/v1:Job", "spec.ttlSecondsAfterFinished", false],
    ["batch/v1:CronJob", "spec.jobTemplate", false],
    ["core/v1:ConfigMap", "data.a", true],
    ["core/v1:ConfigMap", "binaryData.a", true],
    ["core/v1:ConfigMap", "data.a", false, mutable],
    ["core/v1:ConfigMap", "metadata.annotations.a", false],
    ["core/v1:Secret", "stringData.a", true],
    ["core/v1:Secret", "stringData.a", false, mutable],
    ["core/v1:Secret", "type", true, mutable],
    ["core/v1:Service", "spec.clusterIP", true],
    ["core/v1:Service", "spec.ports[0].port", false],
    ["core/v1:Pod", "spec.containers[0].image", true],
    ["core/v1:Pod", "spec.tolerations[0].key", false],
    ["core/v1:PersistentVolume", "spec.csi.driver", true],
    ["core/v1:PersistentVolume", "spec.capacity.storage", false],
    ["core/v1:PersistentVolumeClaim", "spec.storageClassName", true],
    ["core/v1:PersistentVolumeClaim", "spec.resources.requests.storage", false],
    ["core/v1:ResourceQuota", "spec.hard.pods", false],
    ["rbac.authorization.k8s.io/v1:RoleBinding", "roleRef.name", true],
    ["rbac.authorization.k8s.io/v1:RoleBinding", "subjects[0].name", false],
    ["storage.k8s.io/v1:StorageClass", "parameters.type", true],
    ["example.invalid/v1:ConfigMap", "data.a", false],
  ] as const) {
    it(`${replaced ? "comes" : "does not come"} with ${type} ${path}${mutability === mutable ? " when mutable" : ""}`, () => {
      const at = parsePath(path);
      const diff = request(only(at, 1) as Props, only(at, 2) as Props);
      const { changes, replaces } = planOf(kindOf(`kubernetes:${type}`), diff, mutability);
      assert.deepEqual(changes.map(formatPath), [path]);
      assert.deepEqual(replaces.map(formatPath), replaced ? [path] : []);
    });
  }

  it("comes for an immutable ConfigMap even where ConfigMaps are mutable", () => {
    const { replaces } = planOf(
      kindOf("kubernetes:core/v1:ConfigMap"),
      request({ immutable: true, data: { a: "1" } }, { immutable: true, data: { a: "2" } }),
      mutable,
    );
    assert.deepEqual(replaces, [["data", "a"]]);
  });

  it("comes for a whole block that holds such a field", () => {
    const { replaces } = planOf(
      kindOf("kubernetes:apps/v1:Deployment"),
      request({ spec: { selector: {} } }, {}),
      frozen,
    );
    assert.deepEqual(replaces, [["spec"]]);
  });

  it("frees the name first only when the new object has the same one", () => {
    const object = (name: string, namespace = "shop"): Props => ({ metadata: { name, namespace } });
    assert.equal(needsNameFreed(request(object("web"), object("web"))), true);
    assert.equal(needsNameFreed(request(object("web"), object("api"))), false);
    assert.equal(needsNameFreed(request(object("web"), object("web", "other"))), false);
  });

  it("never frees a made-up name, for the new object gets another", () => {
    const annotations = { "pulumi.com/autonamed": "true" };
    const made: Props = { metadata: { name: "a-00000000", namespace: "shop", annotations } };
    assert.equal(needsNameFreed(request(made, { ...made, data: { x: "2" } })), false);
  });

  it("comes where the server says that a field is immutable", () => {
    const changes = [
      ["spec", "selector", "app"],
      ["spec", "replicas"],
    ];
    const refusal = (status: number, message: string, field?: string) =>
      new KubeError(status, "Invalid", message, field === undefined ? [] : [{ field, reason: "", message }]);
    assert.deepEqual(immutableChanges(refusal(422, "field is immutable", "spec.selector"), changes), [
      changes[0],
    ]);
    assert.deepEqual(immutableChanges(refusal(422, "updates to x are forbidden"), changes), changes);
    assert.deepEqual(immutableChanges(refusal(422, "must be positive", "spec.replicas"), changes), []);
    assert.deepEqual(immutableChanges(refusal(500, "field is immutable"), changes), []);
  });
});

const live = (spec: object, more: object = {}): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", uid: "1", resourceVersion: "9", generation: 4, managedFields: [] },
  spec,
  status: { replicas: 1 },
  ...more,
});

describe("drift of Kubernetes objects", () => {
  const inputs: Props = {
    kind: "Deployment",
    spec: { replicas: 2, cpu: "0.1", containers: [{ name: "a", image: "x:1" }] },
  };
  const applied = live({
    replicas: 2,
    cpu: "100m",
    containers: [{ name: "a", image: "x:1", pull: "Always" }],
    pause: false,
  });

  it("is none when only the server's spelling, its own fields and its counters differ", () => {
    const counted = {
      ...applied,
      metadata: { ...applied.metadata, generation: 7, resourceVersion: "12" },
      status: {},
    };
    assert.equal(withDrift(inputs, applied, counted), inputs);
  });

  it("puts the live value into the inputs where it differs, and nowhere else", () => {
    const changed = live({
      replicas: 5,
      cpu: "100m",
      containers: [{ name: "a", image: "bad", pull: "Always" }],
      pause: false,
    });
    assert.deepEqual(withDrift(inputs, applied, changed)["spec"], {
      replicas: 5,
      cpu: "0.1",
      containers: [{ name: "a", image: "bad" }],
    });
  });

  it("is no field that somebody else added, and no default that somebody else changed", () => {
    const label = { ...applied, metadata: { ...applied.metadata, labels: { team: "a" } } };
    assert.equal(withDrift(inputs, label, label), inputs);
    const paused = live({ ...(applied["spec"] as object), pause: true });
    assert.equal(withDrift(inputs, applied, paused), inputs);
  });

  it("takes out a field that was removed, and takes a list over whole when its length changed", () => {
    const rest = withValueAt(applied["spec"] as Json, ["replicas"], undefined) as object;
    assert.equal("replicas" in (withDrift(inputs, applied, live(rest))["spec"] as Props), false);
    const two = [
      { name: "a", image: "x:1" },
      { name: "b", image: "y:1" },
    ];
    const more = live({ ...(applied["spec"] as object), containers: two });
    assert.deepEqual((withDrift(inputs, applied, more)["spec"] as Props)["containers"], two);
  });

  it("finds a changed value of a Secret's stringData, which the server only has encoded", () => {
    const secret: Props = { kind: "Secret", stringData: { a: "1" } };
    const encoded = (text: string) => live({}, { data: { a: Buffer.from(text).toString("base64") } });
    assert.deepEqual(withDrift(secret, encoded("1"), encoded("2"))["stringData"], { a: "2" });
  });

  it("is found leaf by leaf when an apply is refused", () => {
    assert.deepEqual(
      withPlainDrift({ spec: { selector: "a", replicas: 2 } }, live({ selector: "b", replicas: 2, x: 1 })),
      {
        spec: { selector: "b", replicas: 2 },
      },
    );
  });
});

describe("managers of fields", () => {
  const created: ManagedFields = {
    manager: "pulumi-kubernetes",
    operation: "Update",
    fieldsV1: { "f:spec": { "f:a": {}, "f:b": {} } },
  };
  const own: ManagedFields = {
    manager: "pulumi-kubernetes-1",
    operation: "Apply",
    fieldsV1: { "f:spec": { "f:c": {} } },
  };
  const scaler: ManagedFields = {
    manager: "hpa",
    operation: "Update",
    subresource: "scale",
    fieldsV1: { "f:spec": { "f:replicas": {} } },
  };

  it("take over what the creator wrote, together with what they have already", () => {
    assert.deepEqual(takenOver([scaler, created, own], "pulumi-kubernetes-1"), [
      { ...own, fieldsV1: { "f:spec": { "f:a": {}, "f:b": {}, "f:c": {} } } },
      scaler,
    ]);
    assert.equal(takenOver([scaler, own], "pulumi-kubernetes-1"), undefined);
    assert.equal(takenOver([{ ...created, subresource: "status" }], "pulumi-kubernetes-1"), undefined);
  });

  for (const [manager, operation, taken] of [
    ["kubectl-client-side-apply", "Update", true],
    ["kubectl-edit", "Update", true],
    ["kubectl", "Apply", true],
    ["before-first-apply", "Update", true],
    ["pulumi-resource-kubernetes", "Update", true],
    ["pulumi-kubernetes-2", "Apply", false],
    ["somebody", "Update", false],
    ["helm", "Update", false],
  ] as const) {
    it(`${taken ? "take over from" : "leave alone"} ${manager}, which wrote by ${operation}`, () => {
      const entry: ManagedFields = { manager, operation, fieldsV1: { "f:spec": { "f:x": {} } } };
      assert.deepEqual(
        takenOver([entry], "pulumi-kubernetes-1"),
        taken ? [{ ...entry, manager: "pulumi-kubernetes-1", operation: "Apply" }] : undefined,
      );
    });
  }

  it("leave an ignored field to whoever else manages it, and else keep its live value", () => {
    const entries = [own, scaler];
    assert.equal(isForeign(entries, "pulumi-kubernetes-1", ["spec", "replicas"]), true);
    assert.equal(isForeign(entries, "pulumi-kubernetes-1", ["spec", "c"]), false);
    assert.equal(isForeign(entries, "pulumi-kubernetes-1", ["spec", "nobody"]), false);
    const object = live({ replicas: 7, c: "live" }, { metadata: { name: "web", managedFields: entries } });
    const ignored = withIgnored({ spec: { replicas: 2, c: "old", d: 1 } }, object, "pulumi-kubernetes-1", [
      "spec.replicas",
      "spec.c",
      "spec.absent",
    ]);
    assert.deepEqual(ignored, { spec: { c: "live", d: 1 } });
  });
});

describe("outputs of Kubernetes objects", () => {
  it("are the live object with its status, without managed fields and without a copy of the inputs", () => {
    const outputs = outputsOf(live({ a: 1 }), "m");
    assert.deepEqual(Object.keys(outputs).sort(), [
      "__fieldManager",
      "__initialApiVersion",
      "apiVersion",
      "kind",
      "metadata",
      "spec",
      "status",
    ]);
    assert.equal("managedFields" in (outputs["metadata"] as Props), false);
    assert.equal("status" in previewOutputs(live({ a: 1 }), "m"), false);
  });

  it("keep the manager of an object, which an annotation may name", () => {
    assert.match(fieldManagerOf({}, undefined), /^pulumi-kubernetes-[0-9a-f]{8}$/);
    assert.equal(fieldManagerOf({}, { __fieldManager: "m" }), "m");
    const annotated = { metadata: { annotations: { "pulumi.com/patchFieldManager": "mine" } } };
    assert.equal(fieldManagerOf(annotated, { __fieldManager: "m" }), "mine");
  });

  it("become inputs of an imported object without what only the server sets", () => {
    assert.deepEqual(importedInputs(live({ a: 1 })), {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web" },
      spec: { a: 1 },
    });
  });
});
