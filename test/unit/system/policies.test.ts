import assert from "node:assert/strict";
import { mayReach } from "../../../components/spec/reachability";
import { defaultDenySpec } from "../../../components/common/network-policies";
import { mayConnect } from "../../../components/spec/verdict";
import type { NetworkPolicy, PodEndpoint } from "../../../components/spec/verdict";
import { foreignNamespaces, policySpecs } from "../../../components/system/policies";
import type { SystemSpec } from "../../../components/spec/types";
import { daira } from "../../../infra/systems/daira";
import { RenderedNetwork } from "../../support/network";
import { changed } from "../spec/contradictions";
import { mailer, shop } from "../spec/fixtures";
import { render } from "./fixtures";

const edge = { podSelector: { app: "envoy" }, podNamespace: "envoy-gateway-system" };
const surroundings = { dns: { kind: "pods" }, edge } as const;
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

const pod = (namespace: string, labels: PodEndpoint["labels"]): PodEndpoint => ({
  namespace,
  namespaceLabels: { "kubernetes.io/metadata.name": namespace },
  labels,
});

function podsOf(spec: SystemSpec): Record<string, PodEndpoint> {
  const names = [...Object.keys(spec.services), ...Object.keys(spec.stores ?? {})];
  const own = names.map((name) => {
    const labels = { "app.kubernetes.io/part-of": spec.name, "app.kubernetes.io/name": name };
    return [name, pod(spec.name, labels)] as const;
  });
  return {
    ...Object.fromEntries(own),
    gateway: pod(edge.podNamespace, edge.podSelector),
    dns: pod("kube-system", { "k8s-app": "kube-dns" }),
    monitoring: pod("monitoring", { app: "prometheus" }),
    stranger: pod("elsewhere", edge.podSelector),
    neighbour: pod(edge.podNamespace, { app: "other" }),
  };
}

function policiesOf(spec: SystemSpec): NetworkPolicy[] {
  const all = [defaultDenySpec, ...Object.values(policySpecs(spec, surroundings))];
  return all.map((own) => ({ metadata: { namespace: spec.name }, spec: own as NetworkPolicy["spec"] }));
}

for (const spec of [daira, shop, mailer]) {
  describe(`network policies of ${spec.name}`, () => {
    const policies = policiesOf(spec);
    const pods = podsOf(spec);

    it("let pods reach exactly what the spec opens, for every pair and every port", () => {
      let open = 0;
      for (const [from, source] of Object.entries(pods)) {
        for (const [to, target] of Object.entries(pods)) {
          if (source.namespace !== spec.name && target.namespace !== spec.name) continue;
          for (const port of [53, 80, 443, 3000, 5432, 6379, 8080, 9090, 9121, 9187]) {
            const expected = mayReach(spec, from, to, port);
            assert.equal(mayConnect(policies, source, target, { port }), expected, `${from} → ${to}:${port}`);
            if (expected) open++;
          }
        }
      }
      assert.equal(open, spec === daira ? 10 : spec === shop ? 11 : 1);
    });

    it("answer DNS by UDP too, and nothing else", () => {
      for (const from of Object.keys(spec.services)) {
        const dns = (port: number): boolean =>
          mayConnect(policies, pods[from]!, pods["dns"]!, { port, protocol: "UDP" });
        assert.equal(dns(53), mayReach(spec, from, "dns", 53));
        assert.equal(dns(443), false);
      }
    });
  });
}

describe("network policies", () => {
  const rules = (
    spec: SystemSpec,
    name: string,
    around = surroundings as Parameters<typeof policySpecs>[1],
  ) => policySpecs(spec, around)[name] as NetworkPolicy["spec"];

  it("close a namespace in both directions for every pod", () => {
    assert.deepEqual(defaultDenySpec, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });

  it("open DNS to the service address where DNS is no pod", () => {
    const { egress } = rules(mailer, "sender", { edge, dns: { kind: "address", cidr: "172.20.0.10/32" } });
    assert.deepEqual(egress?.[1], {
      to: [{ ipBlock: { cidr: "172.20.0.10/32" } }],
      ports: [
        { protocol: "UDP", port: 53 },
        { protocol: "TCP", port: 53 },
      ],
    });
  });

  it("open 443 to the internet alone, not to private ranges or a node's credentials", () => {
    assert.deepEqual(rules(mailer, "sender").egress?.[0], {
      to: [
        {
          ipBlock: {
            cidr: "0.0.0.0/0",
            except: ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
          },
        },
      ],
      ports: [{ protocol: "TCP", port: 443 }],
    });
  });

  it("open a store outside of the cluster by the blocks of its subnets, and its exporter to monitoring alone", () => {
    const storeCidrs = { db: ["10.0.64.0/24", "10.0.65.0/24"] };
    const around = { ...surroundings, storeCidrs };
    assert.deepEqual(rules(shop, "api", around).egress?.[0], {
      to: [{ ipBlock: { cidr: "10.0.64.0/24" } }, { ipBlock: { cidr: "10.0.65.0/24" } }],
      ports: [{ protocol: "TCP", port: 5432 }],
    });
    assert.deepEqual(Object.keys(policySpecs(shop, around)), Object.keys(policySpecs(shop, surroundings)));
    assert.deepEqual(rules(shop, "db", around), {
      podSelector: { matchLabels: { "app.kubernetes.io/part-of": "shop", "app.kubernetes.io/name": "db" } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
          ports: [{ protocol: "TCP", port: 9187 }],
        },
      ],
      egress: [
        {
          to: [{ ipBlock: { cidr: "10.0.64.0/24" } }, { ipBlock: { cidr: "10.0.65.0/24" } }],
          ports: [{ protocol: "TCP", port: 5432 }],
        },
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            },
          ],
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
      ],
    });
  });

  it("open the Kubernetes API, wherever it is, but not a node's credentials, to a service with rights", () => {
    const permissions = [{ resources: ["configmaps"], verbs: ["get"] }];
    const { egress } = rules(changed([permissions, "services", "worker", "permissions"]), "worker");
    const everywhere = { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } };
    assert.deepEqual(egress?.slice(1, 3), [
      { to: [everywhere], ports: [{ protocol: "TCP", port: 443 }] },
      { to: [everywhere], ports: [{ protocol: "TCP", port: 6443 }] },
    ]);
  });

  it("open one port of another namespace's pods", () => {
    const spec = changed([[{ namespace: "legacy", port: 8080 }], "services", "web", "reaches"]);
    assert.deepEqual(rules(spec, "web").egress?.[0], {
      to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "legacy" } } }],
      ports: [{ protocol: "TCP", port: 8080 }],
    });
  });

  it("say which namespaces they name that others make", async () => {
    const spec = changed([[{ namespace: "legacy", port: 8080 }], "services", "api", "reaches"]);
    assert.deepEqual(foreignNamespaces(spec, "api"), ["legacy", "monitoring"]);
    assert.deepEqual(foreignNamespaces(spec, "web"), []);
    const { one } = await render(spec);
    const annotations = (name: string): unknown => one(POLICY, name).inputs["metadata"].annotations;
    assert.deepEqual(annotations("shop-api-policy"), {
      "slipway.dev/foreign-namespaces": "legacy,monitoring",
    });
    assert.equal(annotations("shop-web-policy"), undefined);
    assert.equal(annotations("shop-default-deny"), undefined);
  });

  it("have none for a service that reaches nothing and is reached by nobody", () => {
    const { sender } = mailer.services;
    const quiet = { ...mailer, services: { sender: { ...sender!, reaches: [] } } };
    assert.deepEqual(policySpecs(quiet, surroundings), {});
  });

  it("close every pod that is rendered, migrations and jobs too", async () => {
    const job = { image: "shop/api", size: shop.services["api"]!.size, schedule: "0 2 * * *" };
    const spec = changed(
      [{ nightly: job }, "jobs"],
      changed([{ command: ["m"] }, "services", "web", "migrate"]),
    );
    const network = new RenderedNetwork(await render(spec));
    assert.deepEqual(Object.keys(network.pods).sort(), [
      "api",
      "cache",
      "db",
      "nightly",
      "web",
      "web-migrate",
      "worker",
    ]);
    for (const name of Object.keys(network.pods)) assert.ok(network.closes(name), name);
    assert.equal(network.reaches("web-migrate", "api", 3000), true);
    assert.equal(network.reaches("nightly", "api", 3000), false);
  });
});

describe("network policies of a workload with an identity of its own", () => {
  const cloud = {
    identities: [{ namespace: "mailer", serviceAccount: "sender" }],
    apiCidrs: ["10.16.0.0/16"],
  };
  const agent = {
    to: [{ ipBlock: { cidr: "169.254.170.23/32" } }],
    ports: [{ protocol: "TCP", port: 80 }],
  };
  const internet = {
    ipBlock: {
      cidr: "0.0.0.0/0",
      except: ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
    },
  };
  const apis = {
    to: [internet, { ipBlock: { cidr: "10.16.0.0/16" } }],
    ports: [{ protocol: "TCP", port: 443 }],
  };
  interface Rule {
    readonly to?: readonly { readonly ipBlock?: { readonly cidr: string } }[];
  }
  const egressOf = (spec: SystemSpec, name: string, given: typeof cloud | undefined): Rule[] =>
    (policySpecs(spec, { ...surroundings, cloud: given })[name] as { egress?: Rule[] } | undefined)?.egress ??
    [];

  it("open the agent that hands out its credentials, and the cloud's APIs at public and private addresses", () => {
    const own = egressOf(mailer, "sender", undefined);
    assert.deepEqual(egressOf(mailer, "sender", cloud), [...own, agent, apis]);
  });

  it("open DNS too, where it reaches nothing else that has a name", () => {
    const quiet = { ...mailer, services: { sender: { ...mailer.services["sender"]!, reaches: [] } } };
    const dns = {
      to: [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
          podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
        },
      ],
      ports: [
        { protocol: "UDP", port: 53 },
        { protocol: "TCP", port: 53 },
      ],
    };
    assert.deepEqual(egressOf(quiet, "sender", cloud), [agent, apis, dns]);
  });

  it("open nothing for a namesake in another namespace, for its neighbours, or without a cloud", () => {
    const elsewhere = { ...cloud, identities: [{ namespace: "other", serviceAccount: "sender" }] };
    assert.deepEqual(egressOf(mailer, "sender", elsewhere), egressOf(mailer, "sender", undefined));
    const backend = { ...cloud, identities: [{ namespace: "daira", serviceAccount: "backend" }] };
    assert.deepEqual(egressOf(daira, "frontend", backend), egressOf(daira, "frontend", undefined));
    assert.notDeepEqual(egressOf(daira, "backend", backend), egressOf(daira, "backend", undefined));
  });

  it("never open the node's own credentials", () => {
    for (const { to } of egressOf(mailer, "sender", cloud)) {
      for (const { ipBlock } of to ?? []) {
        assert.ok(ipBlock === undefined || ipBlock.cidr !== "169.254.169.254/32");
        if (ipBlock?.cidr === "0.0.0.0/0") assert.deepEqual(ipBlock, internet.ipBlock);
      }
    }
  });
});
