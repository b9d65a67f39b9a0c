import type { ReportViolation, ResourceValidationPolicy } from "@pulumi/policy";
import { fields, Judgement, list, shown } from "../../unknowns";
import type { Fields } from "../../unknowns";

/** Tag of a listener of plain TCP on port 80, by which its maker answers for what stands behind it. */
const REDIRECTS = "slipway:redirects-to";

/**
 * Listeners of a Gateway, Ingress objects and listeners of an AWS load balancer encrypt. One listener of plain HTTP is
 * allowed: the one that only redirects. Routes of other namespaces cannot attach to it, and
 * `kubernetes-gateway-route-require-tls` sees to what its own namespace attaches.
 */
export const requireTlsOnListeners: ResourceValidationPolicy = {
  name: "kubernetes-gateway-listener-require-tls",
  displayName: "Public listeners use TLS",
  description: "Every public listener terminates or passes through TLS; plain HTTP only redirects to HTTPS.",
  enforcementLevel: "mandatory",
  severity: "critical",
  framework: {
    name: "CIS Amazon EKS Benchmark",
    version: "1.8.0",
    reference: "5.4.5",
    specification: "Encrypt traffic to HTTPS load balancers with TLS certificates",
  },
  remediationSteps:
    "Give the listener protocol HTTPS and a certificate; let an HTTP listener take routes of its own namespace only.",
  url: "https://gateway-api.sigs.k8s.io/guides/tls/",
  validateResource: (args, report) => {
    const judgement = new Judgement();
    if (/^kubernetes:gateway\.networking\.k8s\.io\/[^:]+:Gateway$/.test(args.type)) {
      judgement.part(() => {
        for (const listener of list(fields(args.props["spec"])["listeners"])) {
          judgement.part(() => judgeListener(fields(listener), report));
        }
      });
    } else if (/^kubernetes:(networking\.k8s\.io|extensions)\/[^:]+:Ingress$/.test(args.type)) {
      judgement.part(() => {
        if (list(fields(args.props["spec"])["tls"]).length === 0)
          report("the Ingress has no tls block; use a Gateway with an HTTPS listener.");
      });
    } else if (args.type === "aws:lb/listener:Listener") {
      judgement.part(() => judgeLoadBalancer(args.props, report));
    }
    judgement.end();
  },
};

function judgeListener(listener: Fields, report: ReportViolation): void {
  const at = `listeners[${shown(listener["name"]).replaceAll('"', "")}]`;
  const protocol = listener["protocol"];
  if (protocol === "HTTPS" || protocol === "TLS") {
    const tls = fields(listener["tls"]);
    if (tls["mode"] !== "Passthrough" && list(tls["certificateRefs"]).length === 0) {
      report(`${at} terminates TLS without a certificate; name one in tls.certificateRefs.`);
    }
  } else if (protocol === "HTTP") {
    const from = fields(fields(listener["allowedRoutes"])["namespaces"])["from"];
    // Absent means Same: https://gateway-api.sigs.k8s.io/reference/spec/#routenamespaces
    if (from !== undefined && from !== null && from !== "Same" && from !== "None") {
      report(
        `${at} takes plain HTTP from routes of namespaces ${shown(from)}; use HTTPS, or allow only Same and redirect there.`,
      );
    }
  } else {
    report(`${at} has protocol ${shown(protocol)}, which is not encrypted; use HTTPS or TLS.`);
  }
}

function judgeLoadBalancer(props: Fields, report: ReportViolation): void {
  const protocol = props["protocol"];
  if (protocol === "HTTPS" || protocol === "TLS") return;
  // A network load balancer hands connections on; the TLS ends at the gateway behind it.
  if (protocol === "TCP" && props["port"] === 443) return;
  // Nor can it redirect: that too is the gateway's, whose plain listener is held to it above.
  if (protocol === "TCP" && props["port"] === 80 && fields(props["tags"])[REDIRECTS] === "https") return;
  const redirects = list(props["defaultActions"]).map(
    (action) => fields(fields(action)["redirect"])["protocol"],
  );
  if (redirects.length === 0 || redirects.some((to) => to !== "HTTPS")) {
    report(
      `the listener has protocol ${shown(protocol)} and does not only redirect to HTTPS; use HTTPS or TLS, or for TCP on port 80, behind which something redirects, the tag ${REDIRECTS}: https.`,
    );
  }
}
