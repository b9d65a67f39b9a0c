import type { types } from "@pulumi/kubernetes";
import type { ClusterDns, EdgeContract } from "../common/contracts";
import { selector } from "../common/labels";
import { unlessEmpty } from "../common/pods";
import { API_SERVER, DNS, flows, GATEWAY, HTTPS, MONITORING, partyNamespace } from "../spec/reachability";
import type { Flow } from "../spec/reachability";
import { workloadsOf } from "../spec/services";
import type { SystemSpec } from "../spec/types";

type PolicySpec = types.input.networking.v1.NetworkPolicySpec;
type Peer = types.input.networking.v1.NetworkPolicyPeer;
type Port = types.input.networking.v1.NetworkPolicyPort;

/** Link-local addresses (RFC 3927), where clouds serve a node's credentials. */
const LINK_LOCAL = "169.254.0.0/16";
/**
 * Ranges that are not the internet: private networks (RFC 1918), carrier-grade NAT (RFC 6598), which clusters use
 * for pods, and link-local addresses.
 */
const NOT_THE_INTERNET = ["10.0.0.0/8", "100.64.0.0/10", LINK_LOCAL, "172.16.0.0/12", "192.168.0.0/16"];

/** How a namespace is selected by its name: the API server sets this label itself. */
const NAMESPACE_NAME = "kubernetes.io/metadata.name";
/** Namespace of the collectors of metrics. */
const MONITORING_NAMESPACE = "monitoring";

/** Closes a namespace: no pod may be reached, and none may reach anything, but for what other policies open. */
export const defaultDenySpec: PolicySpec = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

/** The surroundings that policies open to. */
export interface Surroundings {
  readonly dns: ClusterDns;
  readonly edge: Pick<EdgeContract, "podSelector" | "podNamespace">;
  /** Blocks of the subnets in which a store lives that is outside of the cluster, by store. @default none is */
  readonly storeCidrs?: Readonly<Record<string, readonly string[]>>;
}

/** One policy for each workload and store that has a flow in or out, by its name; together exactly the spec's flows. */
export function policySpecs(
  spec: SystemSpec,
  surroundings: Surroundings,
): Readonly<Record<string, PolicySpec>> {
  const all = flows(spec);
  const outside = Object.keys(surroundings.storeCidrs ?? {});
  const names = [...Object.keys(workloadsOf(spec)), ...Object.keys(spec.stores ?? {})];
  return Object.fromEntries(
    // What is outside has no pods here that a policy could select.
    names
      .filter((name) => !outside.includes(name))
      .flatMap((name) => {
        const ingress = all
          .filter(({ to }) => to === name)
          .map((flow) => ({ from: [origin(spec, flow, surroundings)], ports: ports(flow) }));
        const egress = all
          .filter(({ from }) => from === name)
          .map((flow) => ({ to: targets(spec, flow, surroundings), ports: ports(flow) }));
        if (ingress.length + egress.length === 0) return [];
        const podSelector = { matchLabels: selector({ system: spec.name, name }) };
        return [
          [
            name,
            {
              podSelector,
              policyTypes: ["Ingress", "Egress"],
              ...unlessEmpty("ingress", ingress),
              ...unlessEmpty("egress", egress),
            },
          ],
        ];
      }),
  );
}

/** Namespaces that the policy of a workload or store names and that this system does not make. */
export function foreignNamespaces(spec: SystemSpec, name: string): readonly string[] {
  const named = flows(spec).flatMap(({ from, to }) => {
    if (to === name) return from === MONITORING ? [MONITORING_NAMESPACE] : [];
    return from === name ? [partyNamespace(to) ?? []].flat() : [];
  });
  return [...new Set(named)].sort();
}

function origin(spec: SystemSpec, { from }: Flow, { edge }: Surroundings): Peer {
  if (from === MONITORING) return namespace(MONITORING_NAMESPACE);
  if (from !== GATEWAY) return pods(spec, from);
  return { ...namespace(edge.podNamespace), podSelector: { matchLabels: { ...edge.podSelector } } };
}

function targets(spec: SystemSpec, { to }: Flow, { dns, storeCidrs = {} }: Surroundings): Peer[] {
  const cidrs = storeCidrs[to];
  if (cidrs !== undefined) return cidrs.map((cidr) => ({ ipBlock: { cidr } }));
  const foreign = partyNamespace(to);
  if (foreign !== undefined) return [namespace(foreign)];
  switch (to) {
    case HTTPS:
      return [{ ipBlock: { cidr: "0.0.0.0/0", except: NOT_THE_INTERNET } }];
    case API_SERVER:
      // It is no pod, and its address, private or not, is the cloud's.
      return [{ ipBlock: { cidr: "0.0.0.0/0", except: [LINK_LOCAL] } }];
    case DNS:
      return [dns.kind === "address" ? { ipBlock: { cidr: dns.cidr } } : clusterDns];
    default:
      return [pods(spec, to)];
  }
}

const clusterDns: Peer = {
  ...namespace("kube-system"),
  podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
};

function namespace(name: string): Peer {
  return { namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: name } } };
}

function pods(spec: SystemSpec, name: string): Peer {
  return { podSelector: { matchLabels: selector({ system: spec.name, name }) } };
}

/** DNS answers that do not fit a datagram come by TCP. */
function ports({ to, port }: Flow): Port[] {
  return (to === DNS ? ["UDP", "TCP"] : ["TCP"]).map((protocol) => ({ protocol, port }));
}
