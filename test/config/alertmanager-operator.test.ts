import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { MONITORING_NAMESPACE } from "../../components/common/monitoring";
import { podSecurityLabels } from "../../components/common/pod-security";
import { Alertmanager } from "../../components/monitoring/alertmanager/alertmanager";
import { alertmanagerConfig, renderConfig } from "../../components/monitoring/alertmanager/config";
import { templates } from "../../components/monitoring/alertmanager/templates";
import { Operator } from "../../components/monitoring/operator/operator";
import { silent } from "../../engine/progress";
import { ensureTool } from "../../engine/tools";
import { startCluster } from "../../rehearsal/cluster";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import type { KubeObject } from "../../rehearsal/kube/client";
import { clusterParts } from "../support/cluster";
import { objectsOf } from "../support/manifests";
import { temporaryFolder } from "../support/temporary";
import { installOnly, installTools } from "../support/tools";
import { recordOn } from "../unit/monitoring/prometheus/fixtures";
import { alertingOfStack } from "./support/alerting";
import { enforcePolicies } from "../support/policies";
import { startOperator } from "./support/operator";
import type { RunningOperator } from "./support/operator";

const alerting = alertingOfStack("production");

interface Container {
  readonly name: string;
  readonly args: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: Readonly<Partial<Record<"requests" | "limits", Readonly<Record<string, string>>>>>;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Pod extends KubeObject {
  readonly spec: { readonly containers: readonly Container[]; readonly initContainers: readonly Container[] };
}

describe("Alertmanager, as the real operator makes it of our custom resource", function () {
  this.timeout(180_000);
  let cluster: EmbeddedCluster | undefined;
  let operator: RunningOperator | undefined;
  let folder: string;
  let pods: readonly Pod[];

  before(installTools);
  before(installOnly("prometheus-operator"));
  before(async function () {
    this.timeout(300_000);
    folder = temporaryFolder("slipway-alertmanager-test-");
    const { resources } = await recordOn((site) => {
      new Operator("operator", { site });
      const secrets = { slack: "a", pagerduty: "b", email: "c", heartbeat: "d" };
      new Alertmanager("am", { site, alerting, secrets });
    });
    cluster = await startCluster({ ...(await clusterParts()), folder, storageClass: true }, silent);
    const { client } = cluster;
    await client.create({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: MONITORING_NAMESPACE, labels: podSecurityLabels() },
    });
    const objects = objectsOf(resources).filter(
      // Those that stand for what the site waits for.
      ({ kind, metadata }) => kind !== "ConfigMap" || metadata.namespace !== undefined,
    );
    for (const object of [followedKind, ...objects]) await client.create(object);
    // What the operator makes the cluster must let in, as a production cluster would.
    await enforcePolicies(client, "production", MONITORING_NAMESPACE);
    const running = startOperator({
      program: (await ensureTool("prometheus-operator", silent)).path,
      kubeconfig: cluster.kubeconfigPath,
      file: path.join(folder, "operator.log"),
    });
    operator = running;
    pods = await client
      .waitUntil(
        { apiVersion: "v1", kind: "Pod", namespace: MONITORING_NAMESPACE },
        (found) => {
          const own = found.filter(isOwn);
          return own.length === 2 && own.every(isReady) ? (own as Pod[]) : undefined;
        },
        { timeout: 90_000, what: "a pair of Ready pods" },
      )
      .catch(async (error: unknown) => {
        throw new Error(`${String(error)}\n${await running.log()}`);
      });
  });
  after(async () => {
    await operator?.stop();
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("is a pair of pods that Pod Security admits, found by the labels that our Service selects", () => {
    assert.deepEqual(pods.map(({ metadata }) => metadata.name).sort(), [
      "alertmanager-alertmanager-0",
      "alertmanager-alertmanager-1",
    ]);
    for (const { metadata } of pods) {
      assert.equal(metadata.labels?.["app.kubernetes.io/part-of"], "slipway");
      assert.equal(metadata.labels["app.kubernetes.io/name"], "alertmanager");
    }
  });

  it("listens on the port that our Service and policy name, and finds its twin", () => {
    const [server] = pods[0]?.spec.containers.filter(({ name }) => name === "alertmanager") ?? [];
    assert.deepEqual(
      server?.ports?.map(({ name, containerPort }) => [name, containerPort]),
      [
        ["http", 9093],
        ["mesh-tcp", 9094],
        ["mesh-udp", 9094],
      ],
    );
    assert.equal(server.args.filter((argument) => argument.startsWith("--cluster.peer=")).length, 2);
    assert.deepEqual(
      server.volumeMounts.filter(({ name }) => name === "receivers").map(({ mountPath }) => mountPath),
      ["/etc/alertmanager/receivers"],
    );
  });

  it("has requests and limits in every container", () => {
    for (const { spec } of pods) {
      for (const { name, resources } of [...spec.containers, ...spec.initContainers]) {
        assert.ok(resources.requests?.["cpu"] !== undefined && resources.limits?.["cpu"] !== undefined, name);
        assert.ok(resources.limits["memory"] !== undefined, name);
        assert.equal(resources.requests["memory"], resources.limits["memory"], name);
      }
    }
  });

  it("reads the configuration and the templates as we wrote them", async () => {
    const secret = await cluster?.client.get({
      apiVersion: "v1",
      kind: "Secret",
      namespace: MONITORING_NAMESPACE,
      name: "alertmanager-alertmanager-generated",
    });
    const { data = {} } = (secret ?? {}) as { data?: Record<string, string> };
    const content = (key: string): Buffer => Buffer.from(data[key] ?? "", "base64");
    assert.equal(
      gunzipSync(content("alertmanager.yaml.gz")).toString(),
      renderConfig(alertmanagerConfig(alerting)),
    );
    assert.equal(content("slipway.tmpl").toString(), templates("production"));
  });

  it("asks for no right that the operator does not have", async () => {
    const log = (await operator?.log()) ?? "";
    assert.match(log, /alertmanager/);
    assert.deepEqual(
      log.split("\n").filter((line) => /forbidden|missing permission/i.test(line)),
      [],
    );
  });
});

/**
 * A kind that the operator follows, and of which nothing is made here. Its chart has the definition; the embedded
 * control plane only has those of kinds that are made.
 */
const followedKind: KubeObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "alertmanagerconfigs.monitoring.coreos.com" },
  spec: {
    group: "monitoring.coreos.com",
    names: { kind: "AlertmanagerConfig", plural: "alertmanagerconfigs", singular: "alertmanagerconfig" },
    scope: "Namespaced",
    versions: [
      {
        name: "v1alpha1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};

function isOwn({ metadata }: KubeObject): boolean {
  return metadata.labels?.["app.kubernetes.io/name"] === "alertmanager";
}

function isReady({ status }: KubeObject): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
}
