import { at, isAbsent, list, shown } from "../../core/json";
import type { Judgement } from "../../core/judgement";
import { objectRule } from "../../kubernetes/objects";

/**
 * Listeners of a Gateway or a ListenerSet and Ingress objects encrypt. One listener of plain HTTP is allowed: the one
 * that only redirects. Routes of other namespaces cannot attach to it, and `kubernetes-gateway-route-require-tls` sees
 * to what its own namespace attaches.
 */
export const requireTlsOnListeners = objectRule({
  name: "kubernetes-gateway-listener-require-tls",
  area: "tls",
  title: "Public listeners use TLS",
  description: "Every public listener terminates or passes through TLS; plain HTTP only redirects to HTTPS.",
  level: "mandatory",
  severity: "critical",
  checks: [34],
  ids: ["CIS 5.4.5"],
  remedy:
    "Give the listener protocol HTTPS and a certificate; let an HTTP listener take routes of its own namespace only.",
  url: "https://gateway-api.sigs.k8s.io/guides/tls/",
  kinds: [
    "gateway.networking.k8s.io/Gateway",
    "gateway.networking.k8s.io/ListenerSet",
    "networking.k8s.io/Ingress",
    "extensions/Ingress",
  ],
  types: [
    "kubernetes:gateway.networking.k8s.io/v1:Gateway",
    "kubernetes:gateway.networking.k8s.io/v1:ListenerSet",
    "kubernetes:networking.k8s.io/v1:Ingress",
  ],
  judge: (object, judgement) => {
    if (object.kind === "Ingress") {
      if (list(at(object.fields, "spec", "tls")).length > 0) return;
      judgement.report(
        `${object.path}spec.tls`,
        "the Ingress has no tls block; use a Gateway with an HTTPS listener.",
      );
      return;
    }
    list(at(object.fields, "spec", "listeners")).forEach((listener, index) => {
      judgement.part(() => judgeListener(listener, `${object.path}spec.listeners[${index}]`, judgement));
    });
  },
  cel: {
    resources: [
      "gateway.networking.k8s.io/v1/gateways",
      "gateway.networking.k8s.io/v1/listenersets",
      "networking.k8s.io/v1/ingresses",
    ],
    variables: [
      {
        name: "listeners",
        expression: "object.kind == 'Ingress' ? [] : dyn(object).?spec.?listeners.orValue([])",
      },
    ],
    validations: () => [
      {
        expression: "object.kind != 'Ingress' || size(dyn(object).?spec.?tls.orValue([])) > 0",
        message: "the Ingress has no tls block; use a Gateway with an HTTPS listener.",
      },
      {
        expression: "variables.listeners.all(l, l.protocol in ['HTTPS', 'TLS', 'HTTP'])",
        message: "a listener has a protocol that is not encrypted; use HTTPS or TLS.",
      },
      {
        expression:
          "variables.listeners.all(l, !(l.protocol in ['HTTPS', 'TLS']) || l.?tls.?mode.orValue('') == 'Passthrough' || size(l.?tls.?certificateRefs.orValue([])) > 0)",
        message: "a listener terminates TLS without a certificate; name one in tls.certificateRefs.",
      },
      {
        expression:
          "variables.listeners.all(l, l.protocol != 'HTTP' || l.?allowedRoutes.?namespaces.?from.orValue('Same') == 'Same')",
        message:
          "a listener takes plain HTTP from routes of other namespaces; use HTTPS, or allow only Same and redirect there.",
      },
    ],
  },
});

function judgeListener(listener: unknown, path: string, judgement: Judgement): void {
  const label = `listeners[${shown(at(listener, "name")).replaceAll('"', "")}]`;
  const protocol = at(listener, "protocol");
  if (protocol === "HTTPS" || protocol === "TLS") {
    if (at(listener, "tls", "mode") === "Passthrough") return;
    if (list(at(listener, "tls", "certificateRefs")).length > 0) return;
    judgement.report(
      `${path}.tls.certificateRefs`,
      `${label} terminates TLS without a certificate; name one in tls.certificateRefs.`,
    );
  } else if (protocol === "HTTP") {
    const from = at(listener, "allowedRoutes", "namespaces", "from");
    // Absent means Same: https://gateway-api.sigs.k8s.io/reference/spec/#routenamespaces
    if (isAbsent(from) || from === "Same") return;
    judgement.report(
      `${path}.allowedRoutes.namespaces.from`,
      `${label} takes plain HTTP from routes of namespaces ${shown(from)}; use HTTPS, or allow only Same and redirect there.`,
    );
  } else {
    judgement.report(
      `${path}.protocol`,
      `${label} has protocol ${shown(protocol)}, which is not encrypted; use HTTPS or TLS.`,
    );
  }
}
