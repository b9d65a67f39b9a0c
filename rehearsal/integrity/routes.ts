import type { KubeObject } from "../kube/client";
import type { Finding } from "./finding";
import { finding, isMissing } from "./finding";
import type { GatewaySpec, Reference } from "./gateway-api";
import { gatewayGroup, isGranted, refusal } from "./gateway-api";
import type { ServiceSpec } from "./services";
import type { World } from "./world";
import { inGroup } from "./world";

interface ParentRef extends Reference {
  readonly sectionName?: string;
  readonly port?: number;
}

interface BackendRef extends Reference {
  readonly port?: number;
}

interface Filter {
  readonly requestMirror?: { readonly backendRef?: BackendRef };
  readonly extensionRef?: { readonly group: string; readonly kind: string; readonly name: string };
}

interface RouteSpec {
  readonly parentRefs?: readonly ParentRef[];
  readonly rules?: readonly {
    readonly backendRefs?: readonly (BackendRef & { readonly filters?: readonly Filter[] })[];
    readonly filters?: readonly Filter[];
  }[];
}

/** HTTPRoutes and GRPCRoutes: the listeners that they hang on, and the Services that they lead to. */
export function* checkRoutes(world: World): Generator<Finding> {
  for (const kind of ["HTTPRoute", "GRPCRoute"]) {
    for (const route of world.all(inGroup(kind, gatewayGroup))) {
      const { parentRefs = [], rules = [] } = (route["spec"] ?? {}) as RouteSpec;
      for (const parent of parentRefs) yield* checkParent(world, route, parent);
      for (const [index, { backendRefs = [], filters = [] }] of rules.entries()) {
        const path = `spec.rules[${index}]`;
        for (const backend of backendRefs) {
          yield* checkBackend(world, route, backend, `${path}.backendRefs[${backend.name}]`);
          yield* checkFilters(
            world,
            route,
            backend.filters ?? [],
            `${path}.backendRefs[${backend.name}].filters`,
          );
        }
        yield* checkFilters(world, route, filters, `${path}.filters`);
      }
    }
  }
}

function* checkParent(world: World, route: KubeObject, parent: ParentRef): Generator<Finding> {
  const { group = gatewayGroup, kind = "Gateway", name, sectionName, port } = parent;
  const namespace = parent.namespace ?? route.metadata.namespace ?? "default";
  const path = `spec.parentRefs[${name}]`;
  const gateway = world.find(inGroup(kind, group), namespace, name);
  if (gateway === undefined) {
    yield finding(route, path, isMissing(kind, name, namespace));
    return;
  }
  if (kind !== "Gateway") return;
  const { listeners = [] } = (gateway["spec"] ?? {}) as GatewaySpec;
  const meant = listeners.filter(
    (listener) =>
      (sectionName ?? listener.name) === listener.name && (port ?? listener.port) === listener.port,
  );
  if (meant.length === 0) {
    const which = sectionName === undefined ? `port ${port ?? ""}` : `listener "${sectionName}"`;
    yield finding(route, path, `names ${which} of Gateway "${name}", which has none such`);
    return;
  }
  const refusals = meant.map((listener) => ({ listener, reason: refusal(world, gateway, listener, route) }));
  if (refusals.some(({ reason }) => reason === undefined)) return;
  const reasons = refusals.map(({ listener, reason = "" }) => `listener "${listener.name}" ${reason}`);
  yield finding(route, path, `is refused by Gateway "${name}": ${reasons.join(", ")}`);
}

function* checkBackend(
  world: World,
  route: KubeObject,
  backend: BackendRef,
  path: string,
): Generator<Finding> {
  const { group = "", kind = "Service", name, port } = backend;
  const home = route.metadata.namespace ?? "default";
  const namespace = backend.namespace ?? home;
  const target = world.find(inGroup(kind, group), namespace, name);
  if (target === undefined) {
    yield finding(route, path, isMissing(kind, name, namespace));
    return;
  }
  if (namespace !== home && !isGranted(world, route, { group, kind, namespace, name })) {
    yield finding(route, path, `leads to namespace "${namespace}", where no ReferenceGrant allows it`);
  }
  if (kind !== "Service" || group !== "") return;
  const { ports = [] } = (target["spec"] ?? {}) as ServiceSpec;
  if (ports.some((one) => one.port === port)) return;
  yield finding(route, path, `names port ${port ?? "(none)"}, which Service "${name}" does not have`);
}

function* checkFilters(
  world: World,
  route: KubeObject,
  filters: readonly Filter[],
  path: string,
): Generator<Finding> {
  for (const [index, { requestMirror, extensionRef }] of filters.entries()) {
    const mirror = requestMirror?.backendRef;
    if (mirror !== undefined) yield* checkBackend(world, route, mirror, `${path}[${index}].requestMirror`);
    if (extensionRef === undefined) continue;
    const { group, kind, name } = extensionRef;
    if (world.find(inGroup(kind, group), route.metadata.namespace, name) === undefined) {
      yield finding(route, `${path}[${index}].extensionRef`, isMissing(kind, name, route.metadata.namespace));
    }
  }
}
