import { at, fields, list, shown } from "../../core/json";
import { objectRule } from "../../kubernetes/objects";
import {
  celIsPublicParent,
  celRedirectsToHttps,
  isPublicParent,
  onlyRedirects,
} from "../../kubernetes/routes";

/** A route attaches to every listener that lets it in unless it names one, so a route that names none is served in plain. */
export const requireTlsOnRoutes = objectRule({
  name: "kubernetes-gateway-route-require-tls",
  area: "tls",
  title: "Public routes use TLS",
  description:
    "Every route names a listener whose name starts with https; a route that only redirects to HTTPS may name another.",
  level: "mandatory",
  severity: "critical",
  checks: [34],
  ids: ["CIS 5.4.5"],
  remedy: "Name the HTTPS listener in each parentRefs[].sectionName, such as https-daira.",
  url: "https://gateway-api.sigs.k8s.io/reference/spec/#parentreference",
  kinds: [
    "gateway.networking.k8s.io/HTTPRoute",
    "gateway.networking.k8s.io/GRPCRoute",
    "gateway.networking.k8s.io/TCPRoute",
  ],
  types: [
    "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
    "kubernetes:gateway.networking.k8s.io/v1:GRPCRoute",
    "kubernetes:gateway.networking.k8s.io/v1:TCPRoute",
  ],
  judge: (route, judgement) => {
    const spec = fields(route.fields["spec"]);
    if (onlyRedirects(spec)) return;
    list(spec["parentRefs"]).forEach((parent, index) => {
      judgement.part(() => {
        if (!isPublicParent(parent)) return;
        const section = at(parent, "sectionName");
        if (typeof section === "string" && section.startsWith("https")) return;
        judgement.report(
          `${route.path}spec.parentRefs[${index}].sectionName`,
          `the route attaches to listener ${shown(section)}, which may be plain HTTP; name an HTTPS listener in parentRefs[].sectionName.`,
        );
      });
    });
  },
  cel: {
    resources: [
      "gateway.networking.k8s.io/v1/httproutes",
      "gateway.networking.k8s.io/v1/grpcroutes",
      "gateway.networking.k8s.io/v1/tcproutes",
    ],
    variables: [
      { name: "rules", expression: "object.?spec.?rules.orValue([])" },
      {
        name: "onlyRedirects",
        expression: `size(variables.rules) > 0 && variables.rules.all(r, ${celRedirectsToHttps})`,
      },
    ],
    validations: () => [
      {
        expression: `variables.onlyRedirects || object.?spec.?parentRefs.orValue([]).all(p, !(${celIsPublicParent}) || p.?sectionName.orValue('').startsWith('https'))`,
        message:
          "the route attaches to a listener that may be plain HTTP; name an HTTPS listener in parentRefs[].sectionName.",
      },
    ],
  },
});
