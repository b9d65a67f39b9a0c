import type * as pulumi from "@pulumi/pulumi";
import { ENVOY_API } from "../common/envoy-gateway";
import { SYSTEM_NAMESPACE_LABEL } from "../common/gateway-api";
import type { Manifest, NamedMetadata } from "../common/gateway-api";

const GATEWAY_API = "gateway.networking.k8s.io";

/** The name by which Envoy Gateway knows the classes that are its own. */
export const CONTROLLER = "gateway.envoyproxy.io/gatewayclass-controller";
/** Name of the listener that answers every request with a redirect. */
export const REDIRECT_LISTENER = "http";

export interface GatewayClassSpec {
  readonly controllerName: string;
}

export interface Listener {
  readonly name: string;
  readonly port: number;
  readonly protocol: "HTTP" | "HTTPS";
  readonly hostname?: string;
  readonly tls?: {
    readonly mode: "Terminate";
    /** 1 to 64. The one that fits the name that a client asks for is used, else the first. */
    readonly certificateRefs: readonly { readonly kind: "Secret"; readonly name: string }[];
  };
  readonly allowedRoutes: {
    readonly kinds: readonly [{ readonly group: typeof GATEWAY_API; readonly kind: "HTTPRoute" }];
    readonly namespaces:
      | { readonly from: "Same" }
      | {
          readonly from: "Selector";
          readonly selector:
            | { readonly matchLabels: Readonly<Record<string, string>> }
            | { readonly matchExpressions: readonly { readonly key: string; readonly operator: "Exists" }[] };
        };
  };
}

export interface GatewaySpec {
  readonly gatewayClassName: pulumi.Input<string>;
  readonly infrastructure: {
    readonly parametersRef: {
      readonly group: typeof ENVOY_API;
      readonly kind: "EnvoyProxy";
      readonly name: pulumi.Input<string>;
    };
  };
  /** At most 64. */
  readonly listeners: readonly Listener[];
}

export function gatewayClass(
  name: string,
  labels: Readonly<Record<string, string>>,
): Manifest<"GatewayClass", GatewayClassSpec> {
  return {
    apiVersion: `${GATEWAY_API}/v1`,
    kind: "GatewayClass",
    metadata: { name, labels: { ...labels } },
    spec: { controllerName: CONTROLLER },
  };
}

/** What a Gateway is made from. */
export interface GatewayArgs {
  readonly className: pulumi.Input<string>;
  /** Name of the EnvoyProxy in the gateway's namespace that says how its pods run. */
  readonly proxy: pulumi.Input<string>;
  readonly listeners: readonly Listener[];
}

export function gateway(metadata: NamedMetadata, args: GatewayArgs): Manifest<"Gateway", GatewaySpec> {
  return {
    apiVersion: `${GATEWAY_API}/v1`,
    kind: "Gateway",
    metadata,
    spec: {
      gatewayClassName: args.className,
      infrastructure: { parametersRef: { group: ENVOY_API, kind: "EnvoyProxy", name: args.proxy } },
      listeners: args.listeners,
    },
  };
}

const HTTP_ROUTES = [{ group: GATEWAY_API, kind: "HTTPRoute" }] as const;

/** Port 80. It takes routes of the gateway's own namespace alone, so that no app can serve plain HTTP. */
export function redirectListener(): Listener {
  return {
    name: REDIRECT_LISTENER,
    port: 80,
    protocol: "HTTP",
    allowedRoutes: { kinds: HTTP_ROUTES, namespaces: { from: "Same" } },
  };
}

/** What a host's HTTPS listener is made from. */
export interface HttpsListenerArgs {
  readonly system: string;
  readonly host: string;
  /** Name of the Secret in the gateway's namespace that holds the host's certificate. */
  readonly secretName: string;
}

/** Port 443 of one host. It takes routes of the namespaces of the host's system alone. */
export function httpsListener({ system, host, secretName }: HttpsListenerArgs): Listener {
  return {
    name: httpsListenerName(system),
    hostname: host,
    port: 443,
    protocol: "HTTPS",
    tls: { mode: "Terminate", certificateRefs: [{ kind: "Secret", name: secretName }] },
    allowedRoutes: {
      kinds: HTTP_ROUTES,
      namespaces: { from: "Selector", selector: { matchLabels: { [SYSTEM_NAMESPACE_LABEL]: system } } },
    },
  };
}

/** Name of the HTTPS listener that all hosts share. */
export const SHARED_LISTENER = "https";

/**
 * Port 443 of every host at once, for a load balancer that ends TLS itself and begins it anew: it names no host when
 * it does (SNI), so that no listener of one host would take the connection. Routes are told apart by the request's
 * own host; which systems have one is the matter of the program alone.
 */
export function sharedListener(secretNames: readonly string[]): Listener {
  return {
    name: SHARED_LISTENER,
    port: 443,
    protocol: "HTTPS",
    tls: { mode: "Terminate", certificateRefs: secretNames.map((name) => ({ kind: "Secret", name })) },
    allowedRoutes: {
      kinds: HTTP_ROUTES,
      namespaces: {
        from: "Selector",
        selector: { matchExpressions: [{ key: SYSTEM_NAMESPACE_LABEL, operator: "Exists" }] },
      },
    },
  };
}

/** Name of the HTTPS listener of a system's host; routes name it as their `sectionName`. */
export function httpsListenerName(system: string): string {
  return `https-${system}`;
}
