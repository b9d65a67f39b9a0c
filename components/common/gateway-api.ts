import type * as pulumi from "@pulumi/pulumi";

/**
 * Label of a system's namespace. The listener of a host takes routes from namespaces that carry the label with the
 * name of the host's system, and from no other.
 */
export const SYSTEM_NAMESPACE_LABEL = "slipway.dev/system";

/**
 * Ports on which the proxies' pods listen, by the listener that they serve on 80 and 443: Envoy Gateway adds 10000 to
 * a port below 1024, which an unprivileged process cannot bind (`useListenerPortAsContainerPort` of
 * https://gateway.envoyproxy.io/docs/api/extension_types/#envoyproxykubernetesprovider).
 */
export const PROXY_PORTS = { http: 10080, https: 10443 } as const;

/** Name of the Service of the proxies, in the namespace of their pods. */
export const PROXY_SERVICE = "slipway-edge";

/** Metadata of an object that we name ourselves, for others refer to it by name. */
export interface NamedMetadata {
  readonly name: string;
  readonly namespace?: pulumi.Input<string>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** A custom resource as Pulumi takes it; `spec` has only fields that the kind's CRD knows. */
export interface Manifest<Kind extends string, Spec> {
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly metadata: NamedMetadata;
  readonly spec: Spec;
}

/** The listener that a route hangs on. */
export interface ParentRef {
  readonly name: pulumi.Input<string>;
  readonly namespace: pulumi.Input<string>;
  /** Name of the listener; without it the route would hang on every one, the plain HTTP one too. */
  readonly sectionName: string;
}

export interface PathMatch {
  readonly path: { readonly type: "Exact" | "PathPrefix"; readonly value: string };
  /** @default every method */
  readonly method?: "POST";
}

/** What is done to a request instead of passing it on. */
export interface RedirectFilter {
  readonly type: "RequestRedirect";
  readonly requestRedirect: { readonly scheme: "https"; readonly statusCode: 301 | 308 };
}

/** Headers that a response gets, over those of the same name that the backend gave it. */
export interface ResponseHeadersFilter {
  readonly type: "ResponseHeaderModifier";
  readonly responseHeaderModifier: {
    /** At most 16. */
    readonly set: readonly { readonly name: string; readonly value: string }[];
  };
}

/** Headers that a request gets before it is passed on, over those of the same name that its client sent. */
export interface RequestHeadersFilter {
  readonly type: "RequestHeaderModifier";
  readonly requestHeaderModifier: {
    readonly set: readonly { readonly name: string; readonly value: string }[];
    /** Names of headers that are left out. */
    readonly remove: readonly string[];
  };
}

/** Another path that a request is passed on with. */
export interface RewriteFilter {
  readonly type: "URLRewrite";
  readonly urlRewrite: {
    readonly path: { readonly type: "ReplaceFullPath"; readonly replaceFullPath: string };
  };
}

export interface BackendRef {
  /** Name of a Service. */
  readonly name: pulumi.Input<string>;
  /** Its namespace, where a {@link referenceGrant} must allow it. @default the route's */
  readonly namespace?: pulumi.Input<string>;
  readonly port: number;
}

export interface HttpRouteRule {
  /** Unique in the route; policies that are about this rule name it. */
  readonly name?: string;
  /** @default every path */
  readonly matches?: readonly PathMatch[];
  readonly filters?: readonly (
    RedirectFilter | ResponseHeadersFilter | RequestHeadersFilter | RewriteFilter
  )[];
  readonly backendRefs?: readonly BackendRef[];
  /** Spans such as `30s`; `0s` is none. */
  readonly timeouts?: { readonly request: string };
}

/** Fields of an HTTPRoute that we set (Gateway API v1). */
export interface HttpRouteSpec {
  readonly parentRefs: readonly [ParentRef];
  /** At most 16. */
  readonly hostnames: readonly string[];
  /** At most 16. The list is atomic: whoever writes it last owns all of it. */
  readonly rules: readonly HttpRouteRule[];
}

/** An HTTPRoute that hangs on one listener of the gateway. Makes no resource. */
export function httpRoute(
  metadata: NamedMetadata,
  spec: HttpRouteSpec,
): Manifest<"HTTPRoute", HttpRouteSpec> {
  return { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", metadata, spec };
}

/** Who may refer to what: from objects of one kind in another namespace, to objects of this one. */
export interface ReferenceGrantSpec {
  readonly from: readonly {
    readonly group: "gateway.networking.k8s.io";
    readonly kind: "HTTPRoute";
    readonly namespace: string;
  }[];
  readonly to: readonly { readonly group: ""; readonly kind: "Service"; readonly name: string }[];
}

/** A ReferenceGrant, in the namespace of what is referred to. Makes no resource. */
export function referenceGrant(
  metadata: NamedMetadata,
  spec: ReferenceGrantSpec,
): Manifest<"ReferenceGrant", ReferenceGrantSpec> {
  return { apiVersion: "gateway.networking.k8s.io/v1", kind: "ReferenceGrant", metadata, spec };
}
