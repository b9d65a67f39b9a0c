import assert from "node:assert/strict";
import { chmodSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { silent } from "../../engine/progress";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import { startCluster } from "../../rehearsal/cluster";
import { bearerAccess } from "../../rehearsal/context/access";
import { requireStorageClass } from "../../rehearsal/context/requirements";
import { kubeClient } from "../../rehearsal/kube/client";
import { added, clusterContents } from "../../rehearsal/leftovers";
import type { RehearsalReport } from "../../rehearsal/report";
import { clusterParts } from "../support/cluster";
import { temporaryFolder } from "../support/temporary";
import { installTools } from "../support/tools";
import { slipway } from "./support/run";
import type { Run } from "./support/run";

const steps = ["up", "up again", "refresh", "integrity", "drift", "destroy"];

describe("a rehearsal on a cluster of the user's own", function () {
  this.timeout(300_000);
  before(installTools);
  let folder: string;
  let temporary: string;
  let cluster: EmbeddedCluster;

  before(async () => {
    folder = temporaryFolder("slipway-context-test-");
    temporary = temporaryFolder("slipway-context-tmp-");
    cluster = await startCluster({ ...(await clusterParts()), folder, storageClass: true }, silent);
  });
  after(async () => {
    await (cluster as EmbeddedCluster | undefined)?.stop();
    for (const made of [folder, temporary]) rmSync(made, { recursive: true, force: true });
  });

  /** A kubeconfig of the cluster with another context beside it, which is the current one and leads nowhere. */
  function kubeconfig(user: object = { token: cluster.token }): string {
    const { clusters } = parse(cluster.kubeconfig) as { clusters: [{ cluster: object }] };
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "other",
      contexts: ["mine", "other"].map((name) => ({ name, context: { cluster: name, user: name } })),
      clusters: [
        { name: "mine", cluster: clusters[0].cluster },
        { name: "other", cluster: { server: "https://127.0.0.1:1" } },
      ],
      users: [
        { name: "mine", user },
        { name: "other", user: { token: "none" } },
      ],
    };
    const file = path.join(folder, "kubeconfig.yaml");
    writeFileSync(file, stringify(config), { mode: 0o600 });
    return file;
  }

  const rehearse = (words: readonly string[], env: Record<string, string | undefined>): Promise<Run> =>
    slipway(["rehearse", "local", ...words, "--json"], { env: { TMPDIR: temporary, ...env } });
  const sentence = ({ stdout }: Run): string =>
    (JSON.parse(stdout) as { error: { message: string } }).error.message;
  /** Folders of sessions that are left. */
  const sessions = (): string[] => readdirSync(temporary).filter((name) => name.startsWith("slipway-"));

  it("goes through all steps there, starts no control plane, and leaves the cluster as it was", async () => {
    const { client } = cluster;
    // One of the two is the user's own, and stays.
    await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "cert-manager" } });
    const broken = { name: "theirs", namespace: "cert-manager" };
    await client.create({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: broken,
      spec: { defaultBackend: { service: { name: "nothing", port: { number: 80 } } } },
    });
    const before = await clusterContents(client);
    const run = await rehearse(["--context", "mine"], { KUBECONFIG: kubeconfig() });
    assert.equal(run.code, 0, run.stderr);
    const report = JSON.parse(run.stdout) as RehearsalReport;
    assert.equal(report.ok, true);
    assert.deepEqual(
      report.steps.map(({ name }) => name),
      steps,
    );
    assert.deepEqual(report.cluster, { version: cluster.version, source: "context mine" });
    assert.deepEqual(report.leftovers, []);
    assert.ok(!/control plane|KWOK/.test(run.stderr));
    assert.deepEqual(
      report.standIns.map(({ name }) => name),
      ["namespace envoy-gateway-system", "provider docker", "provider kubernetes", "provider random"],
    );
    assert.ok(report.notExercised.every(({ name }) => name !== "containers"));
    const after = await clusterContents(client);
    assert.deepEqual(added(before, after), []);
    assert.deepEqual(added(after, before), []);
    assert.deepEqual(sessions(), []);
  });

  it("asks a ServiceAccount for a token where a login gives none for long, and takes it back", async () => {
    const login = path.join(folder, "login.sh");
    const credential = {
      kind: "ExecCredential",
      apiVersion: "client.authentication.k8s.io/v1",
      status: { token: cluster.token },
    };
    writeFileSync(login, `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`);
    chmodSync(login, 0o755);
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: login, interactiveMode: "Never" };
    const config = parse(cluster.kubeconfig) as { users: { user: object }[] };
    config.users[0]!.user = { exec };
    const text = stringify(config);
    const client = kubeClient({ kubeconfig: text });
    const before = await clusterContents(cluster.client);
    const access = await bearerAccess("slipway", text, client);
    try {
      assert.equal(access.endpoint, cluster.server);
      assert.equal(access.caData, cluster.caData);
      assert.notEqual(access.token, cluster.token);
      const made = added(before, await clusterContents(cluster.client)).map((name) =>
        name.replace(/[0-9a-f]{8}$/, ""),
      );
      assert.deepEqual(made, [
        "ClusterRoleBinding slipway-rehearsal-",
        "ServiceAccount kube-system/slipway-rehearsal-",
      ]);
      config.users[0]!.user = { token: access.token };
      const bearer = kubeClient({ kubeconfig: stringify(config) });
      const { items } = await bearer.list({ apiVersion: "v1", kind: "Secret" });
      assert.ok(Array.isArray(items));
      bearer.close();
    } finally {
      await access.remove();
      client.close();
    }
    assert.deepEqual(added(before, await clusterContents(cluster.client)), []);
  });

  it("names the kinds that the cluster does not serve and how to get them, and installs nothing", async () => {
    const { client } = cluster;
    const routes = "httproutes.gateway.networking.k8s.io";
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      name: routes,
    };
    await client.delete(definition);
    await client.waitUntil(definition, (found) => found.length === 0);
    const before = await clusterContents(client);
    const run = await rehearse(["--context", "mine"], { KUBECONFIG: kubeconfig() });
    assert.equal(run.code, 1);
    assert.match(
      sentence(run),
      /^--context mine: the cluster does not serve HTTPRoute \(gateway\.networking\.k8s\.io\/v1\); allowed: [^;]+; install their definitions first: kubectl --context mine apply --server-side -f \S+\/config\/crd\/standard\.$/,
    );
    const after = await clusterContents(client);
    assert.deepEqual(added(before, after), []);
    assert.deepEqual(added(after, before), []);
    assert.deepEqual(sessions(), []);
  });

  it("wants a StorageClass for claims that name none", async () => {
    const { client } = cluster;
    const standard = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", name: "standard" };
    await client.patch(standard, {
      metadata: { annotations: { "storageclass.kubernetes.io/is-default-class": "false" } },
    });
    const claim = [{ apiVersion: "v1", kind: "PersistentVolumeClaim" }];
    await assert.rejects(requireStorageClass("mine", client, claim, undefined), {
      message:
        "--context mine: the cluster has no default StorageClass; allowed: standard; make one, or name one in slipway:cluster.storageClass.",
    });
    await assert.rejects(requireStorageClass("mine", client, claim, "fast"), /no StorageClass "fast"/);
    await requireStorageClass("mine", client, claim, "standard");
    await requireStorageClass("mine", client, [], undefined);
    await requireStorageClass(
      "mine",
      client,
      [...claim, { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" }],
      undefined,
    );
  });

  it("says in one sentence that a context cannot be used, with exit code 1", async () => {
    for (const [env, context, message] of [
      [
        { KUBECONFIG: kubeconfig() },
        "mien",
        '--context: there is no context "mien" (did you mean "mine"?) in your kubeconfig; allowed: mine, other; name one of them, or leave `--context` out to use an embedded control plane.',
      ],
      [
        { KUBECONFIG: undefined, HOME: temporary, SLIPWAY_CACHE: process.env["SLIPWAY_CACHE"] },
        "mine",
        '--context: KUBECONFIG is not set and there is no ~/.kube/config, so there is no context "mine"; allowed: a kubeconfig of a cluster that you have; set KUBECONFIG, or leave `--context` out to use an embedded control plane.',
      ],
      [
        { KUBECONFIG: "/no/such/file" },
        "mine",
        "--context: KUBECONFIG names /no/such/file, which does not exist; allowed: a kubeconfig of a cluster that you have; set KUBECONFIG, or leave `--context` out to use an embedded control plane.",
      ],
      [
        { KUBECONFIG: kubeconfig() },
        "other",
        "--context other: the Kubernetes API server https://127.0.0.1:1 cannot be reached (ECONNREFUSED); check that the cluster runs and that this machine has a route to it.",
      ],
    ] as const) {
      const run = await rehearse(["--context", context], env);
      assert.equal(run.code, 1);
      assert.equal(sentence(run), message);
      assert.equal(run.stderr, "");
    }
    assert.deepEqual(sessions(), []);
  });

  it("refuses a user whom the cluster does not know, and one who may not do everything", async () => {
    const stranger = await rehearse(["--context", "mine"], {
      KUBECONFIG: kubeconfig({ token: "wrong" }),
    });
    assert.match(
      sentence(stranger),
      /^--context mine: the API server \S+ does not let its user in \(401 Unauthorized\); /,
    );
    const account = { apiVersion: "v1", kind: "ServiceAccount", name: "default", namespace: "default" };
    const { body } = await cluster.client.request({
      method: "POST",
      path: await cluster.client.pathOf(account, "token"),
      body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
    });
    const { token } = (body as { status: { token: string } }).status;
    const guest = await rehearse(["--context", "mine"], {
      KUBECONFIG: kubeconfig({ token }),
    });
    assert.match(sentence(guest), /^--context mine: its user may not do everything in the cluster; /);
    assert.deepEqual([stranger.code, guest.code], [1, 1]);
  });
});
