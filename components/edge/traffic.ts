import type * as pulumi from "@pulumi/pulumi";
import { ENVOY_API } from "../common/envoy-gateway";
import type { BackendTrafficPolicySpec, PolicyTarget } from "../common/envoy-gateway";
import type { Manifest, NamedMetadata } from "../common/gateway-api";

/** Where the proxies answer the load balancer's checks, on every listener; 503 while one drains. */
export const HEALTH_PATH = "/.well-known/slipway-health";

/** Seconds without a byte after which a load balancer cuts a connection; the most that an ALB takes. */
export const LOAD_BALANCER_IDLE_SECONDS = 4000;

/** Longer than the load balancer's: else a proxy would close a connection that a request is just sent on (502). */
const PROXY_IDLE = "70m";

/** Fields of a ClientTrafficPolicy (`gateway.envoyproxy.io/v1alpha1`) that we set. */
export interface ClientTrafficPolicySpec {
  readonly targetRefs: readonly [PolicyTarget];
  readonly tls: { readonly minVersion: "1.2" | "1.3" };
  /** Absent: the address that the connection comes from is the client's. */
  readonly clientIPDetection?: {
    readonly xForwardedFor:
      { readonly numTrustedHops: number } | { readonly trustedCIDRs: pulumi.Input<readonly string[]> };
  };
  readonly healthCheck: { readonly path: string };
  readonly timeout: {
    readonly http: { readonly requestHeadersReceivedTimeout: string; readonly idleTimeout: string };
  };
}

/** What a gateway's proxies ask of clients. */
export interface ClientTrafficArgs {
  readonly gateway: pulumi.Input<string>;
  /**
   * Proxies before ours that add the address they were called from to `X-Forwarded-For`, and that clients cannot go
   * around. One too many, and clients choose the address that limits count them by.
   */
  readonly trustedHops: number;
  /** Blocks of proxies before ours, where hosts differ in how many there are; instead of `trustedHops`. */
  readonly trustedBlocks?: pulumi.Input<readonly string[]>;
}

/** Refuses TLS below 1.2, finds out who the client is, answers health checks, and gives slow clients an end. */
export function clientTrafficPolicy(
  metadata: NamedMetadata,
  { gateway, trustedHops, trustedBlocks }: ClientTrafficArgs,
): Manifest<"ClientTrafficPolicy", ClientTrafficPolicySpec> {
  return {
    apiVersion: `${ENVOY_API}/v1alpha1`,
    kind: "ClientTrafficPolicy",
    metadata,
    spec: {
      targetRefs: [about(gateway)],
      tls: { minVersion: "1.2" },
      ...detection(trustedHops, trustedBlocks),
      healthCheck: { path: HEALTH_PATH },
      timeout: { http: { requestHeadersReceivedTimeout: "30s", idleTimeout: PROXY_IDLE } },
    },
  };
}

function detection(
  hops: number,
  blocks: pulumi.Input<readonly string[]> | undefined,
): Pick<ClientTrafficPolicySpec, "clientIPDetection"> {
  if (blocks !== undefined) return { clientIPDetection: { xForwardedFor: { trustedCIDRs: blocks } } };
  return hops === 0 ? {} : { clientIPDetection: { xForwardedFor: { numTrustedHops: hops } } };
}

/** What every route of a gateway gets that says nothing else: bodies of a kibibyte or more are compressed. */
export function gatewayTraffic(gateway: pulumi.Input<string>): BackendTrafficPolicySpec {
  const minContentLength = "1Ki";
  return {
    targetRefs: [about(gateway)],
    compressor: [
      { type: "Brotli", minContentLength },
      { type: "Gzip", minContentLength },
    ],
  };
}

function about(name: pulumi.Input<string>): PolicyTarget {
  return { group: "gateway.networking.k8s.io", kind: "Gateway", name };
}
