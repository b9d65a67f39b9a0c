import { TRACES_PORTS } from "../common/monitoring";
import { HTTP_PORT, portsOf, storesInEnv, workloadsOf } from "./services";
import { storeKinds } from "./store-kinds";
import type { StoreSpec, SystemSpec } from "./types";

/** The edge's gateway, as the origin of a flow. */
export const GATEWAY = "gateway";
/** Whoever collects metrics, as the origin of a flow. */
export const MONITORING = "monitoring";
/** The cluster's DNS, as the target of a flow. */
export const DNS = "dns";
/** Port 443 of anything outside private address ranges, as the target of a flow. */
export const HTTPS = "https";
/** Whoever takes traces, as the target of a flow. */
export const TRACES = "traces";
/** The Kubernetes API, as the target of a flow. */
export const API_SERVER = "api-server";
/** Name of the route by which pages send what they measure. */
export const TELEMETRY = "telemetry";
/**
 * Names that no service, job or store may have: the parties above, the ServiceAccount that every namespace has, the
 * policy that closes it, and the route of what pages measure.
 */
export const reservedNames: readonly string[] = [
  GATEWAY,
  DNS,
  HTTPS,
  MONITORING,
  TRACES,
  TELEMETRY,
  API_SERVER,
  "default",
  "default-deny",
];

// The API server is no pod: its address is the cloud's, its port 443 on EKS and 6443 elsewhere.
const API_SERVER_PORTS = [443, 6443];

/** One opening: who may open connections to whom, on which port of the target's pods. */
export interface Flow {
  /** A service, a migration, a job, or {@link GATEWAY} or {@link MONITORING}. */
  readonly from: string;
  /** A service, a store, {@link DNS}, {@link HTTPS}, {@link TRACES}, {@link API_SERVER}, or a {@link namespaceParty}. */
  readonly to: string;
  readonly port: number;
}

/** All pods of a namespace that is not the system's own, as the target of a flow. No service has such a name. */
export function namespaceParty(namespace: string): string {
  return `namespace:${namespace}`;
}

/** The namespace behind a {@link namespaceParty}; undefined for every other party. */
export function partyNamespace(party: string): string | undefined {
  return party.startsWith("namespace:") ? party.slice("namespace:".length) : undefined;
}

/**
 * Everything that is open in a system; what is not listed is closed, in both directions.
 *
 * The gateway reaches the services that routes lead to, and monitoring the ports that serve metrics. A pod reaches the
 * stores in its `env`, what its `reaches` names, the Kubernetes API where it has rights there, and whoever takes traces
 * where it sends them. DNS is open to a pod that reaches anything, for it has names to look up; to others it would only
 * be a way to carry data out.
 */
export function flows(spec: SystemSpec): readonly Flow[] {
  const edge = [...new Set((spec.routes ?? []).map((route) => route.to))].flatMap((to) =>
    targets(spec, to).map((target) => ({ from: GATEWAY, ...target })),
  );
  const own = Object.entries(workloadsOf(spec)).flatMap(([from, workload]) => {
    const parties = new Set([...storesInEnv(workload), ...(workload.reaches ?? [])]);
    const direct = [...parties].flatMap((party) =>
      typeof party === "string"
        ? targets(spec, party)
        : [{ to: namespaceParty(party.namespace), port: party.port }],
    );
    const api =
      (workload.permissions ?? []).length === 0
        ? []
        : API_SERVER_PORTS.map((port) => ({ to: API_SERVER, port }));
    const traces = workload.traces === true ? TRACES_PORTS.map((port) => ({ to: TRACES, port })) : [];
    const all = [...direct, ...api, ...traces];
    return all.length === 0 ? [] : [...all, { to: DNS, port: 53 }].map((flow) => ({ from, ...flow }));
  });
  return [...edge, ...scraped(spec), ...own];
}

/** May `from` open a connection to `port` of `to`? */
export function mayReach(spec: SystemSpec, from: string, to: string, port: number): boolean {
  return flows(spec).some((flow) => flow.from === from && flow.to === to && flow.port === port);
}

/** Ports that serve metrics: of services that say so, and of the exporters beside the stores. */
function scraped(spec: SystemSpec): readonly Flow[] {
  const services = Object.entries(spec.services).flatMap(([to, service]) => {
    const port =
      service.metrics === undefined ? undefined : portsOf(service)[service.metrics.port ?? HTTP_PORT];
    return port === undefined ? [] : [{ from: MONITORING, to, port }];
  });
  const stores = Object.entries(spec.stores ?? {}).flatMap(([to, store]) => {
    const port = metricsPortOf(store);
    return port === undefined ? [] : [{ from: MONITORING, to, port }];
  });
  return [...services, ...stores];
}

function metricsPortOf({ kind }: StoreSpec): number | undefined {
  const { metricsPort }: { readonly metricsPort?: number } = storeKinds[kind];
  return metricsPort;
}

/** The port that others of the system use: only `http` of a service, never its metrics. */
function targets(spec: SystemSpec, to: string): readonly Pick<Flow, "to" | "port">[] {
  if (to === HTTPS) return [{ to, port: 443 }];
  const store = spec.stores?.[to];
  if (store !== undefined) return [{ to, port: storeKinds[store.kind].port }];
  const service = spec.services[to];
  const port = service === undefined ? undefined : portsOf(service)[HTTP_PORT];
  return port === undefined ? [] : [{ to, port }];
}
