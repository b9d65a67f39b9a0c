import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ObservabilityContract } from "../common/contracts";
import { backendTrafficPolicy, limitRules } from "../common/envoy-gateway";
import type { BackendTrafficPolicySpec } from "../common/envoy-gateway";
import { httpRoute } from "../common/gateway-api";
import type { HttpRouteSpec, ParentRef } from "../common/gateway-api";
import { BROWSER_PATH } from "../spec/browser";
import { TELEMETRY } from "../spec/reachability";
import { namespaceOf } from "../spec/services";
import type { StagedSpec } from "../spec/stage";
import type { Meta } from "./guards";
import { responseHeaders } from "./routes";

type Receiver = NonNullable<ObservabilityContract["browser"]>;

/** Where OTLP/HTTP takes metrics. */
const OTLP_METRICS = "/v1/metrics";
/** Largest request; a page sends some hundred bytes for each thing that it measures. */
const BODY_LIMIT = "64Ki";
/** How often one client may send: a page does when it is loaded, when it is left, and now and then between. */
const LIMIT = { requests: 30, per: "minute" } as const;

/**
 * The route by which the pages of a system send what they measure to the platform's receiver. Whose they are is said
 * here, over whatever a client says; and nothing that names a user is passed on.
 */
export function telemetryRoute(
  spec: StagedSpec,
  host: string,
  parent: ParentRef,
  { service, namespace, port }: Receiver,
): HttpRouteSpec {
  return {
    parentRefs: [parent],
    hostnames: [host],
    rules: [
      {
        name: TELEMETRY,
        matches: [{ path: { type: "Exact", value: BROWSER_PATH }, method: "POST" }],
        filters: [
          {
            type: "RequestHeaderModifier",
            requestHeaderModifier: {
              set: [
                { name: "x-slipway-system", value: spec.name },
                { name: "x-slipway-namespace", value: namespaceOf(spec) },
              ],
              remove: ["cookie", "authorization"],
            },
          },
          {
            type: "URLRewrite",
            urlRewrite: { path: { type: "ReplaceFullPath", replaceFullPath: OTLP_METRICS } },
          },
          responseHeaders(spec),
        ],
        backendRefs: [{ name: service, namespace, port }],
        timeouts: { request: "10s" },
      },
    ],
  };
}

/** What the edge lets through to the receiver. */
export const telemetryTraffic: BackendTrafficPolicySpec = {
  targetRefs: [
    { group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: TELEMETRY, sectionName: TELEMETRY },
  ],
  mergeType: "StrategicMerge",
  rateLimit: { local: { rules: limitRules(LIMIT) } },
  requestBuffer: { limit: BODY_LIMIT },
};

export interface TelemetryArgs {
  readonly spec: StagedSpec;
  readonly meta: Meta;
  readonly parent: ParentRef;
  /** The receiver; undefined where there is none. */
  readonly target: Receiver | undefined;
  /** What brings the kinds of the edge. */
  readonly controllers: readonly pulumi.Resource[];
}

/** Opens the way for a system whose pages send; its limits first. */
export function openTelemetry(
  name: string,
  { spec, meta, parent, target, controllers }: TelemetryArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  if (spec.browser === undefined || spec.host === undefined || target === undefined) return;
  const limits = new k8s.apiextensions.CustomResource(
    `${name}-telemetry-traffic`,
    { ...backendTrafficPolicy(meta(TELEMETRY, "route"), telemetryTraffic) },
    { ...opts, dependsOn: [...controllers] },
  );
  new k8s.apiextensions.CustomResource(
    `${name}-telemetry-route`,
    { ...httpRoute(meta(TELEMETRY, "route"), telemetryRoute(spec, spec.host, parent, target)) },
    { ...opts, dependsOn: [...controllers, limits] },
  );
}
