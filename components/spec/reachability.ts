import { HTTP_PORT, portsOf, storesInEnv } from "./services";
import { storeKinds } from "./store-kinds";
import type { SystemSpec } from "./types";

/** The edge's gateway, as the origin of a flow. */
export const GATEWAY = "gateway";
/** The cluster's DNS, as the target of a flow. */
export const DNS = "dns";
/** Port 443 of anything outside private address ranges, as the target of a flow. */
export const HTTPS = "https";
/**
 * Names that no service and no store may have: the parties above, the ServiceAccount that every namespace has, and
 * the policy that closes it.
 */
export const reservedNames: readonly string[] = [GATEWAY, DNS, HTTPS, "default", "default-deny"];

/** One opening: who may open connections to whom, on which port of the target's pods. */
export interface Flow {
  /** A service, or {@link GATEWAY}. */
  readonly from: string;
  /** A service or a store, or {@link DNS} or {@link HTTPS}. */
  readonly to: string;
  readonly port: number;
}

/**
 * Everything that is open in a system; what is not listed is closed, in both directions.
 *
 * The gateway reaches the services that routes lead to. A service reaches the stores in its `env` and what its
 * `reaches` names. DNS is open to a service that reaches anything, for it has names to look up; to others it would
 * only be a way to carry data out.
 */
export function flows(spec: SystemSpec): readonly Flow[] {
  const edge = [...new Set((spec.routes ?? []).map((route) => route.to))].flatMap((to) =>
    targetPorts(spec, to).map((port) => ({ from: GATEWAY, to, port })),
  );
  const own = Object.entries(spec.services).flatMap(([from, service]) => {
    const targets = new Set([...storesInEnv(service), ...(service.reaches ?? [])]);
    const direct = [...targets].flatMap((to) => targetPorts(spec, to).map((port) => ({ from, to, port })));
    return direct.length === 0 ? [] : [...direct, { from, to: DNS, port: 53 }];
  });
  return [...edge, ...own];
}

/** May `from` open a connection to `port` of `to`? */
export function mayReach(spec: SystemSpec, from: string, to: string, port: number): boolean {
  return flows(spec).some((flow) => flow.from === from && flow.to === to && flow.port === port);
}

/** The port that others of the system use: only `http` of a service, never its metrics. */
function targetPorts(spec: SystemSpec, to: string): readonly number[] {
  if (to === HTTPS) return [443];
  const store = spec.stores?.[to];
  if (store !== undefined) return [storeKinds[store.kind].port];
  const service = spec.services[to];
  const port = service === undefined ? undefined : portsOf(service)[HTTP_PORT];
  return port === undefined ? [] : [port];
}
