import { createHash } from "node:crypto";
import { limitRules } from "../common/envoy-gateway";
import type { BackendTrafficPolicySpec } from "../common/envoy-gateway";
import { formatBytes, formatDuration, parseBytes, parseDuration } from "../spec/quantities";
import type { RateLimit, RouteSpec, SystemSpec } from "../spec/types";

/** nginx's own default, which the front ends of all documents stand on. */
const DEFAULT_BODY_LIMIT = "1Mi";
/** Without a request timeout Envoy Gateway would let a silent connection live for ever. */
const DEFAULT_WEBSOCKET_IDLE = "1h";

/**
 * Name of the rule of a path, by which policies find it: `/api/v1` → `api-v1-…`, `/` → `root`. A hash tells paths
 * apart that read alike.
 */
export function ruleName(path: string): string {
  if (path === "/") return "root";
  const slug = path
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  const isPlain = path === `/${slug}` && slug !== "root" && slug.length <= 40;
  if (isPlain) return slug;
  const hash = createHash("sha256").update(path).digest("hex").slice(0, 8);
  return `${slug.slice(0, 40).replace(/-$/, "")}-${hash}`.replace(/^-/, "path-");
}

/**
 * What the edge does with the requests of a route, besides passing them on; `target` is the name of its HTTPRoute.
 * What this leaves out, compression above all, is the gateway's own.
 */
export function trafficSpec(route: RouteSpec, target: string, spec: SystemSpec): BackendTrafficPolicySpec {
  const { path, websocket = false, idleTimeout, bodyLimit = DEFAULT_BODY_LIMIT, rateLimit } = route;
  const idle = idleTimeout ?? (websocket ? DEFAULT_WEBSOCKET_IDLE : undefined);
  const limit = rateLimit === undefined ? undefined : limitOf(spec, rateLimit);
  return {
    targetRefs: [
      {
        group: "gateway.networking.k8s.io",
        kind: "HTTPRoute",
        name: target,
        sectionName: ruleName(path),
      },
    ],
    mergeType: "StrategicMerge",
    ...(limit === undefined ? {} : { rateLimit: { local: { rules: limitRules(limit) } } }),
    // Envoy Gateway turns upgrades off on a route whose bodies it buffers.
    ...(websocket ? {} : { requestBuffer: { limit: formatBytes(parseBytes(bodyLimit)) } }),
    ...(idle === undefined
      ? {}
      : { timeout: { http: { streamIdleTimeout: formatDuration(parseDuration(idle)) } } }),
  };
}

function limitOf({ rateLimits }: SystemSpec, name: string): RateLimit {
  const limit = rateLimits?.[name];
  if (limit === undefined) throw new Error(`limit ${name}, which validateSpec lets pass only if it exists`);
  return limit;
}
