import { at, list, shown } from "../../core/json";
import type { Fields } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** Tag of a listener of plain TCP on port 80, by which its maker answers for what stands behind it. */
const REDIRECTS = "slipway:redirects-to";

/** A listener of a load balancer encrypts, hands encrypted connections on, or only redirects to HTTPS. */
export const requireTlsOnLoadBalancers = resourceRule({
  name: "aws-lb-listener-require-tls",
  area: "tls",
  title: "Load balancers use TLS",
  description: "Every listener of a load balancer uses TLS or only redirects to it.",
  level: "mandatory",
  severity: "critical",
  checks: [34],
  ids: ["CIS 5.4.5"],
  remedy:
    "Give the listener protocol HTTPS or TLS and a certificate, or one default action that redirects to HTTPS.",
  url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html",
  types: ["aws:lb/listener:Listener", "aws:alb/listener:Listener"],
  judge: ({ props }, judgement) => {
    judgement.part(() => {
      if (isEncrypted(props)) return;
      const protocol = props["protocol"];
      const redirects = list(props["defaultActions"]).map((action) => at(action, "redirect", "protocol"));
      if (redirects.length > 0 && redirects.every((to) => to === "HTTPS")) return;
      judgement.report(
        "protocol",
        `the listener has protocol ${shown(protocol)} and does not only redirect to HTTPS; use HTTPS or TLS, or for TCP on port 80, behind which something redirects, the tag ${REDIRECTS}: https.`,
      );
    });
  },
});

/** Whether what comes by a listener is encrypted, or what stands behind it only redirects. */
export function isEncrypted(listener: Fields): boolean {
  const { protocol, port } = listener;
  if (protocol === "HTTPS" || protocol === "TLS") return true;
  // A network load balancer hands connections on; the TLS ends at the gateway behind it.
  if (protocol === "TCP" && port === 443) return true;
  // Nor can it redirect: that too is the gateway's, whose plain listener is held to it.
  return protocol === "TCP" && port === 80 && at(listener["tags"], REDIRECTS) === "https";
}
