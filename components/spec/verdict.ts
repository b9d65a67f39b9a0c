import * as ipaddr from "ipaddr.js";
import { selects } from "../common/label-selector";
import type { Labels, LabelSelector } from "../common/label-selector";

interface PolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface PolicyPort {
  /** @default TCP */
  readonly protocol?: string;
  /** A number, or the name of a port of the target's pods. @default every port */
  readonly port?: number | string;
  readonly endPort?: number;
}

/** A NetworkPolicy as the API has it (networking.k8s.io/v1). */
export interface NetworkPolicy {
  readonly metadata: { readonly namespace: string; readonly name?: string };
  readonly spec: {
    /** Absent selects every pod, as an empty one does. */
    readonly podSelector?: LabelSelector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly {
      readonly from?: readonly PolicyPeer[];
      readonly ports?: readonly PolicyPort[];
    }[];
    readonly egress?: readonly {
      readonly to?: readonly PolicyPeer[];
      readonly ports?: readonly PolicyPort[];
    }[];
  };
}

/** A pod, as policies see it. */
export interface PodEndpoint {
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
  /** Its named ports. @default none */
  readonly ports?: Readonly<Record<string, number>>;
  /** Its address, where it is known: address blocks in policies hold for pods too. */
  readonly ip?: string;
}

/** Something outside of the cluster's pods, known by its address alone. */
export interface AddressEndpoint {
  readonly ip: string;
}

export type Endpoint = PodEndpoint | AddressEndpoint;

/** The port that is asked for. */
export interface Target {
  readonly port: number;
  /** @default TCP */
  readonly protocol?: "TCP" | "UDP";
}

/**
 * May `from` open a connection to a port of `to`, by all these policies together? It reads the objects alone, so that
 * it proves what was rendered and not what was meant.
 *
 * As Kubernetes defines it (https://kubernetes.io/docs/concepts/services-networking/network-policies/): a side that no
 * policy selects is open; one that is selected is open only to what some rule names; both sides must let it through.
 * What is no pod has no side of its own.
 */
export function mayConnect(
  policies: readonly NetworkPolicy[],
  from: Endpoint,
  to: Endpoint,
  target: Target,
): boolean {
  return (
    sideOpen(policies, "Egress", from, to, target, to) && sideOpen(policies, "Ingress", to, from, target, to)
  );
}

function sideOpen(
  policies: readonly NetworkPolicy[],
  direction: "Ingress" | "Egress",
  own: Endpoint,
  other: Endpoint,
  target: Target,
  listener: Endpoint,
): boolean {
  if (!isPod(own)) return true;
  const selected = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === own.namespace &&
      typesOf(spec).includes(direction) &&
      selects(spec.podSelector ?? {}, own.labels),
  );
  if (selected.length === 0) return true;
  return selected.some(({ metadata, spec }) =>
    rulesOf(spec, direction).some(
      ({ peers, ports }) =>
        // A rule without peers is one for everybody, and so is one without ports for every port.
        (peers.length === 0 || peers.some((peer) => matches(peer, other, metadata.namespace))) &&
        (ports.length === 0 || ports.some((port) => opens(port, target, listener))),
    ),
  );
}

/** Without types a policy is about ingress, and about egress where it has rules for that. */
function typesOf({ policyTypes, egress }: NetworkPolicy["spec"]): readonly string[] {
  if (policyTypes !== undefined && policyTypes.length > 0) return policyTypes;
  return egress === undefined || egress.length === 0 ? ["Ingress"] : ["Ingress", "Egress"];
}

function rulesOf(
  { ingress = [], egress = [] }: NetworkPolicy["spec"],
  direction: "Ingress" | "Egress",
): readonly { readonly peers: readonly PolicyPeer[]; readonly ports: readonly PolicyPort[] }[] {
  return direction === "Ingress"
    ? ingress.map(({ from = [], ports = [] }) => ({ peers: from, ports }))
    : egress.map(({ to = [], ports = [] }) => ({ peers: to, ports }));
}

function matches(
  { ipBlock, namespaceSelector, podSelector }: PolicyPeer,
  other: Endpoint,
  home: string,
): boolean {
  if (ipBlock !== undefined) {
    const { ip } = other;
    return (
      ip !== undefined &&
      isWithin(ip, ipBlock.cidr) &&
      !(ipBlock.except ?? []).some((except) => isWithin(ip, except))
    );
  }
  if (!isPod(other)) return false;
  const inNamespace =
    namespaceSelector === undefined
      ? other.namespace === home
      : selects(namespaceSelector, other.namespaceLabels);
  return inNamespace && selects(podSelector ?? {}, other.labels);
}

function opens({ protocol = "TCP", port, endPort }: PolicyPort, target: Target, listener: Endpoint): boolean {
  if (protocol !== (target.protocol ?? "TCP")) return false;
  if (port === undefined) return true;
  if (typeof port === "number") return target.port >= port && target.port <= (endPort ?? port);
  return isPod(listener) && listener.ports?.[port] === target.port;
}

function isWithin(ip: string, cidr: string): boolean {
  const address = ipaddr.parse(ip);
  const [network, bits] = ipaddr.parseCIDR(cidr);
  return address.kind() === network.kind() && address.match(network, bits);
}

function isPod(endpoint: Endpoint): endpoint is PodEndpoint {
  return "namespace" in endpoint;
}
