import assert from "node:assert/strict";
import { platformNamespaces } from "../../components/common/namespaces";
import { podSecurityLabels } from "../../components/common/pod-security";
import { browserSources } from "../../components/monitoring/alloy/browser";
import { LogCollector } from "../../components/monitoring/alloy/collector";
import { BrowserReceiver } from "../../components/monitoring/alloy/receiver";
import { Jaeger } from "../../components/monitoring/jaeger/jaeger";
import { traceSources } from "../../components/monitoring/jaeger/sampling";
import { Loki } from "../../components/monitoring/loki/loki";
import { observabilityOf } from "../../components/monitoring/observability";
import { PORTS, remoteWriteUrls } from "../../components/monitoring/prometheus/spec";
import type { MonitoringSizes } from "../../components/monitoring/types";
import { silent } from "../../engine/progress";
import { kova } from "../../infra/systems/kova";
import { startCluster } from "../../rehearsal/cluster";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import type { KubeObject } from "../../rehearsal/kube/client";
import { clusterParts } from "../support/cluster";
import { objectsOf } from "../support/manifests";
import { temporaryFolder } from "../support/temporary";
import { installTools } from "../support/tools";
import { edgeContract, pair, recordOn, staged } from "../unit/monitoring/prometheus/fixtures";
import { render } from "../unit/system/fixtures";

const systems = staged("production");

/** What takes logs and traces in one stage, as the API takes it. */
async function objects(sizes: MonitoringSizes): Promise<readonly KubeObject[]> {
  const { resources } = await recordOn(
    (site) => {
      const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/logs";
      const bucket = { name: "logs", region: "eu-central-1", kmsKeyArn, ready: [] };
      new Loki("loki", { site, bucket: sizes.logs === "bucket" ? bucket : undefined, clients: ["alloy"] });
      new LogCollector("alloy", { site });
      const prometheus = { writeTo: remoteWriteUrls(sizes), port: PORTS.http };
      const sources = browserSources(systems);
      new BrowserReceiver("browser", { site, edge: edgeContract(), sources, prometheus });
      const url = "https://traces.test:443";
      const store = { url, username: "jaeger", password: "secret", cidrs: ["10.0.64.0/24"], copies: 1 };
      new Jaeger("jaeger", {
        ...{ site, sources: traceSources(systems), clients: ["grafana"] },
        store: sizes.traces === "search" ? store : undefined,
      });
    },
    { sizes },
  );
  // The two that stand for what the site waits for.
  return objectsOf(resources).filter(
    ({ kind, metadata }) => kind !== "ConfigMap" || metadata.namespace !== undefined,
  );
}

function namespaceObject(name: string): KubeObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: podSecurityLabels() } };
}

// The cases look at one cluster.
describe("what takes logs and traces, at a real API server", function () {
  this.timeout(180_000);
  let cluster: EmbeddedCluster | undefined;
  const client = () => {
    assert.ok(cluster !== undefined);
    return cluster.client;
  };

  before(installTools);
  before(async function () {
    this.timeout(180_000);
    const folder = temporaryFolder("slipway-telemetry-test-");
    cluster = await startCluster({ ...(await clusterParts()), folder, storageClass: true }, silent);
    for (const name of [platformNamespaces.monitoring, "kova"]) await client().create(namespaceObject(name));
    for (const object of await objects(pair)) await client().create(object);
  });
  after(async () => {
    await cluster?.stop();
  });

  it("is admitted pod by pod by Pod Security, and finds its volumes", async () => {
    const wanted = { loki: 3, alloy: 2, "alloy-browser": 2, jaeger: 2 };
    await client().waitUntil(
      { apiVersion: "v1", kind: "Pod" },
      (pods) => {
        const ready = pods.filter(isReady).map(({ metadata }) => metadata.labels?.["app.kubernetes.io/name"]);
        return Object.entries(wanted).every(
          ([name, count]) => ready.filter((own) => own === name).length === count,
        );
      },
      { timeout: 120_000, what: "the pods of Loki, Alloy and Jaeger to become Ready" },
    );
    const { items: claims } = await client().list({ apiVersion: "v1", kind: "PersistentVolumeClaim" });
    assert.deepEqual(claims.map(({ metadata }) => metadata.name).sort(), [
      ...["data-alloy-0", "data-alloy-1", "data-loki-0", "data-loki-1", "data-loki-2"],
    ]);
  });

  it("is what the schemas of a laptop's stage and of staging take too", async () => {
    const laptop: MonitoringSizes = {
      ...pair,
      replicas: 1,
      scale: "small",
      logs: "volume",
      traces: "memory",
    };
    const staging: MonitoringSizes = { ...pair, replicas: 1, traces: "volume" };
    for (const [stage, sizes] of Object.entries({ laptop, staging })) {
      await client().create(namespaceObject(stage));
      for (const object of await objects(sizes)) {
        if (object.kind.startsWith("ClusterRole")) continue;
        const moved = { ...object, metadata: { ...object.metadata, namespace: stage } };
        await client().create(moved);
      }
    }
  });

  it("is reached by a route that the schemas of the edge take", async () => {
    const observability = observabilityOf(systems, pair);
    const { resources } = await render(kova, { args: { observability } });
    const routes = objectsOf(resources.filter(({ name }) => name.includes("telemetry")));
    assert.deepEqual(routes.map(({ kind }) => kind).sort(), ["BackendTrafficPolicy", "HTTPRoute"]);
    for (const object of routes) await client().create(object);
    const { items: grants } = await client().list({
      ...{ apiVersion: "gateway.networking.k8s.io/v1", kind: "ReferenceGrant" },
    });
    const inMonitoring = grants.filter(({ metadata }) => metadata.namespace === "monitoring");
    assert.deepEqual(inMonitoring.map(({ metadata }) => metadata.name).sort(), [
      "alloy-browser-daira",
      "alloy-browser-kova",
    ]);
  });
});

function isReady({ status }: KubeObject & { readonly status?: unknown }): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some((condition) => condition.type === "Ready" && condition.status === "True");
}
