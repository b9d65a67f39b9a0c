import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { EdgeContract } from "../../common/contracts";
import { backendTrafficPolicy, limitRules } from "../../common/envoy-gateway";
import { httpRoute } from "../../common/gateway-api";
import type { Manifest } from "../../common/gateway-api";
import { securityHeaders } from "../../spec/headers";
import { toolMetadata, toolOptions } from "../site";
import type { MonitoringSite } from "../site";
import { HTTP_PORT } from "./settings";

const TOOL = "grafana";
const RULE = "root";
/** A page of dashboards asks for many things at once. */
const LIMIT = { requests: 100, per: "second" } as const;

/** Opens the way from the edge to Grafana: a limit for each client, then the route. */
export function exposeGrafana(
  site: MonitoringSite,
  name: string,
  { edge, host }: { readonly edge: EdgeContract; readonly host: string },
  parent: pulumi.Resource,
  after: pulumi.Resource,
): void {
  const metadata = toolMetadata(site, TOOL, TOOL);
  const make = (purpose: string, manifest: Manifest<string, object>, before: readonly pulumi.Resource[]) =>
    new k8s.apiextensions.CustomResource(
      `${name}-${purpose}`,
      { ...manifest },
      toolOptions(site, parent, [...edge.controllers, ...before]),
    );
  const limit = make(
    "traffic",
    backendTrafficPolicy(metadata, {
      targetRefs: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: TOOL, sectionName: RULE }],
      mergeType: "StrategicMerge",
      rateLimit: {
        local: {
          rules: limitRules(LIMIT),
        },
      },
    }),
    [],
  );
  make(
    "route",
    httpRoute(metadata, {
      parentRefs: [{ ...edge.gateway, sectionName: edge.httpsListener(host) }],
      hostnames: [host],
      rules: [
        {
          name: RULE,
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          filters: [
            {
              type: "ResponseHeaderModifier",
              responseHeaderModifier: {
                set: Object.entries(securityHeaders).map(([header, value]) => ({ name: header, value })),
              },
            },
          ],
          backendRefs: [{ name: TOOL, port: HTTP_PORT }],
          timeouts: { request: "60s" },
        },
      ],
    }),
    [after, limit],
  );
}
