import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { platformNamespaces } from "../../components/common/namespaces";
import { podSecurityLabels } from "../../components/common/pod-security";
import { BlackboxExporter } from "../../components/monitoring/exporters/blackbox-exporter";
import { KubeStateMetrics } from "../../components/monitoring/exporters/kube-state-metrics";
import { NodeExporter } from "../../components/monitoring/exporters/node-exporter";
import { Operator } from "../../components/monitoring/operator/operator";
import { Prometheus } from "../../components/monitoring/prometheus/prometheus";
import { namespaceOf } from "../../components/spec/services";
import { PriorityClasses } from "../../components/workload/priorities";
import { silent } from "../../engine/progress";
import { ensureTool } from "../../engine/tools";
import { omnitide } from "../../infra/systems/omnitide";
import { startCluster } from "../../rehearsal/cluster";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import type { KubeObject } from "../../rehearsal/kube/client";
import { clusterParts } from "../support/cluster";
import { objectsOf } from "../support/manifests";
import { record } from "../support/recorder";
import { temporaryFolder } from "../support/temporary";
import { installOnly, installTools } from "../support/tools";
import {
  clusterContract,
  edgeContract,
  namespacesOf,
  recordOn,
  staged,
} from "../unit/monitoring/prometheus/fixtures";
import { render } from "../unit/system/fixtures";
import { enforcePolicies } from "../support/policies";
import { generatedConfig, startOperator } from "./support/operator";
import type { PrometheusConfig, RunningOperator, ScrapeJob } from "./support/operator";
import { discover, scrapedTargets } from "./support/service-discovery";
import type { FoundTarget } from "./support/service-discovery";

const run = promisify(execFile);
const systems = staged("production");

/** What monitoring makes here, as the API takes it. */
async function monitoringObjects(): Promise<readonly KubeObject[]> {
  const { resources } = await recordOn((site) => {
    new Operator("operator", { site });
    const edge = edgeContract({
      controllerNamespaces: [platformNamespaces.envoyGateway, platformNamespaces.certManager],
    });
    new Prometheus("prometheus", {
      site,
      addons: "install",
      edge,
      systems,
      namespaces: namespacesOf(systems),
    });
    new NodeExporter("node-exporter", { site });
    new KubeStateMetrics("kube-state-metrics", { site });
    new BlackboxExporter("blackbox-exporter", {
      site,
      systems,
      edge,
      publicHosts: { way: "internet", trusted: true },
    });
  });
  // The two that stand for what the site waits for.
  return objectsOf(resources).filter(
    ({ kind, metadata }) => kind !== "ConfigMap" || metadata.namespace !== undefined,
  );
}

/** Omnitide, whose pods carry the annotations and are selected by a monitor too. */
async function omnitideObjects(): Promise<readonly KubeObject[]> {
  const priorities = await record(
    () => new PriorityClasses("priorities", { provider: clusterContract().provider, stage: "staging" }),
  );
  const { resources } = await render(omnitide);
  return [...objectsOf(priorities.resources), ...objectsOf(resources)].filter(
    ({ kind }) => kind !== "StorageClass",
  );
}

function namespaceObject(name: string): KubeObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: podSecurityLabels() } };
}

// The cases look at one cluster, in which one operator works.
describe("Prometheus, as the real operator makes it of our custom resources", function () {
  this.timeout(180_000);
  let cluster: EmbeddedCluster;
  let operator: RunningOperator;
  let folder: string;
  let promtool: string;
  let text: string;
  let config: PrometheusConfig;
  let objects: readonly KubeObject[];

  before(installTools);
  before(installOnly("promtool", "prometheus-operator"));
  before(async function () {
    this.timeout(300_000);
    folder = temporaryFolder("slipway-prometheus-test-");
    promtool = (await ensureTool("promtool", silent)).path;
    objects = [...(await monitoringObjects()), ...(await omnitideObjects())];
    cluster = await startCluster({ ...(await clusterParts()), folder, storageClass: true }, silent);
    const made = new Set(
      objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name),
    );
    const namespaces = [
      platformNamespaces.monitoring,
      platformNamespaces.envoyGateway,
      platformNamespaces.certManager,
      ...systems.map(namespaceOf),
    ].filter((name) => !made.has(name));
    const isFirst = ({ kind }: KubeObject): boolean => kind === "Namespace" || kind === "PriorityClass";
    for (const object of [...namespaces.map(namespaceObject), ...objects.filter(isFirst)]) {
      await cluster.client.create(object);
    }
    for (const object of objects.filter((each) => !isFirst(each))) await cluster.client.create(object);
    // What the operator makes the cluster must let in, as a production cluster would.
    await enforcePolicies(cluster.client, "production", platformNamespaces.monitoring);
    operator = startOperator({
      program: (await ensureTool("prometheus-operator", silent)).path,
      kubeconfig: cluster.kubeconfigPath,
      file: path.join(folder, "operator.log"),
    });
    ({ text, config } = await generatedConfig(cluster.client, expectedJobs(objects)).catch(
      async (error: unknown) => {
        throw new Error(`${String(error)}\n${await operator.log()}`);
      },
    ));
  });
  after(async () => {
    // What failed before may have left some of them out.
    for (const started of [operator, cluster] as
      Partial<Record<"stop", () => Promise<void>>>[] | undefined[]) {
      await started?.stop?.();
    }
    await rm(folder, { recursive: true, force: true });
  });

  const find = (
    name: string,
    isEnough: (found: readonly FoundTarget[]) => boolean,
  ): Promise<readonly FoundTarget[]> =>
    discover(name, { promtool, folder, config, kubeconfig: cluster.kubeconfig }, isEnough);

  const job = (name: string): ScrapeJob => {
    const found = config.scrape_configs.find(({ job_name: own }) => own === name);
    assert.ok(found, `no job ${name} among ${config.scrape_configs.map((each) => each.job_name).join(", ")}`);
    return found;
  };

  it("is admitted with all of its exporters, pod by pod, by Pod Security and by the schemas of the kinds", async () => {
    const wanted = {
      "prometheus-operator": 1,
      prometheus: 2,
      "node-exporter": 3,
      "kube-state-metrics": 1,
      "blackbox-exporter": 2,
    };
    await cluster.client.waitUntil(
      { apiVersion: "v1", kind: "Pod" },
      (pods) => {
        const ready = pods.filter(isReady).map(({ metadata }) => metadata.labels?.["app.kubernetes.io/name"]);
        return Object.entries(wanted).every(
          ([name, count]) => ready.filter((each) => each === name).length === count,
        );
      },
      { timeout: 90_000, what: "the pods of monitoring to become Ready" },
    );
  });

  it("is accepted by promtool", async () => {
    const account = path.join(folder, "account");
    await mkdir(account);
    for (const file of ["token", "ca.crt"]) await writeFile(path.join(account, file), "x");
    const file = path.join(folder, "prometheus.yaml");
    await writeFile(file, text.replaceAll("/var/run/secrets/kubernetes.io/serviceaccount", account));
    const { stdout } = await run(promtool, ["check", "config", file]);
    assert.match(stdout, /SUCCESS: .* is valid prometheus config file syntax/);
  });

  it("scrapes every service that serves metrics in the interval of its document, and every exporter of a store", () => {
    const services = config.scrape_configs.flatMap(({ job_name: name, scrape_interval, metrics_path }) => {
      const [, system] = /^serviceMonitor\/monitoring\/([^/]+)\.[^/]+\/0$/.exec(name) ?? [];
      return system === undefined ? [] : [[name.split("/")[2], scrape_interval, metrics_path]];
    });
    assert.deepEqual(services.sort(), [
      ["daira.backend", "10s", "/api/metrics"],
      ["dwcp.dwcp-v3", "30s", "/metrics"],
      ["noa.noa-api", "10s", "/metrics"],
      ["omnitide.control-panel", "15s", "/metrics"],
    ]);
    const stores = config.scrape_configs.flatMap(
      ({ job_name: name }) => /^podMonitor\/monitoring\/([^/]+\.[^/]+)\/0$/.exec(name)?.[1] ?? [],
    );
    assert.deepEqual(
      stores.sort(),
      systems
        .flatMap(({ name, stores: own }) => Object.keys(own ?? {}).map((store) => `${name}.${store}`))
        .sort(),
    );
    assert.ok(stores.length > 0);
  });

  it("scrapes the cluster and the platform, and nothing of a control plane that nobody can reach", () => {
    for (const name of ["kubelet", "cadvisor", "apiserver"]) assert.equal(job(name).scheme, "https");
    assert.equal(job("cadvisor").metrics_path, "/metrics/cadvisor");
    for (const part of ["envoy-proxy", "envoy-gateway", "cert-manager", "coredns", "node-exporter"]) {
      job(`podMonitor/monitoring/${part}/0`);
    }
    job("serviceMonitor/monitoring/kube-state-metrics/0");
    job("serviceMonitor/monitoring/kube-state-metrics/1");
    job("scrapeConfig/monitoring/annotated-pods");
    const names = config.scrape_configs.map(({ job_name: name }) => name).join("\n");
    assert.doesNotMatch(names, /scheduler|controller-manager|etcd/);
  });

  it("probes each public host by HTTPS, and says whose it is", () => {
    const probes = config.scrape_configs.filter(({ job_name: name }) => name.startsWith("probe/"));
    assert.deepEqual(
      probes.map(({ static_configs: all }) => all?.[0]?.labels["host"]).sort(),
      systems.map(({ host }) => host).sort(),
    );
    for (const { static_configs: all, params } of probes) {
      assert.match(all?.[0]?.targets[0] ?? "", new RegExp(`^https://${all?.[0]?.labels["host"] ?? "-"}/`));
      assert.deepEqual(params, { module: ["https"] });
    }
  });

  it("sends alerts to the Service alertmanager, keeps a month and exemplars, and limits each scrape", () => {
    assert.equal(config.alerting.alertmanagers.length, 1);
    assert.match(JSON.stringify(config.alerting.alertmanagers), /"regex":"alertmanager".*"regex":"http"/);
    assert.deepEqual(config.storage?.tsdb?.retention, { time: "31d", size: "80GiB" });
    assert.equal(config.storage.exemplars?.max_exemplars, 100_000);
    assert.equal(config.global["sample_limit"], 100_000);
    assert.equal(config.global["label_value_length_limit"], 1024);
  });

  it("runs with neither lifecycle nor admin API, and with limits on each container", async () => {
    const set = await cluster.client.get({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      namespace: "monitoring",
      name: "prometheus-slipway",
    });
    const { template, replicas } = (set as unknown as StatefulSet).spec;
    assert.equal(replicas, 2);
    const { containers, initContainers, shareProcessNamespace } = template.spec;
    assert.equal(shareProcessNamespace, true, "the reloader signals Prometheus instead of calling it");
    const [server] = containers;
    assert.ok(server);
    assert.ok(server.args.includes("--web.enable-remote-write-receiver"), server.args.join(" "));
    assert.deepEqual(
      server.args.filter((each) => /lifecycle|admin-api/.test(each)),
      [],
    );
    for (const { name, resources, securityContext } of [...containers, ...initContainers]) {
      assert.ok(resources.limits?.["memory"] !== undefined && resources.limits["cpu"] !== undefined, name);
      assert.equal(resources.requests?.["memory"], resources.limits["memory"], name);
      assert.equal(securityContext.readOnlyRootFilesystem, true, name);
    }
  });

  it("finds each pod of Omnitide once, although it has both the annotations and a monitor", async () => {
    await cluster.client.waitUntil(
      { apiVersion: "v1", kind: "Pod", namespace: "omnitide" },
      (pods) => pods.filter((pod) => isReady(pod) && isPanel(pod)).length === 3,
      { timeout: 60_000, what: "the pods of Omnitide to become Ready" },
    );
    const monitored = scrapedTargets(
      await find(
        "serviceMonitor/monitoring/omnitide.control-panel/0",
        (found) => scrapedTargets(found).length === 3,
      ),
    );
    assert.deepEqual(
      monitored.map(({ job: own, service, system, namespace, endpoint }) => [
        own,
        service,
        system,
        namespace,
        endpoint,
      ]),
      Array.from({ length: 3 }, () => ["control-panel", "control-panel", "omnitide", "omnitide", "metrics"]),
    );
    const seen = (found: readonly FoundTarget[]): number =>
      new Set(
        found
          .filter(isAnnotatedPanel)
          .map(({ discoveredLabels }) => discoveredLabels["__meta_kubernetes_pod_name"]),
      ).size;
    const annotated = await find("scrapeConfig/monitoring/annotated-pods", (found) => seen(found) === 3);
    assert.equal(seen(annotated), 3, "the annotated pods are looked at");
    assert.deepEqual(scrapedTargets(annotated), [], "and left to the monitor");
  });

  it("finds a pod that only has the annotations, by the port and path that they name", async () => {
    await cluster.client.create(annotatedPod("omnitide"));
    await cluster.client.waitUntil(
      { apiVersion: "v1", kind: "Pod", namespace: "omnitide", name: "by-hand" },
      ([pod]) => pod !== undefined && isReady(pod),
      { timeout: 60_000, what: "the pod to become Ready" },
    );
    const found = scrapedTargets(
      await find("scrapeConfig/monitoring/annotated-pods", (all) => scrapedTargets(all).length > 0),
    );
    assert.equal(found.length, 1, JSON.stringify(found));
    const [{ __address__: address, __metrics_path__: at, job: own, system, pod } = {}] = found;
    assert.match(address ?? "", /^\d+\.\d+\.\d+\.\d+:7070$/);
    assert.deepEqual([at, own, system, pod], ["/stats", "by-hand", "omnitide", "by-hand"]);
  });

  it("finds kubelets and the API server with the rights that it has", async () => {
    const nodes = cluster.kwok.nodes;
    const kubelets = await find("kubelet", (found) => scrapedTargets(found).length === nodes.length);
    assert.deepEqual(
      scrapedTargets(kubelets)
        .map(({ node }) => node)
        .sort(),
      [...nodes].sort(),
    );
    // An API server on the loopback, which no endpoint may name, makes none for itself.
    await cluster.client.create(apiServerEndpoint);
    const servers = await find("apiserver", (found) => found.length > 0);
    assert.deepEqual(
      scrapedTargets(servers).map(({ __address__: address, __scheme__: scheme }) => [address, scheme]),
      [["10.1.2.3:443", "https"]],
    );
  });

  it("asks for no right that the operator does not have", async () => {
    const denied = (await operator.log())
      .split("\n")
      .filter((line) => /forbidden|missing permission/i.test(line));
    assert.deepEqual(denied, []);
  });
});

interface StatefulSet {
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly spec: {
        readonly shareProcessNamespace: boolean;
        readonly containers: readonly Container[];
        readonly initContainers: readonly Container[];
      };
    };
  };
}

interface Container {
  readonly name: string;
  readonly args: readonly string[];
  readonly resources: Readonly<Partial<Record<"requests" | "limits", Readonly<Record<string, string>>>>>;
  readonly securityContext: { readonly readOnlyRootFilesystem?: boolean };
}

function isReady({ status }: KubeObject): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some((condition) => condition.type === "Ready" && condition.status === "True");
}

function isPanel({ metadata }: KubeObject): boolean {
  return metadata.labels?.["app.kubernetes.io/name"] === "control-panel";
}

function isAnnotatedPanel({ discoveredLabels: labels }: FoundTarget): boolean {
  return (
    labels["__meta_kubernetes_pod_annotation_prometheus_io_scrape"] === "true" &&
    labels["__meta_kubernetes_pod_label_app_kubernetes_io_name"] === "control-panel"
  );
}

/** Endpoints of all monitors, probes, scrape configurations, and the three jobs of the cluster's own parts. */
function expectedJobs(objects: readonly KubeObject[]): number {
  const own = objects.map(({ kind, spec }): number => {
    const { endpoints = [], podMetricsEndpoints = [] } = (spec ?? {}) as Record<string, unknown[]>;
    if (kind === "ServiceMonitor") return endpoints.length;
    if (kind === "PodMonitor") return podMetricsEndpoints.length;
    return kind === "Probe" || kind === "ScrapeConfig" ? 1 : 0;
  });
  return own.reduce((sum, count) => sum + count, 0) + 3;
}

const apiServerEndpoint: KubeObject = {
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: {
    name: "kubernetes",
    namespace: "default",
    labels: { "kubernetes.io/service-name": "kubernetes" },
  },
  addressType: "IPv4",
  endpoints: [{ addresses: ["10.1.2.3"], conditions: { ready: true } }],
  ports: [{ name: "https", port: 443, protocol: "TCP" }],
};

function annotatedPod(namespace: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "by-hand",
      namespace,
      labels: { "app.kubernetes.io/part-of": "omnitide", "app.kubernetes.io/name": "by-hand" },
      annotations: {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": "7070",
        "prometheus.io/path": "/stats",
      },
    },
    spec: {
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "main",
          image: "registry.invalid/by-hand:1",
          ports: [{ containerPort: 7070 }, { containerPort: 8080 }],
          resources: { limits: { cpu: "10m", memory: "16Mi" } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
    },
  };
}
