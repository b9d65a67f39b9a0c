import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { PriorityClasses } from "../../components/workload/priorities";
import { Job } from "../../components/workload/job";
import { Workload } from "../../components/workload/workload";
import type { ServiceSpec, Size } from "../../components/spec/types";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import type { KubeObject } from "../../rehearsal/kube/client";
import { field } from "../../rehearsal/providers/kubernetes/await/readiness";
import { changed, clusterStack } from "./support/cluster-stack";
import type { ClusterStack } from "./support/cluster-stack";

const namespace = "shop";
const none = { create: 0, update: 0, replace: 0, delete: 0 };
const size: Size = { cpu: ["10m", "20m"], memory: ["16Mi", "32Mi"] };
/** More than any node has, so that its pod is never placed. */
const giant: Size = { cpu: ["900", "900"], memory: ["1Gi", "1Gi"] };
const digest = (digit: string): string => `registry.invalid/shop/api@sha256:${digit.repeat(64)}`;
const timing = { periodSeconds: 5, failureThreshold: 3, timeoutSeconds: 1 };

interface Options {
  readonly image?: string;
  readonly migrate?: ServiceSpec["migrate"];
  readonly storage?: "1Gi" | "2Gi";
}

/** A service with all that a pod may have, one whose pods have volumes, a schedule and a job that runs once. */
function program(kubeconfig: string, options: Options): void {
  const { image = digest("1"), migrate = { command: ["migrate"] }, storage = "1Gi" } = options;
  const provider = new k8s.Provider("k8s", { kubeconfig });
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  const home = new k8s.core.v1.Namespace("shop", { metadata: { name: namespace, labels } }, { provider });
  const priorities = new PriorityClasses("priorities", { provider, stage: "staging" });
  const shared = {
    ...{ system: "shop", owner: "retail", stage: "test", namespace: home.metadata.name },
    podsAfter: [priorities],
  };
  const opts = { providers: [provider] };
  const api: ServiceSpec = {
    image: "shop/api",
    port: 3000,
    protocol: "h2c",
    ports: { metrics: 9090 },
    probes: {
      startup: { ...timing, grpc: "http" },
      readiness: { ...timing, tcp: "metrics" },
      liveness: { ...timing, exec: ["true"] },
    },
    replicas: { min: 2, max: 5 },
    scaleOn: {
      cpu: 70,
      behavior: { scaleDown: { policies: [{ type: "Percent", value: 50, periodSeconds: 60 }] } },
    },
    rollout: { maxUnavailable: 1, maxSurge: 1 },
    size,
    scratch: [{ path: "/tmp", size: "8Mi" }],
    permissions: [{ resources: ["configmaps"], verbs: ["get"] }],
    init: { prepare: { command: ["true"], size, shares: ["/tmp"] } },
    sidecars: { proxy: { size, ports: { proxy: 6400 }, probes: { startup: { ...timing, tcp: "proxy" } } } },
    migrate,
  };
  new Workload(
    "shop-api",
    {
      ...shared,
      service: "api",
      spec: api,
      image,
      env: { MODE: "test" },
      helpers: { prepare: { image, env: {} }, proxy: { image, env: {} } },
      priorityClass: "slipway-standard",
    },
    opts,
  );
  const node: ServiceSpec = {
    image: "shop/node",
    port: 8080,
    replicas: { min: 2, max: 3 },
    scaleOn: { cpu: 70 },
    size,
    volumes: { data: { path: "/data", size: storage, claim: "perReplica" } },
  };
  new Workload("shop-node", { ...shared, service: "node", spec: node, image: digest("9"), env: {} }, opts);
  const job = { image: "shop/api", size };
  const sources = { image: digest("9"), env: {} };
  const tries = { timeout: "1h" } as const;
  new Job(
    "shop-nightly",
    { ...shared, job: "nightly", spec: { ...job, schedule: "0 2 * * *" }, tries, sources },
    opts,
  );
  new Job("shop-seed", { ...shared, job: "seed", spec: job, tries, sources }, opts);
}

// The cases build on each other, as the runs of one stack do.
describe("workloads under the real engine and API server", function () {
  this.timeout(180_000);
  let stack: ClusterStack<Options>;
  let cluster: EmbeddedCluster;

  before(async function () {
    // Building the tools once takes minutes on a machine that has none of them.
    this.timeout(1_800_000);
    stack = await clusterStack({ program });
    ({ cluster } = stack);
  });

  // What was not started is not there to be stopped.
  after(() => (stack as typeof stack | undefined)?.stop());

  beforeEach(() => stack.forget());

  const imageOfApi = async (): Promise<unknown> =>
    field(
      (await cluster.client.get({ apiVersion: "apps/v1", kind: "Deployment", name: "api", namespace }))!,
      "spec.template.spec.containers.0.image",
    );

  it("are admitted under Pod Security restricted and become ready, each pod with its volume", async () => {
    await stack.operate("up");
    const isNode = ({ metadata }: KubeObject): boolean => metadata.name.startsWith("node-");
    // The autoscaler, which nobody waits for, makes the second one.
    const pods = await cluster.client.waitUntil({ apiVersion: "v1", kind: "Pod", namespace }, (all) => {
      const nodes = all.filter(isNode);
      return nodes.length === 2 && all.every((pod) => field(pod, "status.phase") !== "Pending") && all;
    });
    const phases = pods.map(
      (pod) => `${pod.metadata.labels!["app.kubernetes.io/name"]} ${String(field(pod, "status.phase"))}`,
    );
    assert.deepEqual([...new Set(phases)].sort(), [
      "api Running",
      "api-migrate Succeeded",
      "node Running",
      "seed Succeeded",
    ]);
    const claims = await stack.objects("v1", "PersistentVolumeClaim");
    assert.deepEqual(claims.map(({ metadata }) => metadata.name).sort(), ["data-node-0", "data-node-1"]);
    const [token] = pods.filter(({ metadata }) => metadata.name.startsWith("api-migrate"));
    assert.equal(field(token!, "spec.priority"), -3);
    assert.equal(field(token!, "spec.automountServiceAccountToken"), false);
  });

  it("find nothing to do the second time, and nothing that drifted", async () => {
    const second = await stack.operate("up");
    assert.deepEqual({ ...second.changes(), same: 0 }, { ...none, same: 0 });
    assert.deepEqual({ ...(await stack.operate("refresh")).changes(), same: 0 }, { ...none, same: 0 });
  });

  it("grow a volume in its claim, and leave the set and its pods alone", async () => {
    const before = (await stack.objects("v1", "Pod", "node-")).map(({ metadata }) => metadata.uid).sort();
    assert.deepEqual(changed(await stack.operate("up", { storage: "2Gi" })), [
      "update PersistentVolumeClaim",
      "update PersistentVolumeClaim",
    ]);
    const claims = await stack.objects("v1", "PersistentVolumeClaim");
    assert.deepEqual(
      claims.map((claim) => field(claim, "spec.resources.requests.storage")),
      ["2Gi", "2Gi"],
    );
    assert.deepEqual(
      (await stack.objects("v1", "Pod", "node-")).map(({ metadata }) => metadata.uid).sort(),
      before,
    );
  });

  it("run the migration of a new image before its pods, and then take the old one's Job away", async () => {
    const [first] = await stack.objects("batch/v1", "Job", "api-migrate");
    await stack.operate("up", { storage: "2Gi", image: digest("2") });
    const order = stack.calls
      .filter(({ method, preview: dry }) => !dry && ["create", "update", "delete"].includes(method))
      .map(({ method, type }) => `${method} ${type.split(":").at(-1)}`);
    assert.deepEqual(order, ["create Job", "update Deployment", "delete Job"]);
    const jobs = await stack.objects("batch/v1", "Job", "api-migrate");
    assert.equal(jobs.length, 1);
    assert.notEqual(jobs[0]!.metadata.name, first!.metadata.name);
    assert.equal(await imageOfApi(), digest("2"));
  });

  it("keep the old pods when the migration of a new image fails", async () => {
    const migrate = { command: ["migrate"], size: giant, timeout: "2s", retries: 0 } as const;
    await assert.rejects(
      stack.operate("up", { storage: "2Gi", image: digest("3"), migrate }),
      /Job "shop-api-migrate-run": .*(DeadlineExceeded|specified deadline)/,
    );
    assert.equal(await imageOfApi(), digest("2"));
    const updated = stack.calls.filter(({ method, preview: dry }) => !dry && method === "update");
    assert.deepEqual(
      updated.map(({ type }) => type),
      [],
    );
  });

  it("run a migration that failed again in the next update, and go on", async () => {
    await stack.operate("up", { storage: "2Gi", image: digest("3") });
    assert.equal(await imageOfApi(), digest("3"));
    const jobs = await stack.objects("batch/v1", "Job", "api-migrate");
    assert.deepEqual(
      jobs.map((job) => field(job, "status.succeeded")),
      [1],
    );
  });

  it("leave nothing behind", async () => {
    await stack.operate("destroy");
    const gone = { apiVersion: "v1", kind: "Namespace", name: namespace };
    assert.equal(await cluster.client.get(gone), undefined);
    const { items } = await cluster.client.list({
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
    });
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith("slipway-")),
      [],
    );
    assert.deepEqual((await cluster.client.list({ apiVersion: "v1", kind: "PersistentVolume" })).items, []);
  });
});
