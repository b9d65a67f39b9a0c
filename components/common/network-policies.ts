import type { types } from "@pulumi/kubernetes";
import type { ClusterDns } from "./contracts";

export type PolicySpec = types.input.networking.v1.NetworkPolicySpec;
export type Peer = types.input.networking.v1.NetworkPolicyPeer;
export type Port = types.input.networking.v1.NetworkPolicyPort;
export type Egress = types.input.networking.v1.NetworkPolicyEgressRule;
export type Ingress = types.input.networking.v1.NetworkPolicyIngressRule;

/** How a namespace is selected by its name: the API server sets this label itself. */
export const NAMESPACE_NAME = "kubernetes.io/metadata.name";

/** Link-local addresses (RFC 3927), where clouds serve a node's credentials. */
export const LINK_LOCAL = "169.254.0.0/16";

/** Closes a namespace: no pod may be reached, and none may reach anything, but for what other policies open. */
export const defaultDenySpec: PolicySpec = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

/** Where pods look names up. */
export function dnsPeer(dns: ClusterDns): Peer {
  if (dns.kind === "address") return { ipBlock: { cidr: dns.cidr } };
  return podsPeer("kube-system", { "k8s-app": "kube-dns" });
}

/** DNS answers that do not fit a datagram come by TCP. */
export const dnsPorts: readonly Port[] = [
  { protocol: "UDP", port: 53 },
  { protocol: "TCP", port: 53 },
];

/** The opening to the cluster's DNS. */
export function dnsEgress(dns: ClusterDns): Egress {
  return { to: [dnsPeer(dns)], ports: [...dnsPorts] };
}

/** All pods of a namespace. */
export function namespacePeer(name: string): Peer {
  return { namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: name } } };
}

/** Pods of a namespace that have these labels. */
export function podsPeer(namespace: string, matchLabels: Readonly<Record<string, string>>): Peer {
  return { ...namespacePeer(namespace), podSelector: { matchLabels: { ...matchLabels } } };
}

/**
 * Every address but the link-local ones. The private ranges are in it: there lie the nodes, the API server and, where
 * the network has them, the private endpoints of cloud APIs.
 */
export const anywhere: Peer = { ipBlock: { cidr: "0.0.0.0/0", except: [LINK_LOCAL] } };

/**
 * The internet, and so neither private networks (RFC 1918), nor carrier-grade NAT (RFC 6598), which clusters use for
 * pods, nor link-local addresses.
 */
export const internet: Peer = {
  ipBlock: {
    cidr: "0.0.0.0/0",
    except: ["10.0.0.0/8", "100.64.0.0/10", LINK_LOCAL, "172.16.0.0/12", "192.168.0.0/16"],
  },
};

/** TCP ports, as a policy lists them. */
export function tcp(ports: readonly number[]): Port[] {
  return ports.map((port) => ({ protocol: "TCP", port }));
}

/**
 * Where EKS hands a pod the credentials of its own role; those of the node, at 169.254.169.254, are elsewhere
 * (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html).
 */
export const POD_IDENTITY_AGENT = { cidr: "169.254.170.23/32", port: 80 } as const;

/** The opening to that agent, for pods that have a role and for no others. */
export const podIdentityEgress: types.input.networking.v1.NetworkPolicyEgressRule = {
  to: [{ ipBlock: { cidr: POD_IDENTITY_AGENT.cidr } }],
  ports: tcp([POD_IDENTITY_AGENT.port]),
};

/** The API server is no pod: its address is the cloud's, its port 443 on EKS and 6443 elsewhere. */
export const apiServerEgress: Egress = { to: [anywhere], ports: tcp([443, 6443]) };
