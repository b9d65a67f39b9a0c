import type { ResourceValidationPolicy } from "@pulumi/policy";
import { fields, Judgement, list, shown } from "../../unknowns";
import type { Fields } from "../../unknowns";

const routes = /^kubernetes:gateway\.networking\.k8s\.io\/[^:]+:(HTTPRoute|GRPCRoute|TCPRoute)$/;

/** A route attaches to every listener that lets it in unless it names one, so a route that names none is served in plain. */
export const requireTlsOnRoutes: ResourceValidationPolicy = {
  name: "kubernetes-gateway-route-require-tls",
  displayName: "Public routes use TLS",
  description:
    "Every route names a listener whose name starts with https; a route that only redirects to HTTPS may name another.",
  enforcementLevel: "mandatory",
  severity: "critical",
  framework: {
    name: "CIS Amazon EKS Benchmark",
    version: "1.8.0",
    reference: "5.4.5",
    specification: "Encrypt traffic to HTTPS load balancers with TLS certificates",
  },
  remediationSteps: "Name the HTTPS listener in each parentRefs[].sectionName, such as https-daira.",
  url: "https://gateway-api.sigs.k8s.io/reference/spec/#parentreference",
  validateResource: (args, report) => {
    if (!routes.test(args.type)) return;
    const judgement = new Judgement();
    judgement.part(() => {
      const spec = fields(args.props["spec"]);
      if (onlyRedirects(spec)) return;
      const parents = list(spec["parentRefs"]).map(fields);
      // Routes between services of a mesh have a Service as their parent and no listener.
      const gateways = parents.filter((parent) => (parent["kind"] ?? "Gateway") === "Gateway");
      for (const parent of gateways) {
        judgement.part(() => {
          const section = parent["sectionName"];
          if (typeof section !== "string" || !section.startsWith("https")) {
            report(
              `the route attaches to listener ${shown(section)}, which may be plain HTTP; name an HTTPS listener in parentRefs[].sectionName.`,
            );
          }
        });
      }
    });
    judgement.end();
  },
};

function onlyRedirects(spec: Fields): boolean {
  const rules = list(spec["rules"]).map(fields);
  return (
    rules.length > 0 &&
    rules.every((rule) =>
      list(rule["filters"]).some((filter) => {
        const inner = fields(filter);
        return inner["type"] === "RequestRedirect" && fields(inner["requestRedirect"])["scheme"] === "https";
      }),
    )
  );
}
