import { at, shown } from "../../core/json";
import { objectRule } from "../../kubernetes/objects";

const retired = "k8s.io/ingress-nginx";

/**
 * No Ingress: its API is frozen, and ingress-nginx, which most of them were made for, gets no security fixes since
 * March 2026. Annotations for it, of rate limits and headers, mean nothing to others.
 */
export const forbidIngress = objectRule({
  name: "kubernetes-networking-ingress-forbid-object",
  area: "lifecycle",
  title: "Routes instead of Ingress objects",
  description: "There is no Ingress, and no IngressClass of ingress-nginx.",
  level: "mandatory",
  severity: "high",
  checks: [15],
  ids: ["C-0292"],
  remedy: "Write an HTTPRoute on the gateway.",
  url: "https://gateway-api.sigs.k8s.io/guides/getting-started/migrating-from-ingress/",
  kinds: ["networking.k8s.io/Ingress", "extensions/Ingress", "networking.k8s.io/IngressClass"],
  // An Ingress has no fixture that keeps the rule.
  types: ["kubernetes:networking.k8s.io/v1:IngressClass"],
  judge: (object, judgement) => {
    if (object.kind === "Ingress") {
      judgement.report(`${object.path}kind`, "an Ingress is retired; write an HTTPRoute on the gateway.");
      return;
    }
    const controller = at(object.fields, "spec", "controller");
    if (controller !== retired) return;
    judgement.report(
      `${object.path}spec.controller`,
      `the class is of ${shown(controller)}, which is retired; use the gateway.`,
    );
  },
  cel: {
    resources: ["networking.k8s.io/v1/ingresses", "networking.k8s.io/v1/ingressclasses"],
    validations: () => [
      {
        expression: "object.kind != 'Ingress'",
        message: "an Ingress is retired; write an HTTPRoute on the gateway.",
      },
      {
        expression: `dyn(object).?spec.?controller.orValue('') != '${retired}'`,
        message: "the class is of ingress-nginx, which is retired; use the gateway.",
      },
    ],
  },
});
