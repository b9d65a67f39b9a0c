import * as assert from "node:assert/strict";
import { value } from "../../support/recorder";
import type { Recorded } from "../../support/recorder";
import { recordEdge } from "./fixtures";

const GATEWAY = "kubernetes:gateway.networking.k8s.io/v1:Gateway";
const ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const CERTIFICATE = "kubernetes:cert-manager.io/v1:Certificate";
const ISSUER = "kubernetes:cert-manager.io/v1:ClusterIssuer";
const PROXY = "kubernetes:gateway.envoyproxy.io/v1alpha1:EnvoyProxy";
const CLIENTS = "kubernetes:gateway.envoyproxy.io/v1alpha1:ClientTrafficPolicy";
const TRAFFIC = "kubernetes:gateway.envoyproxy.io/v1alpha1:BackendTrafficPolicy";
const NAMESPACE = "kubernetes:core/v1:Namespace";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

/** What the fixture's cluster is made of. */
const SURROUNDINGS = { "pulumi:providers:kubernetes": 1, "kubernetes:core/v1:ConfigMap": 1 };

function annotationsOf({ inputs }: Recorded): Record<string, string> | undefined {
  return inputs["metadata"].annotations as Record<string, string> | undefined;
}

describe("Edge with provided add-ons", () => {
  it("makes exactly these objects, and no controller", async () => {
    assert.deepEqual((await recordEdge()).counts(), {
      ...SURROUNDINGS,
      "slipway:edge:Edge": 1,
      [NAMESPACE]: 1,
      [POLICY]: 1,
      [ISSUER]: 1,
      [CERTIFICATE]: 2,
      "kubernetes:gateway.networking.k8s.io/v1:GatewayClass": 1,
      [PROXY]: 1,
      [GATEWAY]: 1,
      [CLIENTS]: 1,
      [TRAFFIC]: 1,
      [ROUTE]: 2,
    });
  });

  it("hangs them all under the component, made with the cluster's own provider", async () => {
    const made = await recordEdge();
    const component = made.one("slipway:edge:Edge");
    assert.deepEqual(component.inputs, {});
    const children = made.resources.filter(({ name }) => name.startsWith("edge-"));
    assert.equal(children.length, 12);
    for (const { parent, provider, name } of children) {
      assert.equal(parent, component.urn, name);
      assert.match(provider, /::pulumi:providers:kubernetes::cluster::/, name);
    }
  });

  it("opens one HTTPS listener for each host, to routes of its own system alone", async () => {
    const { listeners } = (await recordEdge()).one(GATEWAY).inputs["spec"];
    const kinds = [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute" }];
    const https = (system: string): object => ({
      name: `https-${system}`,
      hostname: `${system}.example.com`,
      port: 443,
      protocol: "HTTPS",
      tls: { mode: "Terminate", certificateRefs: [{ kind: "Secret", name: `${system}-tls` }] },
      allowedRoutes: {
        kinds,
        namespaces: { from: "Selector", selector: { matchLabels: { "slipway.dev/system": system } } },
      },
    });
    assert.deepEqual(listeners, [
      { name: "http", port: 80, protocol: "HTTP", allowedRoutes: { kinds, namespaces: { from: "Same" } } },
      https("daira"),
      https("noa"),
    ]);
  });

  it("answers plain HTTP of each host with a permanent redirect and serves nothing by it", async () => {
    const routes = (await recordEdge()).ofType(ROUTE);
    assert.deepEqual(
      routes.map(({ inputs }) => inputs["spec"] as object),
      ["daira", "noa"].map((system) => ({
        parentRefs: [{ name: "edge", namespace: "edge", sectionName: "http" }],
        hostnames: [`${system}.example.com`],
        rules: [
          { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] },
        ],
      })),
    );
    for (const { inputs } of routes) assert.equal(inputs["metadata"].namespace, "edge");
  });

  const gatewayRefs = [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "edge" }];

  it("refuses TLS below 1.2 on the whole gateway, answers health checks and ends slow clients", async () => {
    const made = await recordEdge();
    assert.equal(made.one(CLIENTS).name, "edge-tls");
    assert.deepEqual(made.one(CLIENTS).inputs["spec"], {
      targetRefs: gatewayRefs,
      tls: { minVersion: "1.2" },
      healthCheck: { path: "/.well-known/slipway-health" },
      timeout: { http: { requestHeadersReceivedTimeout: "30s", idleTimeout: "70m" } },
    });
  });

  it("compresses what is a kibibyte or more, by Brotli before gzip", async () => {
    assert.deepEqual((await recordEdge()).one(TRAFFIC).inputs["spec"], {
      targetRefs: gatewayRefs,
      compressor: [
        { type: "Brotli", minContentLength: "1Ki" },
        { type: "Gzip", minContentLength: "1Ki" },
      ],
    });
  });

  it("orders a certificate for each host into the Secret that its listener names", async () => {
    const made = await recordEdge();
    assert.deepEqual(made.one(ISSUER).inputs["spec"], { selfSigned: {} });
    assert.deepEqual(made.one(CERTIFICATE, "edge-certificate-daira").inputs["spec"], {
      secretName: "daira-tls",
      dnsNames: ["daira.example.com"],
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "slipway" },
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      usages: ["digital signature", "server auth"],
    });
    assert.ok(made.one(GATEWAY).dependsOn.includes(made.one(CERTIFICATE, "edge-certificate-noa").urn));
  });

  it("waits for no condition, for nobody would set one", async () => {
    const { resources } = await recordEdge();
    for (const resource of resources.filter(({ inputs }) => "metadata" in inputs)) {
      assert.equal(annotationsOf(resource), undefined, resource.name);
    }
  });

  it("closes its namespace in both directions and holds it to Pod Security restricted", async () => {
    const made = await recordEdge();
    const { labels, name } = made.one(NAMESPACE).inputs["metadata"];
    assert.equal(name, "edge");
    for (const mode of ["enforce", "audit", "warn"]) {
      assert.equal(labels[`pod-security.kubernetes.io/${mode}`], "restricted");
      assert.equal(labels[`pod-security.kubernetes.io/${mode}-version`], "v1.36");
    }
    assert.equal(labels["slipway.dev/stage"], "local");
    assert.equal(
      labels["slipway.dev/system"],
      undefined,
      "the edge is no system: it attaches no app's routes",
    );
    assert.deepEqual(made.one(POLICY).inputs["spec"], {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
  });

  it("tells systems where to hang their routes and whom to let in", async () => {
    const { result } = await recordEdge();
    assert.equal(await value(result.gateway.name), "edge");
    assert.equal(await value(result.gateway.namespace), "edge");
    assert.equal(result.httpsListener("daira.example.com"), "https-daira");
    assert.equal(result.address, undefined, "the cluster gives the Service an address");
    assert.equal(result.podNamespace, "envoy-gateway-system");
    assert.deepEqual(result.podSelector, {
      "gateway.envoyproxy.io/owning-gateway-namespace": "edge",
      "gateway.envoyproxy.io/owning-gateway-name": "edge",
    });
    assert.throws(
      () => result.httpsListener("other.example.com"),
      /no listener for the host "other\.example\.com"; allowed: daira\.example\.com, noa\.example\.com/,
    );
  });

  it("stands without any host, and then redirects nothing", async () => {
    const made = await recordEdge({ hosts: [] });
    assert.equal(made.one(GATEWAY).inputs["spec"].listeners.length, 1);
    assert.deepEqual(made.ofType(ROUTE), []);
    assert.deepEqual(made.ofType(CERTIFICATE), []);
    assert.throws(() => made.result.httpsListener("a.b.example"), /none: the edge has no hosts/);
  });
});

describe("the namespaces of Edge", () => {
  it("go before what takes down the load balancers in them", async () => {
    const made = await recordEdge({ addons: "install" });
    const ready = made.one("kubernetes:core/v1:ConfigMap").urn;
    const namespaces = made.ofType(NAMESPACE);
    assert.equal(namespaces.length, 3);
    for (const { dependsOn, name } of namespaces) assert.ok(dependsOn.includes(ready), name);
  });
});

describe("the proxies of Edge", () => {
  it("run unprivileged with bounded resources, spread and disrupted one by one", async () => {
    const { kubernetes } = (await recordEdge({ replicas: 3 })).one(PROXY).inputs["spec"].provider;
    const { replicas, pod, container } = kubernetes.envoyDeployment;
    assert.equal(replicas, 3);
    assert.equal(pod.securityContext.runAsNonRoot, true);
    assert.deepEqual(pod.securityContext.seccompProfile, { type: "RuntimeDefault" });
    assert.equal(container.securityContext.allowPrivilegeEscalation, false);
    assert.deepEqual(container.securityContext.capabilities, { drop: ["ALL"] });
    assert.deepEqual(Object.keys(container.resources.requests as object), ["cpu", "memory"]);
    assert.deepEqual(Object.keys(container.resources.limits as object), ["cpu", "memory"]);
    const keys = (pod.topologySpreadConstraints as { topologyKey: string }[]).map(
      ({ topologyKey }) => topologyKey,
    );
    assert.deepEqual(keys, ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]);
    assert.deepEqual(kubernetes.envoyPDB, { maxUnavailable: 1 });
  });

  it("carry no annotation of AWS elsewhere", async () => {
    const { kubernetes } = (await recordEdge()).one(PROXY).inputs["spec"].provider;
    assert.deepEqual(kubernetes.envoyService, {
      type: "LoadBalancer",
      name: "slipway-edge",
      externalTrafficPolicy: "Cluster",
    });
    assert.equal(kubernetes.envoyDeployment.replicas, 2);
  });
});
