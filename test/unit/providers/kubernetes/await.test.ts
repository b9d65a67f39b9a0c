import assert from "node:assert/strict";
import type { KubeObject } from "../../../../rehearsal/kube/client";
import { skipsAwait, timeoutOf } from "../../../../rehearsal/providers/kubernetes/await/await";
import { judgeOf, readinessOnRead } from "../../../../rehearsal/providers/kubernetes/await/kinds";
import { isCurrent, isFinalRefusal } from "../../../../rehearsal/providers/kubernetes/await/refusal";
import { waitForJudge } from "../../../../rehearsal/providers/kubernetes/await/wait-for";

interface Parts {
  readonly spec?: object;
  readonly status?: object;
  readonly [field: string]: unknown;
}
function object(apiVersion: string, kind: string, parts: Parts): KubeObject {
  return { apiVersion, kind, metadata: { name: "a", generation: 2 }, ...parts };
}
const stateOf = (apiVersion: string, kind: string, parts: Parts) => {
  const live = object(apiVersion, kind, parts);
  return judgeOf(live)(live).state;
};
const condition = (type: string, status: string, reason = "R", message = "m") => ({
  type,
  status,
  reason,
  message,
});

describe("readiness of Kubernetes objects", () => {
  const seen = { observedGeneration: 2 };
  const rolled = [condition("Available", "True"), condition("Progressing", "True", "NewReplicaSetAvailable")];
  const good = { ...seen, updatedReplicas: 2, conditions: rolled };
  const set = {
    ...seen,
    replicas: 2,
    readyReplicas: 2,
    currentReplicas: 2,
    currentRevision: "r",
    updateRevision: "r",
  };
  const two = { replicas: 2 };

  for (const [what, apiVersion, kind, parts, state] of [
    ["a Deployment with all pods available", "apps/v1", "Deployment", { spec: two, status: good }, "ready"],
    [
      "one that its controller has not seen",
      "apps/v1",
      "Deployment",
      { spec: two, status: { ...good, observedGeneration: 1 } },
      "waiting",
    ],
    [
      "one with pods of the old version",
      "apps/v1",
      "Deployment",
      { spec: two, status: { ...good, updatedReplicas: 1 } },
      "waiting",
    ],
    [
      "one that is not available",
      "apps/v1",
      "Deployment",
      { spec: two, status: { ...good, conditions: [rolled[1]] } },
      "waiting",
    ],
    [
      "one that still rolls out",
      "apps/v1",
      "Deployment",
      { spec: two, status: { ...good, conditions: [rolled[0], condition("Progressing", "True")] } },
      "waiting",
    ],
    [
      "one past its progress deadline",
      "apps/v1",
      "Deployment",
      { spec: two, status: { ...good, conditions: [condition("Progressing", "False")] } },
      "failed",
    ],
    [
      "one without a progress deadline",
      "apps/v1",
      "Deployment",
      { spec: two, status: { ...good, conditions: [rolled[0]] } },
      "ready",
    ],
    [
      "one whose pods are refused",
      "apps/v1",
      "Deployment",
      { spec: two, status: { ...good, conditions: [...rolled, condition("ReplicaFailure", "True")] } },
      "waiting",
    ],
    ["a StatefulSet with all pods ready", "apps/v1", "StatefulSet", { spec: two, status: set }, "ready"],
    [
      "one with a pod that is not ready",
      "apps/v1",
      "StatefulSet",
      { spec: two, status: { ...set, readyReplicas: 1 } },
      "waiting",
    ],
    [
      "one between two revisions",
      "apps/v1",
      "StatefulSet",
      { spec: two, status: { ...set, updateRevision: "s" } },
      "waiting",
    ],
    [
      "one that its controller has not seen yet",
      "apps/v1",
      "StatefulSet",
      { spec: two, status: { ...set, observedGeneration: 1 } },
      "waiting",
    ],
    [
      "one that updates on delete only",
      "apps/v1",
      "StatefulSet",
      { spec: { ...two, updateStrategy: { type: "OnDelete" } }, status: { ...set, updateRevision: "s" } },
      "ready",
    ],
    [
      "one updated as far as its partition",
      "apps/v1",
      "StatefulSet",
      {
        spec: { ...two, updateStrategy: { rollingUpdate: { partition: 1 } } },
        status: { ...set, updateRevision: "s", updatedReplicas: 1 },
      },
      "ready",
    ],
    [
      "a DaemonSet on all nodes",
      "apps/v1",
      "DaemonSet",
      { status: { ...seen, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 } },
      "ready",
    ],
    [
      "one missing on a node",
      "apps/v1",
      "DaemonSet",
      { status: { ...seen, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 } },
      "waiting",
    ],
    [
      "a complete Job",
      "batch/v1",
      "Job",
      { status: { conditions: [condition("Complete", "True")] } },
      "ready",
    ],
    ["a Job that runs", "batch/v1", "Job", { status: {} }, "waiting"],
    ["a failed Job", "batch/v1", "Job", { status: { conditions: [condition("Failed", "True")] } }, "failed"],
    [
      "a ready Pod",
      "v1",
      "Pod",
      { status: { phase: "Running", conditions: [condition("Ready", "True")] } },
      "ready",
    ],
    [
      "a Pod that is not scheduled",
      "v1",
      "Pod",
      { status: { phase: "Pending", conditions: [condition("PodScheduled", "False")] } },
      "waiting",
    ],
    ["a Pod that has succeeded", "v1", "Pod", { status: { phase: "Succeeded" } }, "ready"],
    ["a failed Pod", "v1", "Pod", { status: { phase: "Failed", reason: "Evicted" } }, "failed"],
    [
      "a load balancer without an address",
      "v1",
      "Service",
      { spec: { type: "LoadBalancer" }, status: {} },
      "waiting",
    ],
    [
      "one with an address",
      "v1",
      "Service",
      { spec: { type: "LoadBalancer" }, status: { loadBalancer: { ingress: [{ ip: "1" }] } } },
      "ready",
    ],
    ["any other Service", "v1", "Service", { spec: {}, status: {} }, "ready"],
    ["a bound claim", "v1", "PersistentVolumeClaim", { status: { phase: "Bound" } }, "ready"],
    ["a pending claim", "v1", "PersistentVolumeClaim", { status: { phase: "Pending" } }, "waiting"],
    ["a volume nobody claims", "v1", "PersistentVolume", { status: { phase: "Available" } }, "ready"],
    [
      "a quota that was counted",
      "v1",
      "ResourceQuota",
      { spec: { hard: { a: "1", b: "2" } }, status: { hard: { b: "2", a: "1" } } },
      "ready",
    ],
    [
      "a quota that was not counted",
      "v1",
      "ResourceQuota",
      { spec: { hard: { a: "1" } }, status: {} },
      "waiting",
    ],
    [
      "a token that is still to be made",
      "v1",
      "Secret",
      { type: "kubernetes.io/service-account-token" },
      "waiting",
    ],
    ["any other Secret", "v1", "Secret", { type: "Opaque" }, "ready"],
    [
      "an established definition",
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      { status: { conditions: [condition("Established", "True")] } },
      "ready",
    ],
    [
      "a definition that is not established",
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      {},
      "waiting",
    ],
    ["a custom resource of a known name", "example.invalid/v1", "Deployment", {}, "ready"],
  ] as const) {
    it(`takes ${what} for ${state}`, () => assert.equal(stateOf(apiVersion, kind, parts), state));
  }

  it("judges workloads on refresh, but not claims or Services", () => {
    assert.equal(
      readinessOnRead(object("apps/v1", "Deployment", { spec: two, status: {} })).state,
      "waiting",
    );
    assert.equal(
      readinessOnRead(object("v1", "PersistentVolumeClaim", { status: { phase: "Pending" } })).state,
      "ready",
    );
  });
});

describe("the annotation pulumi.com/waitFor", () => {
  const live = object("example.invalid/v1", "Thing", {
    status: { phase: "Running", conditions: [condition("Ready", "True"), condition("Stalled", "False")] },
  });
  for (const [expression, state] of [
    ["condition=Ready", "ready"],
    ["condition=Stalled", "waiting"],
    ["condition=Stalled=False", "ready"],
    ["condition=Absent", "waiting"],
    ["jsonpath={.status.phase}=Running", "ready"],
    ["jsonpath={.status.phase}=Done", "waiting"],
    ["jsonpath={.status.phase}", "ready"],
    ["jsonpath={.status.address}", "waiting"],
    ['["condition=Ready", "jsonpath={.status.phase}=Running"]', "ready"],
    ['["condition=Ready", "condition=Stalled"]', "waiting"],
  ] as const) {
    it(`takes ${expression} for ${state}`, () => assert.equal(waitForJudge(expression)(live).state, state));
  }

  for (const expression of ["Ready", "jsonpath={.items[*].a}", "[]"]) {
    it(`refuses ${expression}`, () => {
      assert.throws(() => waitForJudge(expression), /pulumi\.com\/waitFor/);
    });
  }
});

describe("how long is waited", () => {
  const annotated = (name: string, value: string) => ({
    metadata: { annotations: { [`pulumi.com/${name}`]: value } },
  });
  it("is said by the resource, else by the annotation, else ten minutes", () => {
    assert.equal(timeoutOf(annotated("timeoutSeconds", "30"), 5), 5);
    assert.equal(timeoutOf(annotated("timeoutSeconds", "30"), 0), 30);
    assert.equal(timeoutOf(annotated("timeoutSeconds", "soon"), 0), 600);
    assert.equal(timeoutOf({}, 0), 600);
  });

  it("is not at all with skipAwait", () => {
    assert.equal(skipsAwait(annotated("skipAwait", "true")), true);
    assert.equal(skipsAwait(annotated("skipAwait", "false")), false);
  });

  it("ends at once for a refusal that is final, and for no other", () => {
    assert.equal(isFinalRefusal('pods "a" is forbidden: violates PodSecurity "restricted:latest": x'), true);
    assert.equal(isFinalRefusal("ValidatingAdmissionPolicy 'p' with binding 'b' denied request: x"), true);
    assert.equal(isFinalRefusal('pods "a" is forbidden: exceeded quota: q'), false);
    assert.equal(isFinalRefusal('pods "a" is forbidden: error looking up service account'), false);
  });

  it("looks for a refusal in the ReplicaSet of the present version only", () => {
    const template = (image: string, labels: object) => ({
      metadata: { labels },
      spec: { containers: [{ image }] },
    });
    const deployment = {
      ...object("apps/v1", "Deployment", { spec: { template: template("b", { app: "x" }) } }),
    };
    const owned = (image: string, uid: string): KubeObject => ({
      ...object("apps/v1", "ReplicaSet", {
        spec: { template: template(image, { app: "x", "pod-template-hash": "1" }) },
      }),
      metadata: {
        name: "s",
        ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "a", uid }],
      },
    });
    const withUid = { ...deployment, metadata: { ...deployment.metadata, uid: "u" } };
    assert.equal(isCurrent(owned("b", "u"), withUid), true);
    assert.equal(isCurrent(owned("a", "u"), withUid), false);
    assert.equal(isCurrent(owned("b", "other"), withUid), false);
  });
});
