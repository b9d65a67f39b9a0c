import assert from "node:assert/strict";
import { mayReach } from "../../../components/spec/reachability";
import { defaultDenySpec } from "../../../components/common/network-policies";
import { policySpecs } from "../../../components/system/policies";
import type { SystemSpec } from "../../../components/spec/types";
import { daira } from "../../../infra/systems/daira";
import { mailer, shop } from "../spec/fixtures";

type Labels = Readonly<Record<string, string>>;
interface Peer {
  podSelector?: { matchLabels?: Labels };
  namespaceSelector?: { matchLabels?: Labels };
  ipBlock?: { cidr: string };
}
interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports: { protocol: string; port: number }[];
}
interface Policy {
  podSelector: { matchLabels?: Labels };
  policyTypes: string[];
  ingress?: Rule[];
  egress?: Rule[];
}
interface Pod {
  namespace: string;
  labels: Labels;
}

const edge = { podSelector: { app: "envoy" }, podNamespace: "envoy-gateway-system" };
const surroundings = { dns: { kind: "pods" }, edge } as const;

const holds = (wanted: Labels | undefined, labels: Labels): boolean =>
  Object.entries(wanted ?? {}).every(([key, value]) => labels[key] === value);

/** Whether Kubernetes would let `from` connect: both sides must agree, where they live in the closed namespace. */
function allowed(
  spec: SystemSpec,
  policies: Policy[],
  from: Pod,
  to: Pod,
  port: number,
  protocol = "TCP",
): boolean {
  const matches = (peer: Peer, pod: Pod): boolean =>
    peer.ipBlock === undefined &&
    (peer.namespaceSelector === undefined
      ? pod.namespace === spec.name
      : holds(peer.namespaceSelector.matchLabels, { "kubernetes.io/metadata.name": pod.namespace })) &&
    holds(peer.podSelector?.matchLabels, pod.labels);
  const side = (own: Pod, other: Pod, type: "Ingress" | "Egress"): boolean => {
    if (own.namespace !== spec.name) return true;
    const selected = policies.filter(
      ({ podSelector, policyTypes }) =>
        policyTypes.includes(type) && holds(podSelector.matchLabels, own.labels),
    );
    if (selected.length === 0) return true;
    return selected.some((policy) =>
      ((type === "Ingress" ? policy.ingress : policy.egress) ?? []).some(
        (rule) =>
          rule.ports.some((open) => open.port === port && open.protocol === protocol) &&
          ((type === "Ingress" ? rule.from : rule.to) ?? []).some((peer) => matches(peer, other)),
      ),
    );
  };
  return side(from, to, "Egress") && side(to, from, "Ingress");
}

function podsOf(spec: SystemSpec): Record<string, Pod> {
  const names = [...Object.keys(spec.services), ...Object.keys(spec.stores ?? {})];
  const own = names.map((name) => {
    const labels = { "app.kubernetes.io/part-of": spec.name, "app.kubernetes.io/name": name };
    return [name, { namespace: spec.name, labels }] as const;
  });
  return {
    ...Object.fromEntries(own),
    gateway: { namespace: edge.podNamespace, labels: edge.podSelector },
    dns: { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
    stranger: { namespace: "elsewhere", labels: edge.podSelector },
    neighbour: { namespace: edge.podNamespace, labels: { app: "other" } },
  };
}

for (const spec of [daira, shop, mailer]) {
  describe(`network policies of ${spec.name}`, () => {
    const policies = [defaultDenySpec, ...Object.values(policySpecs(spec, surroundings))] as Policy[];

    it("let pods reach exactly what the spec opens, for every pair and every port", () => {
      const pods = podsOf(spec);
      let open = 0;
      for (const [from, source] of Object.entries(pods)) {
        for (const [to, target] of Object.entries(pods)) {
          if (source.namespace !== spec.name && target.namespace !== spec.name) continue;
          for (const port of [53, 80, 443, 3000, 5432, 6379, 8080, 9090]) {
            const expected = mayReach(spec, from, to, port);
            assert.equal(allowed(spec, policies, source, target, port), expected, `${from} → ${to}:${port}`);
            if (expected) open++;
          }
        }
      }
      assert.equal(open, spec === daira ? 7 : spec === shop ? 8 : 1);
    });

    it("answer DNS by UDP too, and nothing else", () => {
      const pods = podsOf(spec);
      for (const from of Object.keys(spec.services)) {
        assert.equal(
          allowed(spec, policies, pods[from]!, pods["dns"]!, 53, "UDP"),
          mayReach(spec, from, "dns", 53),
        );
        assert.equal(allowed(spec, policies, pods[from]!, pods["dns"]!, 443, "UDP"), false);
      }
    });
  });
}

describe("network policies", () => {
  it("close a namespace in both directions for every pod", () => {
    assert.deepEqual(defaultDenySpec, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });

  it("open DNS to the service address where DNS is no pod", () => {
    const { sender } = policySpecs(mailer, { edge, dns: { kind: "address", cidr: "172.20.0.10/32" } });
    assert.deepEqual((sender as Policy).egress?.[1], {
      to: [{ ipBlock: { cidr: "172.20.0.10/32" } }],
      ports: [
        { protocol: "UDP", port: 53 },
        { protocol: "TCP", port: 53 },
      ],
    });
  });

  it("open 443 to the internet alone, not to private ranges or a node's credentials", () => {
    const { sender } = policySpecs(mailer, surroundings);
    assert.deepEqual((sender as Policy).egress?.[0], {
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

  it("have none for a service that reaches nothing and is reached by nobody", () => {
    const { sender } = mailer.services;
    const quiet = { ...mailer, services: { sender: { ...sender!, reaches: [] } } };
    assert.deepEqual(policySpecs(quiet, surroundings), {});
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
  const egressOf = (spec: SystemSpec, name: string, given: typeof cloud | undefined): Rule[] =>
    (policySpecs(spec, { ...surroundings, cloud: given })[name] as Policy | undefined)?.egress ?? [];

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
