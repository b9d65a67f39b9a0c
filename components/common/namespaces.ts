import { MONITORING_NAMESPACE, NODE_AGENTS_NAMESPACE } from "./monitoring";

/** Namespaces of the platform's own parts, by what lives there. No system may take one. */
export const platformNamespaces = {
  /** Envoy Gateway and, by its default, the proxies that it makes for any gateway. */
  envoyGateway: "envoy-gateway-system",
  certManager: "cert-manager",
  externalDns: "external-dns",
  /** The gateway that all public hosts share. */
  edge: "edge",
  monitoring: MONITORING_NAMESPACE,
  nodeAgents: NODE_AGENTS_NAMESPACE,
} as const;
