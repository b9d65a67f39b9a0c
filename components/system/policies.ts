import type { types } from "@pulumi/kubernetes";
import type { ClusterDns, CloudAccess, EdgeContract } from "../common/contracts";
import { PLATFORM, selector } from "../common/labels";
import { MONITORING_NAMESPACE, TRACES_TOOL } from "../common/monitoring";
import {
  anywhere,
  dnsPeer,
  dnsPorts,
  internet,
  namespacePeer,
  podIdentityEgress,
  podsPeer,
  tcp,
} from "../common/network-policies";
import type { Peer, PolicySpec, Port } from "../common/network-policies";
import { unlessEmpty } from "../common/pods";
import {
  API_SERVER,
  DNS,
  flows,
  GATEWAY,
  HTTPS,
  MONITORING,
  partyNamespace,
  TRACES,
} from "../spec/reachability";
import type { Flow } from "../spec/reachability";
import { namespaceOf, workloadsOf } from "../spec/services";
import { storeKinds } from "../spec/store-kinds";
import type { SystemSpec } from "../spec/types";

type Egress = types.input.networking.v1.NetworkPolicyEgressRule;

/** The surroundings that policies open to. */
export interface Surroundings {
  readonly dns: ClusterDns;
  readonly edge: Pick<EdgeContract, "podSelector" | "podNamespace">;
  /** Absent where no cloud gives workloads an identity. */
  readonly cloud?: CloudAccess | undefined;
  /** Blocks of the subnets in which a store lives that is outside of the cluster, by store. @default none is */
  readonly storeCidrs?: Readonly<Record<string, readonly string[]>>;
}

/**
 * One policy for each workload and store, or its exporter, that has a flow in or out, by its name; together exactly the spec's flows,
 * and for workloads with an identity of their own the ways to the cloud that it is for.
 */
export function policySpecs(
  spec: SystemSpec,
  surroundings: Surroundings,
): Readonly<Record<string, PolicySpec>> {
  const all = flows(spec);
  const outside = Object.keys(surroundings.storeCidrs ?? {});
  const names = [...Object.keys(workloadsOf(spec)), ...Object.keys(spec.stores ?? {})];
  return Object.fromEntries(
    names.flatMap((name) => {
      const isOutside = outside.includes(name);
      const ingress = all
        // Of a store outside only its exporter is here, which monitoring alone has anything to ask.
        .filter(({ to, from }) => to === name && (!isOutside || from === MONITORING))
        .map((flow) => ({ from: [origin(spec, flow, surroundings)], ports: ports(flow) }));
      const outgoing = [
        ...all.filter(({ from }) => from === name),
        ...(isOutside ? exporterFlows(spec, name) : []),
      ];
      const egress = [
        ...outgoing.map((flow) => ({ to: targets(spec, flow, surroundings), ports: ports(flow) })),
        ...cloudEgress(spec, name, surroundings, outgoing),
      ];
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

/** The ways of the exporter of a store outside: to the store, whose name it looks up. */
function exporterFlows({ stores = {} }: SystemSpec, store: string): readonly Flow[] {
  const kind = stores[store]?.kind;
  if (kind === undefined) return [];
  return [
    { from: store, to: store, port: storeKinds[kind].port },
    { from: store, to: DNS, port: 53 },
  ];
}

/** Namespaces that the policy of a workload or store names and that this system does not make. */
export function foreignNamespaces(spec: SystemSpec, name: string): readonly string[] {
  const named = flows(spec).flatMap(({ from, to }) => {
    if (to === name) return from === MONITORING ? [MONITORING_NAMESPACE] : [];
    if (from !== name) return [];
    return [to === TRACES ? MONITORING_NAMESPACE : (partyNamespace(to) ?? [])].flat();
  });
  return [...new Set(named)].sort();
}

function origin(spec: SystemSpec, { from }: Flow, { edge }: Surroundings): Peer {
  if (from === MONITORING) return namespacePeer(MONITORING_NAMESPACE);
  if (from !== GATEWAY) return pods(spec, from);
  return podsPeer(edge.podNamespace, edge.podSelector);
}

function targets(spec: SystemSpec, { to }: Flow, { dns, storeCidrs = {} }: Surroundings): Peer[] {
  const cidrs = storeCidrs[to];
  if (cidrs !== undefined) return cidrs.map((cidr) => ({ ipBlock: { cidr } }));
  const foreign = partyNamespace(to);
  if (foreign !== undefined) return [namespacePeer(foreign)];
  switch (to) {
    case HTTPS:
      return [internet];
    case API_SERVER:
      // It is no pod, and its address, private or not, is the cloud's.
      return [anywhere];
    case TRACES:
      return [podsPeer(MONITORING_NAMESPACE, selector({ system: PLATFORM, name: TRACES_TOOL }))];
    case DNS:
      return [dnsPeer(dns)];
    default:
      return [pods(spec, to)];
  }
}

/**
 * What calling the cloud takes: the credentials, and its APIs at public and at private addresses. Which calls are
 * allowed is the matter of the role.
 */
function cloudEgress(
  spec: SystemSpec,
  name: string,
  { cloud, dns }: Surroundings,
  outgoing: readonly Flow[],
): readonly Egress[] {
  const own = namespaceOf(spec);
  const isOwn = cloud?.identities.some(
    (identity) => identity.namespace === own && identity.serviceAccount === name,
  );
  if (cloud === undefined || isOwn !== true) return [];
  const apis = cloud.apiCidrs.map((cidr): Peer => ({ ipBlock: { cidr } }));
  return [
    podIdentityEgress,
    { to: [internet, ...apis], ports: tcp([443]) },
    ...(outgoing.some(({ to }) => to === DNS) ? [] : [{ to: [dnsPeer(dns)], ports: [...dnsPorts] }]),
  ];
}

function pods(spec: SystemSpec, name: string): Peer {
  return { podSelector: { matchLabels: selector({ system: spec.name, name }) } };
}

function ports({ to, port }: Flow): Port[] {
  return to === DNS ? [...dnsPorts] : tcp([port]);
}
