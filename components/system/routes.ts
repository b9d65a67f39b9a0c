import type { HttpRouteSpec, ParentRef, ResponseHeadersFilter } from "../common/gateway-api";
import { headersOf } from "../spec/headers";
import { formatDuration, parseDuration } from "../spec/quantities";
import type { RouteSpec, SystemSpec } from "../spec/types";
import { ruleName } from "./traffic";

const DEFAULT_TIMEOUT = "30s";
/** Gateway API's way to say: no timeout (GEP-1742). */
const NO_TIMEOUT = "0s";

/**
 * One HTTPRoute for each service that routes lead to, by the service's name. Not one for the system: the list of
 * rules is atomic, so what shifts the traffic of one service must not hold the rules of another. Which of several
 * rules takes a request does not depend on this split; the longest path wins over all routes of a host.
 */
export function routeSpecs(
  spec: SystemSpec,
  host: string,
  parent: ParentRef,
): Readonly<Record<string, HttpRouteSpec>> {
  const routes = spec.routes ?? [];
  const targets = [...new Set(routes.map(({ to }) => to))];
  const filters = [responseHeaders(spec)];
  return Object.fromEntries(
    targets.map((to) => {
      const service = spec.services[to];
      const port = service?.servicePort ?? service?.port;
      if (port === undefined)
        throw new Error(`route to ${to}, which validateSpec lets pass only with a port`);
      return [
        to,
        {
          parentRefs: [parent],
          hostnames: [host],
          rules: routes
            .filter((route) => route.to === to)
            .map((route) => ({
              name: ruleName(route.path),
              matches: [{ path: { type: "PathPrefix" as const, value: route.path } }],
              filters,
              backendRefs: [{ name: to, port }],
              timeouts: { request: timeout(route) },
            })),
        },
      ];
    }),
  );
}

/** What sets the headers of a system's responses. */
export function responseHeaders(spec: SystemSpec): ResponseHeadersFilter {
  const set = Object.entries(headersOf(spec)).map(([name, value]) => ({ name, value }));
  return { type: "ResponseHeaderModifier", responseHeaderModifier: { set } };
}

function timeout({ websocket, timeout: own = DEFAULT_TIMEOUT }: RouteSpec): string {
  return websocket === true ? NO_TIMEOUT : formatDuration(parseDuration(own));
}
