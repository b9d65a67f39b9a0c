import * as assert from "node:assert/strict";
import { charts, notExercised } from "../../../components/edge/addons";
import { certificateIdentity } from "../../../components/edge/certificates";
import { dnsIdentity } from "../../../components/edge/dns";
import { versions } from "../../../components/common/versions";
import { value } from "../../support/recorder";
import { ACME, front, recordEdge } from "./fixtures";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const NAMESPACE = "kubernetes:core/v1:Namespace";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const GATEWAY = "kubernetes:gateway.networking.k8s.io/v1:Gateway";
describe("Edge that installs its add-ons", () => {
  it("adds two releases, their namespaces and their policies to what it makes otherwise", async () => {
    const without = (await recordEdge()).counts();
    const counts = (await recordEdge({ addons: "install" })).counts();
    assert.deepEqual(counts, { ...without, [RELEASE]: 2, [NAMESPACE]: 3, [POLICY]: 13 });
  });

  it("takes charts and versions from the pins, under fixed names", async () => {
    const made = await recordEdge({ addons: "install" });
    const envoy = made.one(RELEASE, "edge-envoy-gateway").inputs;
    assert.equal(envoy["chart"], versions.charts.envoyGateway.chart);
    assert.equal(envoy["version"], versions.charts.envoyGateway.version);
    assert.equal(envoy["namespace"], "envoy-gateway-system");
    const certManager = made.one(RELEASE, "edge-cert-manager").inputs;
    assert.equal(certManager["name"], "cert-manager", "Pod Identity knows its service account by this name");
    assert.equal(certManager["namespace"], "cert-manager");
    assert.equal(certManager["version"], versions.charts.certManager.version);
  });

  it("waits with each release for nodes and for its own openings, and with every object for both releases", async () => {
    const made = await recordEdge({ addons: "install" });
    const releases = made.ofType(RELEASE);
    const ready = made.one("kubernetes:core/v1:ConfigMap").urn;
    for (const { dependsOn, inputs } of releases) {
      assert.ok(dependsOn.includes(ready));
      const own = made
        .ofType(POLICY)
        .filter((policy) => policy.inputs["metadata"].namespace === inputs["namespace"]);
      assert.equal(own.length, 6);
      for (const { urn } of own) assert.ok(dependsOn.includes(urn));
    }
    const objects = made.resources.filter(({ type }) => /gateway\.|cert-manager\.io/.test(type));
    assert.equal(objects.length, 10);
    for (const { dependsOn, name } of objects) {
      assert.ok(
        releases.every(({ urn }) => dependsOn.includes(urn)),
        name,
      );
    }
  });

  it("waits until certificates are signed and the gateway is accepted", async () => {
    const made = await recordEdge({ addons: "install" });
    const waits = made.resources.flatMap(({ type, inputs }) => {
      const wait = inputs["metadata"]?.annotations?.["pulumi.com/waitFor"] as string | undefined;
      return wait === undefined ? [] : [`${type.split(":").at(-1) ?? ""} ${wait}`];
    });
    assert.deepEqual(waits.sort(), [
      "Certificate condition=Ready",
      "Certificate condition=Ready",
      "Gateway condition=Accepted",
    ]);
  });

  it("orders certificates from Let's Encrypt, proved in the hosted zone", async () => {
    const made = await recordEdge({ addons: "install", issuer: ACME });
    assert.deepEqual(made.one("kubernetes:cert-manager.io/v1:ClusterIssuer").inputs["spec"], {
      acme: {
        server: "https://acme-staging-v02.api.letsencrypt.org/directory",
        email: "ops@example.com",
        privateKeySecretRef: { name: "slipway-staging-account" },
        solvers: [{ dns01: { route53: { region: "eu-central-1", hostedZoneID: "Z1" } } }],
      },
    });
    const production = await recordEdge({ issuer: { ...ACME, server: "production" } });
    const { acme } = production.one("kubernetes:cert-manager.io/v1:ClusterIssuer").inputs["spec"];
    assert.equal(acme.server, "https://acme-v02.api.letsencrypt.org/directory");
  });

  it("proves each host in the zone of its domain, and the others in the one without", async () => {
    const zones = [{ domain: "daira.example.com", hostedZoneId: "Z2" }, { hostedZoneId: "Z1" }];
    const made = await recordEdge({ issuer: { ...ACME, zones } });
    assert.deepEqual(made.one("kubernetes:cert-manager.io/v1:ClusterIssuer").inputs["spec"].acme.solvers, [
      {
        selector: { dnsZones: ["daira.example.com"] },
        dns01: { route53: { region: "eu-central-1", hostedZoneID: "Z2" } },
      },
      { dns01: { route53: { region: "eu-central-1", hostedZoneID: "Z1" } } },
    ]);
  });

  it("keeps the hosts' records by external-dns where it has a load balancer and zones", async () => {
    const made = await recordEdge({ addons: "install", issuer: ACME, front: front("network") });
    const { inputs } = made.one(RELEASE, "edge-external-dns");
    const { chart, repository, version, image } = versions.charts.externalDns;
    assert.deepEqual(
      [inputs["name"], inputs["namespace"], inputs["chart"], inputs["version"], inputs["repositoryOpts"]],
      ["external-dns", "external-dns", chart, version, { repo: repository }],
    );
    const { values } = inputs;
    assert.deepEqual(values.sources, ["gateway-httproute"]);
    assert.equal(values.policy, "sync", "else a record outlives its route");
    assert.equal(values.triggerLoopOnEvent, true);
    assert.equal(values.txtOwnerId, "laptop", "the cluster's name");
    assert.equal(values.annotationPrefix, "external-dns.kubernetes.io/");
    assert.deepEqual(values.extraArgs, { "zone-id-filter": ["Z1"], "aws-zone-type": "public" });
    assert.deepEqual(values.image, { tag: image });
    assert.equal(values.securityContext.readOnlyRootFilesystem, true);
    const own = made.ofType(POLICY).filter(({ name }) => name.startsWith("edge-external-dns-"));
    assert.deepEqual(own.map(({ name }) => name.replace("edge-external-dns-", "")).sort(), [
      "default-deny",
      "dns",
      "https",
      "metrics",
      "pod-identity",
    ]);
    assert.deepEqual(made.one(GATEWAY).inputs["metadata"].annotations, {
      "pulumi.com/waitFor": "condition=Accepted",
      "external-dns.kubernetes.io/target": await value(made.result.address!),
    });
  });

  it("writes no records where it has no zone, or no load balancer of its own", async () => {
    for (const changes of [{ issuer: ACME }, { front: front("network") }]) {
      const made = await recordEdge({ addons: "install", ...changes });
      assert.equal(made.ofType(RELEASE).length, 2);
      assert.equal(
        made.ofType(RELEASE).some(({ name }) => name.includes("dns")),
        false,
      );
    }
  });

  it("closes both namespaces but for the openings that the controllers need", async () => {
    const made = await recordEdge({ addons: "install" });
    const specOf = (name: string): object => made.one(POLICY, name).inputs["spec"] as object;
    const proxies = {
      matchLabels: {
        "gateway.envoyproxy.io/owning-gateway-namespace": "edge",
        "gateway.envoyproxy.io/owning-gateway-name": "edge",
      },
    };
    for (const namespace of ["envoy-gateway-system", "cert-manager"]) {
      assert.deepEqual(specOf(`edge-${namespace}-default-deny`), {
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
      });
    }
    const tcp = (...ports: number[]): object[] => ports.map((port) => ({ protocol: "TCP", port }));
    const control = { matchLabels: { "control-plane": "envoy-gateway" } };
    assert.deepEqual(specOf("edge-envoy-gateway-system-proxies"), {
      podSelector: proxies,
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ ports: tcp(10080, 10443) }],
      egress: [
        { to: [{ podSelector: control }], ports: tcp(18000, 18001, 18002) },
        {
          to: [
            { namespaceSelector: { matchExpressions: [{ key: "slipway.dev/system", operator: "Exists" }] } },
          ],
        },
      ],
    });
    assert.deepEqual(specOf("edge-envoy-gateway-system-controller"), {
      podSelector: control,
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: proxies }], ports: tcp(18000, 18001, 18002) }],
    });
    assert.deepEqual(specOf("edge-cert-manager-webhook"), {
      podSelector: { matchLabels: { "app.kubernetes.io/name": "webhook" } },
      policyTypes: ["Ingress"],
      ingress: [{ ports: tcp(10250) }],
    });
    assert.deepEqual(specOf("edge-cert-manager-https"), {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } }], ports: tcp(443, 6443) },
      ],
    });
  });

  it("opens to monitoring the ports that serve metrics, and tells it where they are", async () => {
    const made = await recordEdge({ addons: "install", issuer: ACME, front: front("network") });
    const opened = ["envoy-gateway-system", "cert-manager", "external-dns"].map((namespace) => {
      const { spec } = made.one(POLICY, `edge-${namespace}-metrics`).inputs;
      const { podSelector, policyTypes, ingress } = spec;
      assert.deepEqual([podSelector, policyTypes, ingress.length], [{}, ["Ingress"], 1]);
      assert.deepEqual(ingress[0].from, [
        { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } },
      ]);
      return ingress[0].ports as unknown;
    });
    assert.deepEqual(
      opened,
      [19001, 9402, 7979].map((port) => [{ protocol: "TCP", port }]),
    );
    assert.deepEqual(made.result.controllerNamespaces, [
      "envoy-gateway-system",
      "cert-manager",
      "external-dns",
    ]);
    assert.deepEqual((await recordEdge()).result.controllerNamespaces, []);
  });

  it("opens DNS as the cluster serves it: pods, or one address", async () => {
    const dnsOf = async (dns: Parameters<typeof recordEdge>[1]): Promise<unknown> =>
      (await recordEdge({ addons: "install" }, dns)).one(POLICY, "edge-cert-manager-dns").inputs["spec"]
        .egress[0].to;
    assert.deepEqual(await dnsOf({}), [
      {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
        podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
      },
    ]);
    assert.deepEqual(await dnsOf({ dns: { kind: "address", cidr: "172.20.0.10/32" } }), [
      { ipBlock: { cidr: "172.20.0.10/32" } },
    ]);
  });

  it("leaves the gateway the same in both modes, but for waiting", async () => {
    const [provided, installed] = [await recordEdge(), await recordEdge({ addons: "install" })];
    assert.deepEqual(provided.one(GATEWAY).inputs["spec"], installed.one(GATEWAY).inputs["spec"]);
  });
});

describe("the charts of the add-ons", () => {
  it("are none where the add-ons are provided", () => assert.deepEqual(charts("provided", 2), []));

  it("run every container restricted, with two replicas, bounded resources and a disruption budget", () => {
    const [envoy, certManager] = charts("install", 2).map(({ values }) => values as Record<string, any>); // eslint-disable-line @typescript-eslint/no-explicit-any
    const { deployment, podDisruptionBudget, certgen } = envoy!;
    assert.equal(deployment.replicas, 2);
    assert.deepEqual(podDisruptionBudget, { maxUnavailable: 1 });
    const components = [
      certManager!,
      certManager!["webhook"],
      certManager!["cainjector"],
      certManager!["startupapicheck"],
    ];
    for (const { resources } of [...components, deployment.envoyGateway, certgen.job]) {
      assert.deepEqual(Object.keys(resources.requests as object), ["cpu", "memory"]);
      assert.deepEqual(Object.keys(resources.limits as object), ["cpu", "memory"]);
    }
    const contexts = [
      ...components.map(({ containerSecurityContext }) => containerSecurityContext as object),
      deployment.envoyGateway.securityContext as object,
    ] as { allowPrivilegeEscalation: boolean; runAsNonRoot: boolean; capabilities: object }[];
    for (const { allowPrivilegeEscalation, capabilities, runAsNonRoot } of contexts) {
      assert.equal(allowPrivilegeEscalation, false);
      assert.equal(runAsNonRoot, true);
      assert.deepEqual(capabilities, { drop: ["ALL"] });
    }
    for (const { replicaCount, podDisruptionBudget: budget } of components.slice(0, 3)) {
      assert.equal(replicaCount, 2);
      assert.deepEqual(budget, { enabled: true, maxUnavailable: 1 });
    }
    assert.deepEqual(certManager!["crds"], { enabled: true, keep: true });
  });
});

describe("what is told beside the objects", () => {
  it("names what provided add-ons leave unproved, each with a reason", () => {
    const names = notExercised("provided").map(({ name }) => name);
    assert.deepEqual(names, [
      "Envoy Gateway",
      "cert-manager",
      "external-dns",
      "targets of the load balancer",
      "network policies of the add-ons' namespaces",
      "TLS and redirects on the wire",
    ]);
    for (const { reason } of notExercised("provided")) assert.match(reason, /^addons are provided: /);
    assert.deepEqual(notExercised("install"), []);
  });

  it("asks for cert-manager the right to write TXT records of one zone and to read them", () => {
    const { namespace, serviceAccount, statements } = certificateIdentity({
      partition: "aws",
      hostedZoneIds: ["Z1"],
    });
    assert.deepEqual([namespace, serviceAccount], ["cert-manager", "cert-manager"]);
    assert.deepEqual(statements, [
      { actions: ["route53:GetChange"], resources: ["arn:aws:route53:::change/*"] },
      { actions: ["route53:ListResourceRecordSets"], resources: ["arn:aws:route53:::hostedzone/Z1"] },
      {
        actions: ["route53:ChangeResourceRecordSets"],
        resources: ["arn:aws:route53:::hostedzone/Z1"],
        conditions: { "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": "TXT" } },
      },
    ]);
  });

  it("asks for external-dns the right to the records of its zones, and to no other zone's", () => {
    const { namespace, serviceAccount, statements } = dnsIdentity({
      partition: "aws",
      hostedZoneIds: ["Z1", "Z2"],
    });
    assert.deepEqual([namespace, serviceAccount], ["external-dns", "external-dns"]);
    assert.deepEqual(statements, [
      { actions: ["route53:ListHostedZones"], resources: ["*"] },
      {
        actions: [
          "route53:ChangeResourceRecordSets",
          "route53:ListResourceRecordSets",
          "route53:ListTagsForResources",
        ],
        resources: ["arn:aws:route53:::hostedzone/Z1", "arn:aws:route53:::hostedzone/Z2"],
      },
    ]);
  });
});
