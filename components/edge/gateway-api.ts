import type * as pulumi from "@pulumi/pulumi";
import { SYSTEM_NAMESPACE_LABEL } from "../common/gateway-api";
import type { Manifest, NamedMetadata } from "../common/gateway-api";

const GATEWAY_API = "gateway.networking.k8s.io";
const ENVOY_API = "gateway.envoyproxy.io";

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
    readonly certificateRefs: readonly [{ readonly kind: "Secret"; readonly name: string }];
  };
  readonly allowedRoutes: {
    readonly kinds: readonly [{ readonly group: typeof GATEWAY_API; readonly kind: "HTTPRoute" }];
    readonly namespaces:
      | { readonly from: "Same" }
      | {
          readonly from: "Selector";
          readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
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

export interface ClientTrafficPolicySpec {
  readonly targetRefs: readonly [
    { readonly group: typeof GATEWAY_API; readonly kind: "Gateway"; readonly name: pulumi.Input<string> },
  ];
  readonly tls: { readonly minVersion: "1.2" | "1.3" };
}

export function gatewayClass(name: string): Manifest<"GatewayClass", GatewayClassSpec> {
  return {
    apiVersion: `${GATEWAY_API}/v1`,
    kind: "GatewayClass",
    metadata: { name },
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

/** Refuses clients that speak less than TLS 1.2 on any listener of a gateway. */
export function tlsPolicy(
  metadata: NamedMetadata,
  gatewayName: pulumi.Input<string>,
): Manifest<"ClientTrafficPolicy", ClientTrafficPolicySpec> {
  return {
    apiVersion: `${ENVOY_API}/v1alpha1`,
    kind: "ClientTrafficPolicy",
    metadata,
    spec: {
      targetRefs: [{ group: GATEWAY_API, kind: "Gateway", name: gatewayName }],
      tls: { minVersion: "1.2" },
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

/** Name of the HTTPS listener of a system's host; routes name it as their `sectionName`. */
export function httpsListenerName(system: string): string {
  return `https-${system}`;
}
