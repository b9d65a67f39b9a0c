import assert from "node:assert/strict";
import { parse } from "yaml";
import { BlackboxExporter } from "../../../../components/monitoring/exporters/blackbox-exporter";
import {
  KubeStateMetrics,
  stateMetricsArguments,
  stateMetricsRules,
} from "../../../../components/monitoring/exporters/kube-state-metrics";
import { NodeExporter, nodeExporterPod } from "../../../../components/monitoring/exporters/node-exporter";
import { hostProbe } from "../../../../components/monitoring/exporters/probes";
import type { PublicHosts } from "../../../../components/monitoring/types";
import { edgeContract, recordOn, single, staged } from "./fixtures";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const BUDGET = "kubernetes:policy/v1:PodDisruptionBudget";
const PROBE = "kubernetes:monitoring.coreos.com/v1:Probe";
const overInternet: PublicHosts = { way: "internet", trusted: true };
const atGateway: PublicHosts = { way: "gateway", trusted: false };

describe("node-exporter", () => {
  it("lives in a namespace that is privileged for a reason, and nothing else of monitoring does", async () => {
    const { one, counts } = await recordOn((site) => new NodeExporter("nodes", { site }));
    const { metadata } = one("kubernetes:core/v1:Namespace").inputs;
    assert.equal(metadata.name, "node-agents");
    assert.equal(metadata.labels["pod-security.kubernetes.io/enforce"], "privileged");
    assert.match(String(metadata.annotations["slipway.dev/reason"]), /node-exporter reads the node's files/);
    assert.deepEqual(counts(), {
      "slipway:monitoring:NodeExporter": 1,
      "pulumi:providers:kubernetes": 1,
      "kubernetes:core/v1:ConfigMap": 2,
      "kubernetes:core/v1:Namespace": 1,
      [POLICY]: 1,
      "kubernetes:core/v1:ServiceAccount": 1,
      "kubernetes:apps/v1:DaemonSet": 1,
      "kubernetes:monitoring.coreos.com/v1:PodMonitor": 1,
    });
    const monitor = one("kubernetes:monitoring.coreos.com/v1:PodMonitor").inputs;
    assert.equal(monitor["metadata"].namespace, "monitoring");
    assert.deepEqual(monitor["spec"].namespaceSelector, { matchNames: ["node-agents"] });
  });

  it("reads the node without any privilege: nobody, no capability, every mount read-only, no token", () => {
    const pod = nodeExporterPod();
    const [container] = pod.containers as {
      securityContext: unknown;
      volumeMounts: { readOnly: boolean }[];
    }[];
    assert.deepEqual(container?.securityContext, {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
    });
    assert.deepEqual(
      container.volumeMounts.map(({ readOnly }) => readOnly),
      [true, true, true],
    );
    assert.deepEqual([pod.hostNetwork, pod.automountServiceAccountToken], [true, false]);
    assert.equal("hostPID" in pod || "hostIPC" in pod, false);
    assert.deepEqual(pod.tolerations, [{ operator: "Exists" }]);
  });
});

describe("kube-state-metrics", () => {
  it("may list what it tells of and nothing else: neither Secrets nor ConfigMaps", () => {
    const allowed = stateMetricsRules.flatMap(({ resources }) => resources as string[]).sort();
    const [told = ""] = stateMetricsArguments.flatMap((each) => /^--resources=(.*)$/.exec(each)?.[1] ?? []);
    assert.deepEqual(told.split(",").sort(), allowed);
    assert.equal(allowed.length, 15);
    assert.doesNotMatch(told, /secrets|configmaps/);
    assert.deepEqual(
      [...new Set(stateMetricsRules.flatMap(({ verbs }) => verbs as string[]))],
      ["list", "watch"],
    );
  });

  it("gives labels of objects by name alone, and only of objects that it tells of", () => {
    const [labels = ""] = stateMetricsArguments.flatMap(
      (each) => /^--metric-labels-allowlist=(.*)$/.exec(each)?.[1] ?? [],
    );
    assert.doesNotMatch(labels, /\*/);
    assert.doesNotMatch(stateMetricsArguments.join(" "), /annotations-allowlist/);
    const told = new Set(stateMetricsRules.flatMap(({ resources }) => resources as string[]));
    for (const [, resource = ""] of labels.matchAll(/(?:^|,)(\w+)=\[/g))
      assert.ok(told.has(resource), resource);
  });

  it("keeps the labels of the objects, which are not those of its own pod", async () => {
    const { one } = await recordOn((site) => new KubeStateMetrics("state", { site }));
    const { endpoints } = one("kubernetes:monitoring.coreos.com/v1:ServiceMonitor").inputs["spec"];
    assert.deepEqual(endpoints, [
      { path: "/metrics", interval: "30s", port: "http", honorLabels: true },
      { path: "/metrics", interval: "30s", port: "telemetry" },
    ]);
    const { ingress } = one(POLICY).inputs["spec"];
    assert.deepEqual(ingress, [
      {
        from: [
          {
            podSelector: {
              matchLabels: { "app.kubernetes.io/part-of": "slipway", "app.kubernetes.io/name": "prometheus" },
            },
          },
        ],
        ports: [
          { protocol: "TCP", port: 8080 },
          { protocol: "TCP", port: 8081 },
        ],
      },
    ]);
  });
});

describe("blackbox-exporter", () => {
  const systems = staged("production");
  const make = (publicHosts: PublicHosts, options = {}): ReturnType<typeof recordOn<BlackboxExporter>> =>
    recordOn(
      (site) => new BlackboxExporter("blackbox", { site, systems, edge: edgeContract(), publicHosts }),
      options,
    );

  it("probes every public host at the health path of the service behind its pages", async () => {
    const { ofType } = await make(overInternet);
    assert.deepEqual(
      ofType(PROBE)
        .flatMap(({ inputs }) => inputs["spec"].targets.staticConfig.static as string[])
        .sort(),
      [
        "https://control.omnitide.dev/health",
        "https://daira.dev/_health",
        "https://dwcp.novacron.dev/ready",
        "https://kova.example.com/health",
        "https://noa-server.example.com/health",
      ],
    );
    assert.equal("params" in (ofType(PROBE)[0]?.inputs["spec"] as object), false);
  });

  it("probes at the gateway where no name leads to a host, by the name that the gateway routes by", () => {
    const [daira] = staged("local");
    assert.ok(daira !== undefined);
    const probe = hostProbe(daira, atGateway, "envoy-gateway-system");
    assert.deepEqual(probe?.targets.staticConfig, {
      static: ["https://slipway-edge.envoy-gateway-system.svc/_health"],
      labels: { system: "daira", namespace: "daira", host: "daira.localhost" },
      relabelingConfigs: [
        { action: "replace", targetLabel: "instance", replacement: "https://daira.localhost/_health" },
      ],
    });
    assert.deepEqual(probe.params, [{ name: "hostname", values: ["daira.localhost"] }]);
  });

  it("probes the root where no readiness path is led to its service, and nothing without a host", () => {
    const [daira] = staged("local");
    assert.ok(daira !== undefined);
    const elsewhere = { ...daira, routes: [{ path: "/app", to: "frontend" }] };
    const { targets } = hostProbe(elsewhere, overInternet, "x") ?? {};
    assert.deepEqual(targets?.staticConfig.static, ["https://daira.localhost/"]);
    const { host: _, ...hidden } = daira;
    assert.equal(hostProbe(hidden, overInternet, "x"), undefined);
  });

  it("verifies certificates that everybody trusts, and says nothing of others but when they expire", async () => {
    for (const publicHosts of [overInternet, atGateway]) {
      const { ofType, one } = await make(publicHosts);
      const config = ofType("kubernetes:core/v1:ConfigMap").find(({ name }) => name === "blackbox-config");
      assert.equal(config?.inputs["immutable"], true);
      assert.equal("name" in config.inputs["metadata"], false, "its name comes from the engine");
      const { modules } = parse(config.inputs["data"]["blackbox.yaml"] as string);
      assert.equal(modules.https.http.tls_config.insecure_skip_verify, !publicHosts.trusted);
      assert.equal(modules.https.http.fail_if_not_ssl, true);
      const { volumes } = one(DEPLOYMENT).inputs["spec"].template.spec;
      assert.deepEqual(volumes, [{ name: "config", configMap: { name: "blackbox-config-0a1b2c3d" } }]);
    }
  });

  it("reaches the internet or the gateway's proxies, whichever it probes, and names", async () => {
    const egress = async (publicHosts: PublicHosts): Promise<unknown> => {
      const { egress: rules } = (await make(publicHosts)).one(POLICY).inputs["spec"] as { egress: unknown[] };
      return rules.slice(1);
    };
    assert.deepEqual(await egress(atGateway), [
      {
        to: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "envoy-gateway-system" } },
            podSelector: { matchLabels: { "gateway.envoyproxy.io/owning-gateway-name": "edge" } },
          },
        ],
        ports: [{ protocol: "TCP", port: 10443 }],
      },
    ]);
    const privateBlocks = [
      "10.0.0.0/8",
      "100.64.0.0/10",
      "169.254.0.0/16",
      "172.16.0.0/12",
      "192.168.0.0/16",
    ];
    assert.deepEqual(await egress(overInternet), [
      {
        to: [{ ipBlock: { cidr: "0.0.0.0/0", except: privateBlocks } }],
        ports: [{ protocol: "TCP", port: 443 }],
      },
    ]);
  });

  it("is a pair with a budget in production, and one pod without one on a laptop", async () => {
    const two = await make(overInternet);
    assert.equal(two.one(DEPLOYMENT).inputs["spec"].replicas, 2);
    assert.deepEqual(two.one(BUDGET).inputs["spec"].maxUnavailable, 1);
    const one = await make(atGateway, { stage: "local", sizes: single });
    assert.equal(one.one(DEPLOYMENT).inputs["spec"].replicas, 1);
    assert.equal(one.ofType(BUDGET).length, 0);
  });
});
