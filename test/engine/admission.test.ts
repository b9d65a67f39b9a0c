import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { admissionOf, admissionRules } from "../../components/security/admission";
import { silent } from "../../engine/progress";
import { rules } from "../../policies/rules";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import { startCluster } from "../../rehearsal/cluster";
import type { KubeClient, KubeObject, ObjectRef } from "../../rehearsal/kube/client";
import { KubeError } from "../../rehearsal/kube/client";
import { clusterParts } from "../support/cluster";
import { temporaryFolder } from "../support/temporary";
import { installTools } from "../support/tools";

const RULE = "kubernetes-core-pod-require-non-root";
/** A rule that looks at annotations too. */
const ANNOTATED = "kubernetes-core-pod-restrict-apparmor-profiles";
const FINALIZER = "slipway.dev/test";
const patience = { timeout: 60_000 };

const reason = "a case of this test";
const config = {
  [RULE]: {
    enforcementLevel: "mandatory",
    exemptions: [
      { resource: "Deployment shop/web", reason, until: "2026-06-01" },
      { resource: "DaemonSet shop/agent-*", reason, until: "2026-06-01" },
      { resource: "CronJob shop/nightly", reason, until: "2026-06-01" },
      { resource: "Pod shop/ended", reason, until: "2026-05-31" },
    ],
  },
  [ANNOTATED]: { enforcementLevel: "mandatory" },
};

const containers = [{ name: "main", image: "registry.example.com/shop/main:1.0.0" }];
/** Breaks the rule. */
const bad = { containers };
const good = { containers, securityContext: { runAsNonRoot: true } };
/** Breaks the other rule. */
const unconfined = {
  containers,
  securityContext: { runAsNonRoot: true, appArmorProfile: { type: "Unconfined" } },
};

const pod = (name: string, spec: object, metadata: object = {}, namespace = "shop"): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace, ...metadata },
  spec,
});

/** A Deployment, a ReplicaSet or a DaemonSet. */
const workload = (kind: string, name: string, spec: object, metadata: object = {}): KubeObject => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name, namespace: "shop", ...metadata },
  spec: {
    ...(kind === "DaemonSet" ? {} : { replicas: 2 }),
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec },
  },
});

const ownedBy = (kind: string, name: string): object => ({
  ownerReferences: [{ apiVersion: "apps/v1", kind, name, uid: "0a1b2c3d", controller: true }],
});

const of = (apiVersion: string, kind: string, name: string): ObjectRef => ({
  ...{ apiVersion, kind, name },
  namespace: "shop",
});
const deployment = of("apps/v1", "Deployment", "old");
const annotated = of("apps/v1", "Deployment", "annotated");
const held = of("v1", "Pod", "held");

describe("a rule inside the cluster", function () {
  this.timeout(300_000);
  before(installTools);
  let cluster: EmbeddedCluster | undefined;
  let client: KubeClient;

  before(async function () {
    this.timeout(300_000);
    const parts = await clusterParts();
    cluster = await startCluster({ ...parts, crdFiles: [], folder: temporaryFolder() }, silent);
    ({ client } = cluster);
    for (const name of ["shop", "cert-manager"]) {
      await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    }
    for (const namespace of ["shop", "cert-manager", "kube-public"]) await hasAccount(client, namespace);
    // Before there is a rule.
    await client.create(workload("Deployment", "old", bad));
    await client.create(workload("Deployment", "annotated", unconfined));
    await client.create(pod("held", bad, { finalizers: [FINALIZER] }));
    await podsOf(client, "old", 2);
    await podsOf(client, "annotated", 2);
    await install(client);
  });

  after(() => cluster?.stop());

  const refused = async (object: KubeObject): Promise<void> => {
    await assert.rejects(client.create(object), (error) => isRefusal(error));
  };

  it("refuses what breaks it, and takes what keeps it", async () => {
    await refused(pod("wrong", bad));
    await refused(workload("Deployment", "wrong", bad));
    const { warnings } = await client.create(pod("right", good));
    assert.deepEqual(warnings, []);
  });

  it("warns in a watched namespace, and leaves the cluster's own alone", async () => {
    const { warnings } = await client.create(pod("wrong", bad, {}, "cert-manager"));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, new RegExp(`${RULE}: .*; set runAsNonRoot`));
    const ignored = await client.create(pod("wrong", bad, {}, "kube-public"));
    assert.deepEqual(ignored.warnings, []);
  });

  it("lets an exempt Deployment and DaemonSet through, with what controllers make of them", async () => {
    await client.create(workload("Deployment", "web", bad));
    await client.create(workload("DaemonSet", "agent-disks", bad));
    await podsOf(client, "web", 2);
    await podsOf(client, "agent-disks", 3);
  });

  it("lets an exempt CronJob through, with its Jobs and their pods", async () => {
    const template = { metadata: { labels: { app: "nightly" } }, spec: { ...bad, restartPolicy: "Never" } };
    await client.create({
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "nightly", namespace: "shop" },
      spec: { schedule: "* * * * *", jobTemplate: { spec: { template } } },
    });
    // As though it had missed some runs: then it does not wait for the next one.
    const lastScheduleTime = new Date(Date.now() - 180_000).toISOString().replace(/\.\d+/, "");
    await client.patch(
      of("batch/v1", "CronJob", "nightly"),
      { status: { lastScheduleTime } },
      { subresource: "status" },
    );
    await podsOf(client, "nightly", 1);
  });

  it("believes nobody else about who owns an object", async () => {
    await refused(pod("web-bcdfg-bcdfg", bad, ownedBy("ReplicaSet", "web-bcdfg")));
    await refused(pod("agent-disks-bcdfg", bad, ownedBy("DaemonSet", "agent-disks")));
    await refused(workload("ReplicaSet", "web-bcdfg", bad, ownedBy("Deployment", "web")));
    await refused(workload("Deployment", "web-two", bad));
  });

  it("holds again for what was exempt until yesterday", () => refused(pod("ended", bad)));

  it("leaves alone what was there before, as long as nobody changes what it looks at", async () => {
    const metadata = { labels: { team: "web" }, annotations: { note: "seen" } };
    await client.patch(deployment, { metadata });
    await client.patch(deployment, { spec: { replicas: 1 } });
    await podsOf(client, "old", 1);
    const image = [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "other:1.0.0" }];
    await assert.rejects(client.patch(deployment, image, { type: "json" }), (error) => isRefusal(error));
  });

  it("lets controllers keep their notes where a rule looks at annotations, and nobody else", async () => {
    const note = { metadata: { annotations: { note: "seen" } } };
    await assert.rejects(client.patch(annotated, note), (error) => isRefusal(error, ANNOTATED));
    await client.patch(annotated, { spec: { replicas: 1 } });
    // For this its ReplicaSet gets another number of replicas, and a note of it.
    await podsOf(client, "annotated", 1);
  });

  it("lets it be mended, and its controller take the old pods down", async () => {
    const { template } = workload("Deployment", "old", good)["spec"] as { template: object };
    await client.patch(deployment, { spec: { template } });
    const replicaSets = {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      namespace: "shop",
      labelSelector: "app=old",
    };
    const counts = await client.waitUntil(
      replicaSets,
      (all) => {
        const now = all.map((one) => (one["status"] as { readyReplicas?: number }).readyReplicas ?? 0).sort();
        return now.length === 2 && now[0] === 0 && now[1] === 1 && now;
      },
      patience,
    );
    assert.deepEqual(counts, [0, 1]);
  });

  it("lets it be deleted, and freed of its finalizers", async () => {
    await client.delete(held, { gracePeriodSeconds: 0 });
    const left = await client.get(held);
    assert.notEqual(left?.metadata.deletionTimestamp, undefined);
    const image = [{ op: "replace", path: "/spec/containers/0/image", value: "other:1.0.0" }];
    await client.patch(held, image, { type: "json" });
    await client.patch(held, { metadata: { finalizers: null } });
    await client.waitUntil({ ...held }, (all) => all.length === 0, patience);
  });

  it("judges a container that is added for debugging", async () => {
    const right = of("v1", "Pod", "right");
    const added = (securityContext: object): object => ({
      spec: { ephemeralContainers: [{ ...containers[0], name: "debug", securityContext }] },
    });
    const options = { type: "strategic", subresource: "ephemeralcontainers", dryRun: true } as const;
    await assert.rejects(client.patch(right, added({ runAsNonRoot: false }), options), (error) =>
      isRefusal(error),
    );
    await client.patch(right, added({}), options);
  });
});

function isRefusal(error: unknown, rule = RULE): boolean {
  assert.ok(error instanceof KubeError);
  assert.equal(error.status, 403);
  const said = `ValidatingAdmissionPolicy '${rule}' with binding '${rule}-enforced' denied request: ${rule}: `;
  assert.ok(error.message.includes(said), error.message);
  return true;
}

/** Makes the policies and their bindings, as the program does, and waits until they are in force. */
async function install(client: KubeClient): Promise<void> {
  const apiVersion = "admissionregistration.k8s.io/v1";
  for (const rule of admissionRules(rules).filter(({ name }) => name in config)) {
    const { name, policy, bindings } = admissionOf(rule, config, {
      today: "2026-06-01",
      watched: ["cert-manager"],
    })!;
    await client.create({ apiVersion, kind: "ValidatingAdmissionPolicy", metadata: { name }, spec: policy });
    for (const [purpose, spec] of Object.entries(bindings)) {
      const metadata = { name: `${name}-${purpose}` };
      await client.create({ apiVersion, kind: "ValidatingAdmissionPolicyBinding", metadata, spec });
    }
  }
  const deadline = performance.now() + patience.timeout;
  for (const namespace of ["shop", "cert-manager"]) {
    for (const spec of [bad, unconfined]) {
      // Each policy and each binding is known some time after it was made.
      while (!(await isJudged(client, pod("asks", spec, {}, namespace))) && performance.now() < deadline) {
        await sleep(200);
      }
    }
  }
}

async function isJudged(client: KubeClient, object: KubeObject): Promise<boolean> {
  try {
    return (await client.create(object, { dryRun: true })).warnings.length > 0;
  } catch (error) {
    if (error instanceof KubeError && error.status === 403) return true;
    throw error;
  }
}

async function hasAccount(client: KubeClient, namespace: string): Promise<void> {
  const account = { apiVersion: "v1", kind: "ServiceAccount", namespace, name: "default" };
  await client.waitUntil(account, (all) => all.length > 0, patience);
}

/** Waits until so many pods of a workload are there, and no more. */
async function podsOf(client: KubeClient, app: string, count: number): Promise<void> {
  const target = { apiVersion: "v1", kind: "Pod", namespace: "shop", labelSelector: `app=${app}` };
  await client.waitUntil(target, (all) => all.length === count, patience);
}
