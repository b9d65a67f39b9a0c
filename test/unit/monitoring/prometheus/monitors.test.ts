import assert from "node:assert/strict";
import { annotatedPods } from "../../../../components/monitoring/prometheus/annotated";
import { clusterJobs, clusterJobsFile } from "../../../../components/monitoring/prometheus/cluster-jobs";
import { serviceMonitors, storeMonitors } from "../../../../components/monitoring/prometheus/monitors";
import { platformMonitors } from "../../../../components/monitoring/prometheus/platform";
import type { StagedSpec } from "../../../../components/spec/stage";
import type { ServiceSpec } from "../../../../components/spec/types";
import { render } from "../../system/fixtures";
import { staged } from "./fixtures";

const service: ServiceSpec = {
  image: "shop/api",
  port: 8080,
  replicas: { min: 1, max: 1 },
  size: { cpu: ["10m", "20m"], memory: ["16Mi", "32Mi"] },
};
const shop: StagedSpec = {
  name: "shop",
  owner: "retail",
  tier: "standard",
  namespace: "shop-test",
  services: {
    api: {
      ...service,
      ports: { admin: 9000 },
      metrics: { path: "/admin/metrics", port: "admin", interval: "30s" },
    },
    web: { ...service, metrics: { path: "/metrics" } },
    worker: service,
  },
  delivery: { strategy: "rolling" },
  objectives: { availability: 99.9 },
};

describe("monitors of a system", () => {
  it("take the port, path and interval of each service that serves metrics, and leave the others out", () => {
    const monitors = serviceMonitors(shop);
    assert.deepEqual(Object.keys(monitors), ["shop.api", "shop.web"]);
    assert.deepEqual(monitors["shop.api"], {
      jobLabel: "app.kubernetes.io/name",
      namespaceSelector: { matchNames: ["shop-test"] },
      selector: { matchLabels: { "app.kubernetes.io/part-of": "shop", "app.kubernetes.io/name": "api" } },
      endpoints: [
        {
          port: "admin",
          path: "/admin/metrics",
          interval: "30s",
          relabelings: [
            { action: "keep", sourceLabels: ["__meta_kubernetes_service_name"], regex: "api" },
            { action: "replace", targetLabel: "system", replacement: "shop" },
          ],
        },
      ],
      sampleLimit: 20_000,
    });
    const { port, interval } = monitors["shop.web"]?.endpoints[0] ?? {};
    assert.deepEqual({ port, interval }, { port: "http", interval: "15s" });
  });

  it("name a port that the Service of each system has, and the exporters' port that the pods of its stores have", async () => {
    for (const spec of staged("staging")) {
      const { resources } = await render(spec, { stage: "staging", share: 0.5 });
      for (const [name, { endpoints }] of Object.entries(serviceMonitors(spec))) {
        const [, own] = name.split(".");
        const ports = resources
          .filter(({ type, inputs }) => type.endsWith(":Service") && inputs["metadata"].name === own)
          .flatMap(({ inputs }) => inputs["spec"].ports as { name: string }[]);
        assert.ok(
          ports.some((port) => port.name === endpoints[0]?.port),
          name,
        );
      }
      for (const [name, { selector, podMetricsEndpoints }] of Object.entries(storeMonitors(spec))) {
        const [template] = resources
          .filter(({ type }) => type.endsWith(":StatefulSet"))
          .map(({ inputs }) => inputs["spec"].template as Template)
          .filter(({ metadata }) => contains(metadata.labels, selector.matchLabels ?? {}));
        const containers = template?.spec.initContainers ?? [];
        const ports = containers.flatMap(({ ports: own = [] }) => own).map((port) => port.name);
        assert.deepEqual(ports, [podMetricsEndpoints[0]?.port], name);
      }
    }
  });

  it("are left alone by the search for annotated pods, which takes everything else", () => {
    const stored: StagedSpec = {
      ...shop,
      stores: {
        db: {
          kind: "postgres",
          version: "15",
          storage: "1Gi",
          size: { cpu: ["10m", "20m"], memory: "64Mi" },
        },
      },
    };
    const { relabelings, kubernetesSDConfigs } = annotatedPods([stored]);
    assert.deepEqual(kubernetesSDConfigs, [{ role: "Pod", namespaces: { names: ["shop-test"] } }]);
    assert.deepEqual(
      relabelings.filter(({ action, regex }) => action === "drop" && regex?.includes(";")),
      [
        {
          action: "drop",
          sourceLabels: [
            "__meta_kubernetes_pod_label_app_kubernetes_io_part_of",
            "__meta_kubernetes_pod_label_app_kubernetes_io_name",
          ],
          regex: "shop;api|shop;web|shop;db",
        },
      ],
    );
    const { worker } = shop.services;
    const { relabelings: without } = annotatedPods([
      { ...shop, services: worker === undefined ? {} : { worker } },
    ]);
    assert.equal(without.length, relabelings.length - 1, "a rule without names would drop everything");
  });
});

describe("monitors of the platform", () => {
  const edge = { podSelector: { gateway: "edge" }, podNamespace: "envoy-gateway-system" };
  const installed = ["envoy-gateway-system", "cert-manager", "external-dns"];

  it("are those of the controllers that the stack installs, and of DNS where it is pods", () => {
    const all = platformMonitors({
      dns: { kind: "pods" },
      edge: { ...edge, controllerNamespaces: installed },
    });
    assert.deepEqual(
      Object.entries(all).map(
        ([
          name,
          {
            namespaceSelector,
            podMetricsEndpoints: [first],
          },
        ]) => [name, namespaceSelector.matchNames.join(), first?.port, first?.path],
      ),
      [
        ["envoy-proxy", "envoy-gateway-system", "metrics", "/stats/prometheus"],
        ["envoy-gateway", "envoy-gateway-system", "metrics", "/metrics"],
        ["cert-manager", "cert-manager", "http-metrics", "/metrics"],
        ["external-dns", "external-dns", "http", "/metrics"],
        ["coredns", "kube-system", "metrics", "/metrics"],
      ],
    );
    assert.deepEqual(all["envoy-proxy"]?.selector, { matchLabels: { gateway: "edge" } });
  });

  it("are those of the gateway's proxies alone where somebody else runs the controllers, and AWS the DNS", () => {
    const dns = { kind: "address", cidr: "172.20.0.10/32" } as const;
    assert.deepEqual(Object.keys(platformMonitors({ dns, edge })), ["envoy-proxy"]);
  });
});

describe("jobs of the cluster's own parts", () => {
  it("verify kubelets where the cluster's authority signs their certificates, and only there", () => {
    const tls = (verifyKubelets: boolean): unknown[] =>
      clusterJobs({ verifyKubelets }).map(({ tls_config: config }) => config);
    const ca_file = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";
    const apiServer = { ca_file, server_name: "kubernetes" };
    assert.deepEqual(tls(true), [{ ca_file }, { ca_file }, apiServer]);
    assert.deepEqual(tls(false), [{ insecure_skip_verify: true }, { insecure_skip_verify: true }, apiServer]);
  });

  it("are kubelet, cAdvisor and API server, without anchors that another reader may not know", () => {
    assert.deepEqual(
      clusterJobs({ verifyKubelets: true }).map(({ job_name: name }) => name),
      ["kubelet", "cadvisor", "apiserver"],
    );
    assert.doesNotMatch(
      clusterJobsFile({ verifyKubelets: true }),
      /[&*]a\d|scheduler|controller-manager|job_name: etcd/,
    );
  });
});

interface Template {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly initContainers?: readonly { readonly ports?: readonly { readonly name: string }[] }[];
  };
}

function contains(
  labels: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}
