import { PROXY_PORTS, PROXY_SERVICE } from "../common/gateway-api";
import type { Manifest, NamedMetadata } from "../common/gateway-api";
import type * as pulumi from "@pulumi/pulumi";
import { HEALTH_PATH } from "./traffic";

/**
 * What stands between clients and the proxies. `application`: an ALB that ends TLS with certificates of ACM and lets
 * AWS WAF look at every request. `network`: an NLB that hands connections on, so that TLS ends at the proxies.
 */
export type FrontKind = "application" | "network";

/** Ports of the proxies' Service. */
const SERVICE_PORTS = { http: 80, https: 443 } as const;

/** One group of targets: the proxies on one of their ports. */
export interface TargetGroupPlan {
  /** End of the logical name. */
  readonly key: keyof typeof SERVICE_PORTS;
  readonly servicePort: number;
  readonly port: number;
  readonly protocol: "HTTPS" | "TCP";
  /** A string, as AWS has it; only a network load balancer is asked. */
  readonly preserveClientIp?: "true";
  readonly healthCheck: {
    readonly protocol: "HTTP" | "HTTPS";
    readonly port: string;
    readonly path: string;
    readonly matcher: "200";
    readonly interval: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
  };
}

/** The groups of targets that a load balancer sends to. */
export function targetGroups(kind: FrontKind): readonly TargetGroupPlan[] {
  const check = { path: HEALTH_PATH, matcher: "200", interval: 10, healthyThreshold: 2 } as const;
  if (kind === "application") {
    return [
      {
        key: "https",
        servicePort: SERVICE_PORTS.https,
        port: PROXY_PORTS.https,
        // The load balancer does not check the certificate; it only keeps plain requests off the network.
        protocol: "HTTPS",
        healthCheck: { ...check, protocol: "HTTPS", port: "traffic-port", unhealthyThreshold: 2 },
      },
    ];
  }
  return (["https", "http"] as const).map((key) => ({
    key,
    servicePort: SERVICE_PORTS[key],
    port: PROXY_PORTS[key],
    protocol: "TCP",
    // Else every request would seem to come from the load balancer, and rate limits count addresses.
    preserveClientIp: "true",
    // By HTTP for both: a check names no host, so that no HTTPS listener would take it.
    healthCheck: { ...check, protocol: "HTTP", port: String(PROXY_PORTS.http), unhealthyThreshold: 2 },
  }));
}

/** Proxies before ours that add to `X-Forwarded-For`: an ALB does, an NLB leaves addresses as they are. */
export function trustedHops(kind: FrontKind | undefined): number {
  return kind === "application" ? 1 : 0;
}

/** Who keeps the targets of a group in step with a Service: EKS Auto Mode, or the AWS Load Balancer Controller. */
export type TargetBinder = "auto" | "managed";

const BINDING_API: Readonly<Record<TargetBinder, string>> = {
  auto: "eks.amazonaws.com/v1",
  managed: "elbv2.k8s.aws/v1beta1",
};

/**
 * The tag by which EKS Auto Mode may register targets in a group that it did not make itself
 * (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEKSLoadBalancingPolicy.html).
 */
export function binderTags(
  binder: TargetBinder,
  clusterName: pulumi.Input<string>,
): Record<string, pulumi.Input<string>> {
  return binder === "auto" ? { "eks:eks-cluster-name": clusterName } : {};
}

export interface TargetGroupBindingSpec {
  readonly serviceRef: { readonly name: string; readonly port: number };
  readonly targetGroupARN: pulumi.Input<string>;
  readonly targetType: "ip";
}

/** Keeps the pods behind the proxies' Service registered in a group. Their security groups stay the network's. */
export function targetGroupBinding(
  binder: TargetBinder,
  metadata: NamedMetadata,
  group: { readonly arn: pulumi.Input<string>; readonly servicePort: number },
): Manifest<"TargetGroupBinding", TargetGroupBindingSpec> {
  return {
    apiVersion: BINDING_API[binder],
    kind: "TargetGroupBinding",
    metadata,
    spec: {
      serviceRef: { name: PROXY_SERVICE, port: group.servicePort },
      targetGroupARN: group.arn,
      targetType: "ip",
    },
  };
}
