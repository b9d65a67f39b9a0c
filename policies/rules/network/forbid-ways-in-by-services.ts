import { celTexts } from "../../core/cel";
import { at, isAbsent, shown } from "../../core/json";
import { nameOf, objectRule } from "../../kubernetes/objects";

/** What comes from outside comes through the gateway, where TLS, limits and the firewall are. */
export const forbidWaysInByServices = objectRule({
  name: "kubernetes-core-service-forbid-load-balancer",
  area: "network",
  title: "No Service beside the gateway is reached from outside",
  description: "No Service outside the gateway's namespace is of type LoadBalancer or NodePort.",
  level: "mandatory",
  severity: "high",
  checks: [42],
  ids: [],
  remedy: "Make the Service ClusterIP, and give it a route on the gateway.",
  url: "https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types",
  parameters: {
    namespaces: {
      type: "array",
      items: { type: "string" },
      default: ["envoy-gateway-system"],
      description: "Namespaces whose Services may be reached from outside: the gateway's.",
    },
  },
  kinds: ["/Service"],
  types: ["kubernetes:core/v1:Service"],
  judge: (object, judgement, settings) => {
    const type = at(object.fields, "spec", "type");
    if (isAbsent(type) || type === "ClusterIP" || type === "ExternalName") return;
    // An unknown one is not decided, for which nameOf would take it for none.
    const namespace = at(object.fields, "metadata", "namespace");
    if (typeof namespace === "string" && settings.texts("namespaces").includes(namespace)) return;
    judgement.report(
      `${object.path}spec.type`,
      `the Service ${shown(nameOf(object).name)} is of type ${shown(type)}, a way in beside the gateway; make it ClusterIP and give it a route.`,
    );
  },
  cel: {
    resources: ["/v1/services"],
    validations: (settings) => [
      {
        expression: `object.spec.?type.orValue('ClusterIP') in ['ClusterIP', 'ExternalName'] || object.metadata.?namespace.orValue('') in ${celTexts(settings.texts("namespaces"))}`,
        message:
          "the Service is of type LoadBalancer or NodePort, a way in beside the gateway; make it ClusterIP and give it a route.",
      },
    ],
  },
});
