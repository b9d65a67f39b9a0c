import { fields, isAbsent, list } from "../core/json";
import type { Fields } from "../core/json";
import { Lookup } from "../core/lookup";
import type { Cluster, Registered } from "./graph";
import type { Labels } from "./selectors";
import { selectorOf } from "./selectors";

const GROUP = "gateway.networking.k8s.io";

/** One of the gateways that a route asks to take it. */
export interface ParentRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly fields: Fields;
  /** Where it stands: `spec.parentRefs[0]`. */
  readonly path: string;
}

/** The gateways that a route names. Between services of a mesh its parent is a Service, and nothing comes from outside. */
export function parentsOf(route: Registered): readonly ParentRef[] {
  return list(route.spec("parentRefs")).flatMap((reference, index) => {
    const { group, kind, namespace, name } = fields(reference);
    if ((group ?? GROUP) !== GROUP) return [];
    if (!["Gateway", "ListenerSet"].includes(textOf(kind, "Gateway"))) return [];
    return {
      kind: textOf(kind, "Gateway"),
      namespace: textOf(namespace, route.namespace),
      name: textOf(name, ""),
      fields: fields(reference),
      path: `spec.parentRefs[${index}]`,
    };
  });
}

/** Gateways and sets of listeners by kind, namespace and name. */
export function gatewaysOf(cluster: Cluster): Lookup<Registered> {
  const all = cluster.all(`${GROUP}/Gateway`, `${GROUP}/ListenerSet`);
  return new Lookup(all, ({ object, namespace, name }) => [
    gatewayKey({ kind: object.kind, namespace, name }),
  ]);
}

export function gatewayKey({
  kind,
  namespace,
  name,
}: Pick<ParentRef, "kind" | "namespace" | "name">): string {
  return `${kind} ${namespace}/${name}`;
}

/** The listeners of a gateway by which a route is reached. */
export function listenersOf(
  route: Registered,
  { fields: parent }: ParentRef,
  gateway: Registered,
  namespaces: Lookup<Registered>,
): readonly Fields[] {
  const { sectionName, port } = parent;
  return list(gateway.spec("listeners"))
    .map(fields)
    .filter((listener) => isAbsent(port) || listener["port"] === port)
    .filter((listener) =>
      isAbsent(sectionName)
        ? serves(listener, route.object.kind) && admits(listener, route, gateway, namespaces)
        : listener["name"] === sectionName,
    );
}

/** Which protocols a listener may have that takes routes of a kind. */
const protocols: Readonly<Record<string, readonly string[]>> = {
  HTTPRoute: ["HTTP", "HTTPS"],
  GRPCRoute: ["HTTP", "HTTPS"],
  TLSRoute: ["TLS"],
  TCPRoute: ["TCP", "TLS"],
  UDPRoute: ["UDP"],
};

function serves({ protocol, allowedRoutes }: Fields, kind: string): boolean {
  if (typeof protocol === "string" && protocols[kind]?.includes(protocol) === false) return false;
  const kinds = list(fields(allowedRoutes)["kinds"]).map((one) => fields(one)["kind"]);
  return kinds.length === 0 || kinds.includes(kind);
}

/** Whether a listener takes routes of the namespace of this one; when the graph cannot tell, it does. */
function admits(
  { allowedRoutes }: Fields,
  route: Registered,
  gateway: Registered,
  namespaces: Lookup<Registered>,
): boolean {
  const { from, selector } = fields(fields(allowedRoutes)["namespaces"]);
  if (from === "None") return false;
  if (from === "Selector") {
    const [namespace] = namespaces.matches([route.namespace]);
    return namespace === undefined || selectorOf(selector)(namespaceLabels(namespace));
  }
  return from === "All" || route.namespace === gateway.namespace;
}

/** Labels of a namespace with the one that the API server adds. */
export function namespaceLabels(namespace: Registered): Labels {
  return (key) => (key === "kubernetes.io/metadata.name" ? namespace.name : namespace.labels(key));
}

/** The Services that a route leads to, for a message; none for one that only redirects. */
export function backendsOf(route: Registered): readonly string[] {
  return list(route.spec("rules")).flatMap((rule) =>
    list(fields(rule)["backendRefs"]).map((backend) => {
      const { kind, namespace, name } = fields(backend);
      return `${textOf(kind, "Service")} ${textOf(namespace, route.namespace)}/${textOf(name, "")}`;
    }),
  );
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
