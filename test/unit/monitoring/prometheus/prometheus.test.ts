import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterContract, EdgeContract } from "../../../../components/common/contracts";
import { Prometheus } from "../../../../components/monitoring/prometheus/prometheus";
import type { PrometheusArgs } from "../../../../components/monitoring/prometheus/prometheus";
import type { Recording } from "../../../support/recorder";
import { edgeContract, namespacesOf, recordOn, single, staged } from "./fixtures";
import type { SiteOptions } from "./fixtures";

const SERVER = "kubernetes:monitoring.coreos.com/v1:Prometheus";
const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role";

interface Options extends SiteOptions {
  readonly args?: Partial<PrometheusArgs>;
  readonly edge?: Partial<EdgeContract>;
}

function recordPrometheus({ args = {}, edge = {}, ...site }: Options = {}): Promise<Recording<Prometheus>> {
  const systems = staged(site.stage ?? "production");
  return recordOn(
    (made) =>
      new Prometheus("prometheus", {
        site: made,
        addons: "install",
        edge: edgeContract(edge),
        systems,
        namespaces: namespacesOf(systems),
        ...args,
      }),
    site,
  );
}

const onAws: Partial<ClusterContract> = {
  dns: { kind: "address", cidr: "172.20.0.10/32" },
  cloud: { identities: [], apiCidrs: [] },
};

const namespacesOfRoles = ({ ofType }: Recording<unknown>): string[] =>
  ofType(ROLE)
    .map(({ inputs }) => inputs["metadata"].namespace as string)
    .sort();

describe("Prometheus", () => {
  it("is a custom resource with all that finds its targets, and nothing else", async () => {
    const counts = (await recordPrometheus()).counts();
    const stores = staged("production").reduce(
      (sum, { stores: own }) => sum + Object.keys(own ?? {}).length,
      0,
    );
    assert.deepEqual(counts, {
      "slipway:monitoring:Prometheus": 1,
      "pulumi:providers:kubernetes": 1,
      // What the site waits for.
      "kubernetes:core/v1:ConfigMap": 2,
      "kubernetes:core/v1:ServiceAccount": 1,
      "kubernetes:core/v1:Service": 1,
      "kubernetes:core/v1:Secret": 1,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy": 1,
      "kubernetes:policy/v1:PodDisruptionBudget": 1,
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": 1,
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": 1,
      // Its own namespace, the five systems, the gateway's proxies, the API server and DNS.
      "kubernetes:rbac.authorization.k8s.io/v1:Role": 9,
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": 9,
      "kubernetes:monitoring.coreos.com/v1:Prometheus": 1,
      // Four services serve metrics, and it does itself.
      "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": 5,
      "kubernetes:monitoring.coreos.com/v1:PodMonitor": stores + 2,
      "kubernetes:monitoring.coreos.com/v1alpha1:ScrapeConfig": 1,
    });
  });

  it("is a pair with a month on volumes in production", async () => {
    const { one } = await recordPrometheus({ cluster: { storageClass: pulumi.output("fast") } });
    const { metadata, spec } = one(SERVER).inputs;
    assert.deepEqual([metadata.name, metadata.namespace], ["slipway", "monitoring"]);
    assert.equal(metadata.annotations["pulumi.com/waitFor"], "condition=Available");
    assert.equal(spec.replicas, 2);
    assert.deepEqual([spec.retention, spec.retentionSize], ["31d", "80GiB"]);
    assert.deepEqual(spec.storage.volumeClaimTemplate.spec, {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "fast",
      resources: { requests: { storage: "100Gi" } },
    });
    assert.deepEqual(spec.resources, {
      requests: { cpu: "500m", memory: "4Gi" },
      limits: { cpu: "2", memory: "4Gi" },
    });
    assert.deepEqual(
      (spec.topologySpreadConstraints as { topologyKey: string }[]).map(({ topologyKey }) => topologyKey),
      ["topology.kubernetes.io/zone", "kubernetes.io/hostname"],
    );
    assert.deepEqual(spec.securityContext, {
      runAsNonRoot: true,
      runAsUser: 65_534,
      runAsGroup: 65_534,
      fsGroup: 65_534,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    });
  });

  it("is one small pod without a budget on a laptop, on the default class", async () => {
    const made = await recordPrometheus({ stage: "local", sizes: single });
    const { spec } = made.one(SERVER).inputs;
    assert.deepEqual([spec.replicas, spec.retention, spec.retentionSize], [1, "31d", "8GiB"]);
    assert.equal("storageClassName" in spec.storage.volumeClaimTemplate.spec, false);
    assert.equal(made.ofType("kubernetes:policy/v1:PodDisruptionBudget").length, 0);
  });

  it("closes its admin and lifecycle API, forbids files to monitors, and limits each scrape", async () => {
    const { spec } = (await recordPrometheus()).one(SERVER).inputs;
    assert.equal(spec.enableAdminAPI, false);
    assert.equal(spec.reloadStrategy, "ProcessSignal");
    assert.deepEqual(spec.arbitraryFSAccessThroughSMs, { deny: true });
    for (const limit of ["Sample", "Target", "Label", "LabelNameLength", "LabelValueLength"]) {
      assert.ok(spec[`enforced${limit}Limit`] > 0, limit);
    }
    assert.deepEqual(spec.enableFeatures, ["exemplar-storage"]);
    assert.equal(spec.enableRemoteWriteReceiver, true);
  });

  it("finds monitors, probes and rules of its own namespace alone", async () => {
    const { spec } = (await recordPrometheus()).one(SERVER).inputs;
    for (const kind of ["serviceMonitor", "podMonitor", "probe", "scrapeConfig", "rule"]) {
      assert.deepEqual(spec[`${kind}Selector`], {}, kind);
      assert.equal(`${kind}NamespaceSelector` in spec, false, `${kind}: another namespace would be taken in`);
    }
    const made = await recordPrometheus();
    for (const { inputs, type } of made.resources.filter(({ type: each }) =>
      each.includes("monitoring.coreos.com"),
    )) {
      assert.equal(inputs["metadata"].namespace, "monitoring", type);
    }
  });

  it("sends alerts to the Service alertmanager, with the names of cluster and stage", async () => {
    const { spec } = (await recordPrometheus()).one(SERVER).inputs;
    assert.deepEqual(spec.alerting, {
      alertmanagers: [{ namespace: "monitoring", name: "alertmanager", port: "http", apiVersion: "V2" }],
    });
    assert.deepEqual(spec.externalLabels, { cluster: "test", stage: "production" });
  });

  it("may find targets in just the namespaces that its monitors name, and may reach them", async () => {
    const edge = { controllerNamespaces: ["envoy-gateway-system", "cert-manager"] };
    for (const options of [{}, { edge }, { cluster: onAws }, { stage: "staging", edge, cluster: onAws }]) {
      const made = await recordPrometheus(options);
      const named = made.resources
        .filter(({ type }) => /:(ServiceMonitor|PodMonitor|ScrapeConfig)$/.test(type))
        .flatMap(({ inputs: { spec } }) => [
          ...((spec.namespaceSelector?.matchNames ?? []) as string[]),
          ...((spec.kubernetesSDConfigs?.[0].namespaces.names ?? []) as string[]),
        ]);
      // The API server is found by a job of the Secret.
      const wanted = [...new Set([...named, "default"])].sort();
      assert.deepEqual(namespacesOfRoles(made), wanted);
      const reached = policy(made).egress.flatMap(({ to }) =>
        to.flatMap(
          ({ namespaceSelector }) => namespaceSelector?.matchLabels["kubernetes.io/metadata.name"] ?? [],
        ),
      );
      const foreign = wanted.filter((each) => !["default", "monitoring"].includes(each));
      assert.deepEqual(
        [...new Set(reached)].sort(),
        [...new Set([...foreign, ...dnsNamespace(options)])].sort(),
      );
    }
  });

  it("has rights to read what leads to targets, and no other", async () => {
    const { ofType } = await recordPrometheus();
    const follow = ["get", "list", "watch"];
    for (const { inputs } of ofType(ROLE)) {
      assert.deepEqual(inputs["rules"], [
        { apiGroups: [""], resources: ["services", "pods"], verbs: follow },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: follow },
      ]);
    }
    const [everywhere] = ofType("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole");
    assert.deepEqual(everywhere?.inputs["rules"], [
      { apiGroups: [""], resources: ["nodes"], verbs: follow },
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      { nonResourceURLs: ["/metrics"], verbs: ["get"] },
    ]);
  });

  it("is called by Grafana, by the collector of what browsers report, and by itself", async () => {
    const { ingress } = policy(await recordPrometheus());
    assert.deepEqual(
      ingress.map(({ from, ports }) => [
        from.map(({ podSelector }) => podSelector?.matchLabels["app.kubernetes.io/name"]),
        ports.map(({ port }) => port),
      ]),
      [
        [["prometheus"], [9090]],
        [["grafana", "alloy-browser"], [9090]],
      ],
    );
  });

  it("makes its rights in a namespace of the edge only once the controllers there are installed", async () => {
    const made = await recordOn((site) => {
      const controller = new k8s.core.v1.ConfigMap("controller", {}, { provider: site.cluster.provider });
      const edge = edgeContract({ controllerNamespaces: ["cert-manager"], controllers: [controller] });
      return new Prometheus("prometheus", { site, addons: "install", edge, systems: [], namespaces: {} });
    });
    const { dependsOn } = made.one(ROLE, "prometheus-cert-manager-role");
    assert.ok(dependsOn.some((urn) => urn.endsWith("::controller")));
    assert.deepEqual(made.ofType("kubernetes:monitoring.coreos.com/v1alpha1:ScrapeConfig"), []);
  });

  it("waits for nothing that only an operator brings where somebody else may run it", async () => {
    const { one } = await recordPrometheus({ args: { addons: "provided" } });
    assert.equal("annotations" in one(SERVER).inputs["metadata"], false);
  });

  it("comes after its rights, its policy, and what the site waits for", async () => {
    const made = await recordPrometheus();
    const after = made.one(SERVER).dependsOn.map((urn) => urn.split("::").at(-1));
    for (const name of ["ready", "operator", "prometheus-policy", "prometheus-omnitide-role-binding"]) {
      assert.ok(after.includes(name), name);
    }
  });
});

interface Peer {
  readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly namespaceSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
}

interface Policy {
  readonly ingress: readonly {
    readonly from: readonly Peer[];
    readonly ports: readonly { readonly port: number }[];
  }[];
  readonly egress: readonly { readonly to: readonly Peer[] }[];
}

function policy({ one }: Recording<unknown>): Policy {
  return one("kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"] as Policy;
}

function dnsNamespace({ cluster }: Options): readonly string[] {
  return cluster?.dns?.kind === "address" ? [] : ["kube-system"];
}
