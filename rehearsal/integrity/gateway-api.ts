import type { KubeObject } from "../kube/client";
import type { LabelSelector } from "../../components/common/label-selector";
import { selects } from "../../components/common/label-selector";
import type { World } from "./world";
import { inGroup } from "./world";

export const gatewayGroup = "gateway.networking.k8s.io";

/** A reference of the Gateway API; what is left out has a default of its own at each place. */
export interface Reference {
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface Listener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname?: string;
  readonly tls?: { readonly certificateRefs?: readonly Reference[] };
  readonly allowedRoutes?: {
    readonly namespaces?: { readonly from?: string; readonly selector?: LabelSelector };
    readonly kinds?: readonly { readonly group?: string; readonly kind: string }[];
  };
}

export interface GatewaySpec {
  readonly gatewayClassName: string;
  readonly listeners?: readonly Listener[];
  readonly infrastructure?: {
    readonly parametersRef?: Reference & { readonly group: string; readonly kind: string };
  };
}

/** Whether a ReferenceGrant in the target's namespace allows a reference from another namespace. */
export function isGranted(
  world: World,
  from: KubeObject,
  to: { kind: string; group: string; namespace: string; name: string },
): boolean {
  const group = from.apiVersion.split("/")[0];
  return world.all(inGroup("ReferenceGrant", gatewayGroup)).some(({ metadata, ...rest }) => {
    const { from: sources = [], to: targets = [] } = (rest as { spec?: GrantSpec }).spec ?? {};
    return (
      metadata.namespace === to.namespace &&
      sources.some(
        (one) => one.group === group && one.kind === from.kind && one.namespace === from.metadata.namespace,
      ) &&
      targets.some(
        (one) => one.group === to.group && one.kind === to.kind && (one.name ?? to.name) === to.name,
      )
    );
  });
}

interface GrantSpec {
  readonly from?: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
  readonly to?: readonly { readonly group: string; readonly kind: string; readonly name?: string }[];
}

/** Why a listener does not take a route, as the end of a sentence; undefined when it does. */
export function refusal(
  world: World,
  gateway: KubeObject,
  listener: Listener,
  route: KubeObject,
): string | undefined {
  const { namespaces = {}, kinds } = listener.allowedRoutes ?? {};
  const { from = "Same", selector } = namespaces;
  const home = route.metadata.namespace ?? "default";
  const labels = world.find("Namespace", undefined, home)?.metadata.labels;
  const isOpen =
    from === "All" ||
    (from === "Same" && home === gateway.metadata.namespace) ||
    (from === "Selector" && selects(selector, labels));
  if (!isOpen) return `takes no routes of namespace "${home}"`;

  const byProtocol =
    listener.protocol === "HTTP" || listener.protocol === "HTTPS" ? ["HTTPRoute", "GRPCRoute"] : [];
  const allowed = kinds === undefined || kinds.length === 0 ? byProtocol : kinds.map(({ kind }) => kind);
  if (!allowed.includes(route.kind)) return `takes no ${route.kind}`;

  const { hostnames = [] } = (route["spec"] ?? {}) as { hostnames?: readonly string[] };
  if (listener.hostname === undefined || listener.hostname === "" || hostnames.length === 0) return undefined;
  const host = listener.hostname;
  if (hostnames.some((name) => intersect(host, name))) return undefined;
  return `is for "${host}", which is none of the route's hostnames`;
}

/** Whether two hostnames, of which each may begin with `*.`, have a name in common. A wildcard stands for one label or more. */
export function intersect(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (a === b) return true;
  const covers = (wild: string, name: string) => wild.startsWith("*.") && name.endsWith(wild.slice(1));
  return covers(a, b) || covers(b, a);
}
