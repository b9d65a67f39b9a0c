import assert from "node:assert/strict";
import { browserSources } from "../../../components/monitoring/alloy/browser";
import { LogCollector } from "../../../components/monitoring/alloy/collector";
import { logsConfig } from "../../../components/monitoring/alloy/logs";
import { BrowserReceiver } from "../../../components/monitoring/alloy/receiver";
import { remoteWriteUrls } from "../../../components/monitoring/prometheus/spec";
import type { MonitoringSizes } from "../../../components/monitoring/types";
import type { Recording } from "../../support/recorder";
import { edgeContract, pair, recordOn, single, staged } from "./prometheus/fixtures";

interface SetSpec {
  readonly replicas: number;
  readonly volumeClaimTemplates?: readonly object[];
  readonly template: {
    readonly spec: {
      readonly automountServiceAccountToken: boolean;
      readonly securityContext: { readonly runAsUser: number; readonly runAsNonRoot: boolean };
      readonly volumes: readonly { readonly name: string; readonly hostPath?: object }[];
      readonly containers: readonly { readonly args: readonly string[]; readonly volumeMounts: object[] }[];
    };
  };
}
interface PolicySpec {
  readonly ingress: readonly {
    readonly from: object[];
    readonly ports: readonly { readonly port: number }[];
  }[];
  readonly egress: readonly { readonly to: object[]; readonly ports: readonly { readonly port: number }[] }[];
}
const setOf = (all: Recording<unknown>): SetSpec =>
  all.one("kubernetes:apps/v1:StatefulSet").inputs["spec"] as SetSpec;
const policyOf = (all: Recording<unknown>): PolicySpec =>
  all.one("kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"] as PolicySpec;
const ports = (rules: PolicySpec["egress"] | PolicySpec["ingress"]): number[][] =>
  rules.map((rule) => rule.ports.map(({ port }) => port));
const counts = (all: Recording<unknown>): Record<string, number> => {
  const { "pulumi:providers:kubernetes": _, ...rest } = all.counts();
  return rest;
};
const configOf = (all: Recording<unknown>, name: string): string =>
  (all.one("kubernetes:core/v1:ConfigMap", name).inputs["data"] as Record<string, string>)["config.alloy"] ??
  "";

describe("the collector of logs", () => {
  const collect = (sizes: MonitoringSizes) =>
    recordOn((site) => new LogCollector("logs", { site }), { sizes });

  it("is a set whose pods remember how far they have read, with rights to read pods, their logs and events", async () => {
    const all = await collect(pair);
    assert.deepEqual(counts(all), {
      "kubernetes:apps/v1:StatefulSet": 1,
      "kubernetes:core/v1:ConfigMap": 3,
      "kubernetes:core/v1:PersistentVolumeClaim": 2,
      "kubernetes:core/v1:Service": 2,
      "kubernetes:core/v1:ServiceAccount": 1,
      "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": 1,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy": 1,
      "kubernetes:policy/v1:PodDisruptionBudget": 1,
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": 1,
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": 1,
      "slipway:monitoring:LogCollector": 1,
    });
    assert.deepEqual(all.one("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole").inputs["rules"], [
      { apiGroups: [""], resources: ["pods", "events"], verbs: ["get", "list", "watch"] },
      { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
    ]);
    assert.equal(configOf(all, "logs-files"), logsConfig({ loki: "http://loki:3100" }));
  });

  it("sees no node, and runs as the image's own user", async () => {
    const { spec } = setOf(await collect(pair)).template;
    assert.equal(spec.automountServiceAccountToken, true);
    assert.deepEqual([spec.securityContext.runAsUser, spec.securityContext.runAsNonRoot], [473, true]);
    assert.deepEqual(
      spec.volumes.filter(({ hostPath }) => hostPath !== undefined),
      [],
    );
  });

  it("shares the work where it has a peer, and reaches the API, Loki, names and that peer", async () => {
    const two = await collect(pair);
    const args = setOf(two).template.spec.containers[0]?.args ?? [];
    assert.deepEqual(
      args.filter((arg) => arg.startsWith("--cluster")),
      ["--cluster.enabled=true", "--cluster.name=logs", "--cluster.join-addresses=alloy-members"],
    );
    assert.ok(!args.some((arg) => arg.includes("stability")), "only what is stable");
    assert.deepEqual(ports(policyOf(two).egress), [[53, 53], [443, 6443], [3100], [12_345]]);
    assert.deepEqual(ports(policyOf(two).ingress), [[12_345], [12_345]]);

    const one = await collect(single);
    assert.equal(setOf(one).replicas, 1);
    assert.ok(!setOf(one).template.spec.containers[0]?.args.some((arg) => arg.startsWith("--cluster")));
    assert.deepEqual(ports(policyOf(one).egress), [[53, 53], [443, 6443], [3100]]);
    assert.deepEqual(ports(policyOf(one).ingress), [[12_345]]);
    assert.equal(one.ofType("kubernetes:policy/v1:PodDisruptionBudget").length, 0);
  });
});

describe("the receiver of what pages measure", () => {
  const sources = browserSources(staged("production"));
  const receive = (sizes: MonitoringSizes) =>
    recordOn(
      (site) =>
        new BrowserReceiver("browser", {
          ...{ site, sources, edge: edgeContract() },
          prometheus: { writeTo: remoteWriteUrls(sizes), port: 9090 },
        }),
      { sizes },
    );

  it("keeps nothing, and has no rights", async () => {
    const all = await receive(pair);
    assert.deepEqual(counts(all), {
      "kubernetes:apps/v1:StatefulSet": 1,
      "kubernetes:core/v1:ConfigMap": 3,
      "kubernetes:core/v1:Service": 2,
      "kubernetes:core/v1:ServiceAccount": 1,
      "kubernetes:gateway.networking.k8s.io/v1:ReferenceGrant": 2,
      "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": 1,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy": 1,
      "kubernetes:policy/v1:PodDisruptionBudget": 1,
      "slipway:monitoring:BrowserReceiver": 1,
    });
    const { replicas, volumeClaimTemplates, template } = setOf(all);
    assert.deepEqual(
      [replicas, volumeClaimTemplates, template.spec.automountServiceAccountToken],
      [2, undefined, false],
    );
    assert.ok(template.spec.containers[0]?.args.includes("--stability.level=experimental"));
  });

  it("is reached by the gateway's own pods, and reaches Prometheus and names alone", async () => {
    const { ingress, egress } = policyOf(await receive(pair));
    assert.deepEqual(ingress[1], {
      from: [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "envoy-gateway-system" } },
          podSelector: { matchLabels: { "gateway.envoyproxy.io/owning-gateway-name": "edge" } },
        },
      ],
      ports: [{ protocol: "TCP", port: 4318 }],
    });
    assert.deepEqual(ports(ingress), [[12_345], [4318]]);
    assert.deepEqual(ports(egress), [[53, 53], [9090]]);
    assert.deepEqual(egress[1]?.to, [
      { podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } } },
    ]);
  });

  it("lets the routes of just those systems lead to it", async () => {
    const all = await receive(single);
    const grants = all.ofType("kubernetes:gateway.networking.k8s.io/v1:ReferenceGrant");
    assert.deepEqual(
      grants.map(({ name, inputs }): [string, unknown] => [name, inputs["spec"]]).sort(),
      ["daira", "kova"].map((system) => [
        `browser-grant-${system}`,
        {
          from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: system }],
          to: [{ group: "", kind: "Service", name: "alloy-browser" }],
        },
      ]),
    );
  });

  it("writes to each replica of Prometheus by the name of its pod", async () => {
    const host = (ordinal: number): string =>
      `http://prometheus-slipway-${ordinal}.prometheus-operated.monitoring.svc.cluster.local:9090/api/v1/write`;
    assert.deepEqual(remoteWriteUrls(pair), [host(0), host(1)]);
    assert.deepEqual(remoteWriteUrls(single), [host(0)]);
    const text = configOf(await receive(pair), "browser-files");
    for (const url of remoteWriteUrls(pair)) assert.ok(text.includes(`url = "${url}"`), url);
  });
});
