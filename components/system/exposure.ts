import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { backendTrafficPolicy } from "../common/envoy-gateway";
import { httpRoute } from "../common/gateway-api";
import type { HttpRouteSpec, Manifest } from "../common/gateway-api";
import type { SystemSpec } from "../spec/types";
import type { Meta } from "./guards";
import { ruleName, trafficSpec } from "./traffic";

export interface ExposureArgs {
  readonly spec: SystemSpec;
  readonly meta: Meta;
  /** The service that requests are let through to, and its HTTPRoute. */
  readonly service: string;
  readonly route: HttpRouteSpec;
  /** What answers; no request is let through before it is there. */
  readonly after: pulumi.Resource;
  /** What brings the kinds of the edge. */
  readonly controllers: readonly pulumi.Resource[];
}

/** Opens the way from the edge to one service: a policy for each of its routes, then the HTTPRoute. */
export function expose(
  name: string,
  { spec, meta, service, route, after, controllers }: ExposureArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const make = (purpose: string, manifest: Manifest<string, object>, dependsOn: pulumi.Resource[] = []) =>
    new k8s.apiextensions.CustomResource(
      `${name}-${purpose}`,
      { ...manifest },
      { ...opts, dependsOn: [...controllers, ...dependsOn] },
    );
  const policies = (spec.routes ?? [])
    .filter(({ to }) => to === service)
    .map((own) => {
      const purpose = `${service}-${ruleName(own.path)}`;
      return make(
        `${purpose}-traffic`,
        backendTrafficPolicy(meta(purpose, "route"), trafficSpec(own, service, spec)),
      );
    });
  // Opened last and closed first, so that no request is sent to pods that are not there or past a limit.
  make(`${service}-route`, httpRoute(meta(service, "route"), route), [after, ...policies]);
}
