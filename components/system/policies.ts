import type { types } from "@pulumi/kubernetes";
import type { ClusterDns, EdgeContract } from "../common/contracts";
import { selector } from "../common/labels";
import { unlessEmpty } from "../common/pods";
import { DNS, flows, GATEWAY, HTTPS } from "../spec/reachability";
import type { Flow } from "../spec/reachability";
import type { SystemSpec } from "../spec/types";

type PolicySpec = types.input.networking.v1.NetworkPolicySpec;
type Peer = types.input.networking.v1.NetworkPolicyPeer;
type Port = types.input.networking.v1.NetworkPolicyPort;

/**
 * Ranges that are not the internet: private networks (RFC 1918), carrier-grade NAT (RFC 6598), which clusters use
 * for pods, and link-local addresses (RFC 3927), where clouds serve a node's credentials.
 */
const NOT_THE_INTERNET = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];

/** How a namespace is selected by its name: the API server sets this label itself. */
const NAMESPACE_NAME = "kubernetes.io/metadata.name";

/** Closes a namespace: no pod may be reached, and none may reach anything, but for what other policies open. */
export const defaultDenySpec: PolicySpec = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

/** The surroundings that policies open to. */
export interface Surroundings {
  readonly dns: ClusterDns;
  readonly edge: Pick<EdgeContract, "podSelector" | "podNamespace">;
}

/** One policy for each service and store that has a flow in or out, by its name; together exactly the spec's flows. */
export function policySpecs(
  spec: SystemSpec,
  surroundings: Surroundings,
): Readonly<Record<string, PolicySpec>> {
  const all = flows(spec);
  const names = [...Object.keys(spec.services), ...Object.keys(spec.stores ?? {})];
  return Object.fromEntries(
    names.flatMap((name) => {
      const ingress = all
        .filter(({ to }) => to === name)
        .map((flow) => ({ from: [origin(spec, flow, surroundings)], ports: ports(flow) }));
      const egress = all
        .filter(({ from }) => from === name)
        .map((flow) => ({ to: [target(spec, flow, surroundings)], ports: ports(flow) }));
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

function origin(spec: SystemSpec, { from }: Flow, { edge }: Surroundings): Peer {
  if (from !== GATEWAY) return pods(spec, from);
  return {
    namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: edge.podNamespace } },
    podSelector: { matchLabels: { ...edge.podSelector } },
  };
}

function target(spec: SystemSpec, { to }: Flow, { dns }: Surroundings): Peer {
  if (to === HTTPS) return { ipBlock: { cidr: "0.0.0.0/0", except: NOT_THE_INTERNET } };
  if (to !== DNS) return pods(spec, to);
  if (dns.kind === "address") return { ipBlock: { cidr: dns.cidr } };
  return {
    namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: "kube-system" } },
    podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
  };
}

function pods(spec: SystemSpec, name: string): Peer {
  return { podSelector: { matchLabels: selector({ system: spec.name, name }) } };
}

/** DNS answers that do not fit a datagram come by TCP. */
function ports({ to, port }: Flow): Port[] {
  return (to === DNS ? ["UDP", "TCP"] : ["TCP"]).map((protocol) => ({ protocol, port }));
}
