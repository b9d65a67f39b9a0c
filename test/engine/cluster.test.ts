import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { silent } from "../../engine/progress";
import type { ClusterOptions, EmbeddedCluster } from "../../rehearsal/cluster";
import { startCluster, stopLeftovers } from "../../rehearsal/cluster";
import { belongsTo } from "../../rehearsal/cluster/leftovers";
import { checkIntegrity, snapshotObjects } from "../../rehearsal/integrity";
import type { KubeClient, KubeObject } from "../../rehearsal/kube/client";
import { isStatus, kubeClient } from "../../rehearsal/kube/client";
import { clusterParts } from "../support/cluster";
import { temporaryFolder } from "../support/temporary";
import { installTools } from "../support/tools";

const patience = { timeout: 60_000 };

describe("embedded cluster", function () {
  this.timeout(300_000);
  before(installTools);
  let parts: Omit<ClusterOptions, "folder">;
  let folder: string;
  let cluster: EmbeddedCluster | undefined;
  let client: KubeClient;
  const folders: string[] = [];

  const newFolder = (): string => {
    const made = temporaryFolder("slipway-cluster-test-");
    folders.push(made);
    return made;
  };

  before(async function () {
    this.timeout(300_000);
    parts = await clusterParts();
    folder = newFolder();
    cluster = await startCluster({ folder, ...parts }, silent);
    ({ client } = cluster);
  });

  after(async () => {
    await cluster?.stop();
    for (const made of folders) rmSync(made, { recursive: true, force: true });
  });

  it("says the version that it was asked for and refuses callers without a token", async () => {
    assert.ok(cluster);
    assert.equal(cluster.version, `v${parts.kubernetesVersion}`);
    const anonymous = kubeClient({ kubeconfig: withoutToken(cluster.kubeconfig) });
    await assert.rejects(anonymous.get(ref("v1", "Namespace", "default")), (error) => isStatus(error, 401));
    anonymous.close();
  });

  it("has Ready nodes spread over the zones, and no StorageClass of its own", async () => {
    const { items } = await client.list({ apiVersion: "v1", kind: "Node" });
    const zones = items.map(({ metadata }) => metadata.labels?.["topology.kubernetes.io/zone"]);
    assert.deepEqual(zones.sort(), ["eu-central-1a", "eu-central-1b", "eu-central-1c"]);
    assert.ok(
      items.every(({ metadata }) => metadata.labels?.["topology.kubernetes.io/region"] === "eu-central-1"),
    );
    assert.deepEqual(
      (await client.list({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass" })).items,
      [],
    );
  });

  it("serves every CRD, and the stand-in of NodeClass takes any spec", async () => {
    await client.resourceFor("gateway.networking.k8s.io/v1", "HTTPRoute");
    await client.resourceFor("gateway.envoyproxy.io/v1alpha1", "EnvoyProxy");
    await client.resourceFor("cert-manager.io/v1", "Certificate");
    await client.resourceFor("karpenter.sh/v1", "NodePool");
    const nodeClass = {
      apiVersion: "eks.amazonaws.com/v1",
      kind: "NodeClass",
      metadata: { name: "slipway" },
      spec: { ephemeralStorage: { size: "80Gi" } },
    };
    const { object } = await client.apply(nodeClass);
    assert.deepEqual(object["spec"], nodeClass.spec);
  });

  it("refuses a field that the schema does not know", async () => {
    const wrong = { ...deployment("web", "default", restricted), spec: { replica: 1 } };
    await assert.rejects(client.apply(wrong, { dryRun: true }), /replica/);
  });

  it("makes the pods of a Deployment under Pod Security restricted Ready", async () => {
    await namespace(client, "good");
    const { warnings } = await client.apply(deployment("web", "good", restricted, 3));
    assert.deepEqual(warnings, []);
    await client.waitUntil(
      { apiVersion: "apps/v1", kind: "Deployment", namespace: "good", name: "web" },
      ([web]) => status(web)["readyReplicas"] === 3,
      patience,
    );
  });

  it("refuses the pods of a Deployment that breaks restricted, with a warning and the condition ReplicaFailure", async () => {
    await namespace(client, "bad");
    const { warnings } = await client.apply(deployment("web", "bad", { allowPrivilegeEscalation: true }));
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0] ?? "",
      /would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false/,
    );
    const message = await client.waitUntil(
      { apiVersion: "apps/v1", kind: "Deployment", namespace: "bad", name: "web" },
      ([web]) => conditions(web).find(({ type }) => type === "ReplicaFailure")?.message,
      patience,
    );
    assert.match(message, /violates PodSecurity/);
    assert.deepEqual((await client.list({ apiVersion: "v1", kind: "Pod", namespace: "bad" })).items, []);
  });

  it("lets a HorizontalPodAutoscaler bring a Deployment without replicas to its minimum", async () => {
    await namespace(client, "scaled");
    await client.apply(deployment("web", "scaled", restricted));
    await client.apply({
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "web", namespace: "scaled" },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
        minReplicas: 2,
        maxReplicas: 4,
        metrics: [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
          },
        ],
      },
    });
    await client.waitUntil(
      { apiVersion: "apps/v1", kind: "Deployment", namespace: "scaled", name: "web" },
      ([web]) => status(web)["readyReplicas"] === 2,
      patience,
    );
  });

  for (const mode of ["Immediate", "WaitForFirstConsumer"]) {
    it(`binds the claims of a StatefulSet with a StorageClass in mode ${mode} and deletes the volumes with them`, async () => {
      const name = `volumes-${mode.toLowerCase()}`;
      await namespace(client, name);
      await client.apply({
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name },
        provisioner: "ebs.csi.eks.amazonaws.com",
        volumeBindingMode: mode,
      });
      await client.apply(statefulSet("store", name, name));
      await client.waitUntil(
        { apiVersion: "apps/v1", kind: "StatefulSet", namespace: name, name: "store" },
        ([store]) => status(store)["readyReplicas"] === 2,
        patience,
      );
      const claims = await client.list({ apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: name });
      assert.deepEqual(
        claims.items.map((claim) => status(claim)["phase"]),
        ["Bound", "Bound"],
      );
      const volumes = claims.items.map((claim) => (claim["spec"] as { volumeName: string }).volumeName);
      await client.delete(ref("v1", "Namespace", name));
      await client.waitUntil(
        { apiVersion: "v1", kind: "PersistentVolume" },
        (left) => left.every(({ metadata }) => !volumes.includes(metadata.name)),
        patience,
      );
      await client.delete(ref("storage.k8s.io/v1", "StorageClass", name));
    });
  }

  it("gives a Service of type LoadBalancer an address that cannot resolve, and completes a Job", async () => {
    await namespace(client, "misc");
    await client.apply({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "edge", namespace: "misc" },
      spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 443 }] },
    });
    await client.waitUntil(
      { apiVersion: "v1", kind: "Service", namespace: "misc", name: "edge" },
      ([edge]) => JSON.stringify(status(edge)).includes("edge.misc.load-balancer.invalid"),
      patience,
    );
    await client.apply({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "once", namespace: "misc" },
      spec: { template: { spec: { ...podSpec(restricted), restartPolicy: "Never" } } },
    });
    await client.waitUntil(
      { apiVersion: "batch/v1", kind: "Job", namespace: "misc", name: "once" },
      ([job]) => conditions(job).some(({ type, status: value }) => type === "Complete" && value === "True"),
      patience,
    );
  });

  it("has no reference that names nothing when it is new", async () => {
    const fresh = (await snapshotObjects(client)).filter(({ metadata }) =>
      /^(kube-|default$)/.test(metadata.namespace ?? "default"),
    );
    assert.deepEqual(checkIntegrity(fresh), []);
    assert.ok(fresh.some(({ kind }) => kind === "ClusterRoleBinding"));
  });

  it("runs a second control plane beside it, which tells when a process of it dies, and whose stop leaves no process and may be called twice", async () => {
    const second = newFolder();
    const other = await startCluster({ ...parts, folder: second, crdFiles: [], storageClass: true }, silent);
    assert.notEqual(other.server, client.server);
    const classes = await other.client.list({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass" });
    assert.deepEqual(
      classes.items.map(({ metadata }) => metadata.name),
      ["standard"],
    );
    const pids = Object.values(other.pids);
    assert.equal(pids.filter((pid) => belongsTo(pid, second)).length, 5);
    process.kill(other.pids["kwok"] ?? 0, "SIGKILL");
    assert.match(
      (await other.failed).message,
      /^embedded cluster: kwok ended early \(SIGKILL\), and its last line is: /,
    );
    await Promise.all([other.stop(), other.stop()]);
    await other.stop();
    assert.deepEqual(
      pids.filter((pid) => belongsTo(pid, second)),
      [],
    );
    assert.deepEqual(await stopLeftovers(second), []);
    await client.get(ref("v1", "Namespace", "default"));
  });

  it("refuses a folder whose cluster still runs", async () => {
    await assert.rejects(startCluster({ ...parts, folder }, silent), {
      name: "SlipwayError",
      message: new RegExp(`a cluster of process ${process.pid} still runs there`),
    });
  });

  it("refuses a port that is in use and starts nothing", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    try {
      await assert.rejects(startCluster({ ...parts, folder: newFolder(), port }, silent), {
        name: "SlipwayError",
        message: new RegExp(
          `^API server of the embedded cluster: port ${port} is in use; allowed: .*; choose another`,
        ),
      });
    } finally {
      server.close();
    }
  });

  it("quotes the last line of a process that ends early, and leaves nothing running", async () => {
    const broken = {
      ...parts.tools,
      "kube-apiserver": { ...parts.tools["kube-apiserver"], path: parts.tools.etcd.path },
    };
    const third = newFolder();
    await assert.rejects(startCluster({ ...parts, folder: third, tools: broken }, silent), {
      name: "SlipwayError",
      message:
        /^embedded cluster: kube-apiserver ended early \(exit code \d+\), and its last line is: .+; the whole log is/,
    });
    assert.deepEqual(await stopLeftovers(third), []);
  });

  it("stops a start that is aborted, and leaves nothing running", async () => {
    const third = newFolder();
    const abort = new AbortController();
    const reason = new Error("the user pressed Ctrl-C");
    const start = startCluster(
      { ...parts, folder: third },
      {
        ...silent,
        step: (title, work) => (setTimeout(() => abort.abort(reason), 300), silent.step(title, work)),
      },
      abort.signal,
    );
    await assert.rejects(start, reason);
    assert.deepEqual(await stopLeftovers(third), []);
  });

  it("dies with the process that started it, even by SIGKILL", async () => {
    const third = newFolder();
    const script = path.join(__dirname, "..", "support", "cluster-holder.ts");
    const holder = spawn(process.execPath, ["--import", "tsx", script, third], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(holder.stdout, "data")) as [Buffer];
    const pids = Object.values(JSON.parse(line.toString("utf8")) as Record<string, number>);
    assert.equal(pids.filter((pid) => belongsTo(pid, third)).length, 5);
    holder.kill("SIGKILL");
    await once(holder, "exit");
    const deadline = Date.now() + 20_000;
    while (pids.some((pid) => belongsTo(pid, third)) && Date.now() < deadline) execFileSync("sleep", ["0.1"]);
    assert.deepEqual(
      pids.filter((pid) => belongsTo(pid, third)),
      [],
    );
    // Its record is still there: the next start of the folder cleans up after it.
    assert.ok(readFileSync(path.join(third, "cluster", "session.json"), "utf8").includes('"owner"'));
    assert.deepEqual(await stopLeftovers(third), []);
  });

  it("can be kept, and a later process ends what was kept", async () => {
    const third = newFolder();
    const script = path.join(__dirname, "..", "support", "cluster-holder.ts");
    const output = execFileSync(process.execPath, ["--import", "tsx", script, third, "keep"], {
      encoding: "utf8",
    });
    const pids = Object.values(JSON.parse(output) as Record<string, number>);
    assert.equal(pids.filter((pid) => belongsTo(pid, third)).length, 5);
    assert.deepEqual((await stopLeftovers(third)).sort(), Object.keys(JSON.parse(output) as object).sort());
    assert.deepEqual(
      pids.filter((pid) => belongsTo(pid, third)),
      [],
    );
  });
});

const restricted = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

function podSpec(securityContext: object): Record<string, unknown> {
  return { containers: [{ name: "main", image: "registry.invalid/web:1", securityContext }] };
}

function deployment(name: string, space: string, securityContext: object, replicas?: number): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: space },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: podSpec({ ...restricted, ...securityContext }) },
    },
  };
}

function statefulSet(name: string, space: string, storageClassName: string): KubeObject {
  const { spec, ...rest } = deployment(name, space, restricted, 2);
  return {
    ...rest,
    kind: "StatefulSet",
    spec: {
      ...(spec as object),
      serviceName: name,
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: {
            storageClassName,
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: "10Gi" } },
          },
        },
      ],
    },
  };
}

async function namespace(client: KubeClient, name: string): Promise<void> {
  const labels = {
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/warn": "restricted",
  };
  await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
  await client.waitUntil(
    { apiVersion: "v1", kind: "ServiceAccount", namespace: name, name: "default" },
    (all) => all.length > 0,
  );
}

function ref(
  apiVersion: string,
  kind: string,
  name: string,
): { apiVersion: string; kind: string; name: string } {
  return { apiVersion, kind, name };
}

function status(object: KubeObject | undefined): Record<string, unknown> {
  return (object?.["status"] ?? {}) as Record<string, unknown>;
}

function conditions(object: KubeObject | undefined): { type: string; status: string; message: string }[] {
  return (status(object)["conditions"] ?? []) as { type: string; status: string; message: string }[];
}

function withoutToken(kubeconfig: string): string {
  return kubeconfig.replace(/token: \S+/, "token: wrong");
}
