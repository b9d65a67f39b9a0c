import type * as pulumi from "@pulumi/pulumi";
import type { Manifest, NamedMetadata } from "./gateway-api";

/** API group of Envoy Gateway's own kinds. */
export const ENVOY_API = "gateway.envoyproxy.io";

/** What a policy is about: a Gateway or a route, or one section of it (a listener, a rule). */
export interface PolicyTarget {
  readonly group: "gateway.networking.k8s.io";
  readonly kind: "Gateway" | "HTTPRoute";
  readonly name: pulumi.Input<string>;
  readonly sectionName?: string;
}

/** Which clients a limit counts: with `Distinct` each address of the block has a bucket of its own. */
export interface SourceSelector {
  readonly sourceCIDR: { readonly type: "Distinct"; readonly value: string };
}

export interface RateLimitRule {
  readonly clientSelectors: readonly [SourceSelector];
  readonly limit: { readonly requests: number; readonly unit: "Second" | "Minute" | "Hour" };
}

/** How bodies of responses are made smaller. */
export interface Compressor {
  readonly type: "Brotli" | "Gzip";
  /** A quantity of bytes; smaller bodies stay as they are. */
  readonly minContentLength: string;
}

/** Fields of a BackendTrafficPolicy (`gateway.envoyproxy.io/v1alpha1`) that we set. */
export interface BackendTrafficPolicySpec {
  readonly targetRefs: readonly [PolicyTarget];
  /** Takes over what the policy of the gateway says and this one does not; only for a policy about a route. */
  readonly mergeType?: "StrategicMerge";
  /** The first that a client accepts is used. */
  readonly compressor?: readonly Compressor[];
  /** Counted in each proxy by itself. */
  readonly rateLimit?: { readonly local: { readonly rules: readonly RateLimitRule[] } };
  /** Takes a body whole before it is passed on, and answers 413 to one that is larger. Turns upgrades off. */
  readonly requestBuffer?: { readonly limit: string };
  readonly timeout?: { readonly http: { readonly streamIdleTimeout: string } };
}

/** A BackendTrafficPolicy. Makes no resource. */
export function backendTrafficPolicy(
  metadata: NamedMetadata,
  spec: BackendTrafficPolicySpec,
): Manifest<"BackendTrafficPolicy", BackendTrafficPolicySpec> {
  return { apiVersion: `${ENVOY_API}/v1alpha1`, kind: "BackendTrafficPolicy", metadata, spec };
}

/** Every IPv4 and every IPv6 address; a rule takes one block. */
const EVERYBODY = ["0.0.0.0/0", "::/0"];
const UNITS = { second: "Second", minute: "Minute", hour: "Hour" } as const;

/** A limit, for each client address by itself. */
export function limitRules({
  requests,
  per,
}: {
  readonly requests: number;
  readonly per: keyof typeof UNITS;
}): readonly RateLimitRule[] {
  return EVERYBODY.map((value) => ({
    clientSelectors: [{ sourceCIDR: { type: "Distinct", value } }],
    limit: { requests, unit: UNITS[per] },
  }));
}
