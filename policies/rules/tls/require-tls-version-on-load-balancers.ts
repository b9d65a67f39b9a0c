import { isAbsent, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** Policies of AWS by their names: with TLS 1.2 as the least, or 1.3 alone. */
const recent = /^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)-/;

/** Where nothing is said AWS takes ELBSecurityPolicy-2016-08, which lets TLS 1.0 in. */
export const requireTlsVersionOnLoadBalancers = resourceRule({
  name: "aws-lb-listener-require-tls-version",
  area: "tls",
  title: "Load balancers speak TLS 1.2 or newer",
  description:
    "Every HTTPS or TLS listener of a load balancer has a security policy without TLS 1.0 and 1.1.",
  level: "mandatory",
  severity: "high",
  checks: [34],
  ids: ["CIS 5.4.5"],
  remedy: "Set sslPolicy to ELBSecurityPolicy-TLS13-1-2-2021-06 or a newer one.",
  url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
  types: ["aws:lb/listener:Listener", "aws:alb/listener:Listener"],
  judge: ({ props }, judgement) => {
    judgement.part(() => {
      const protocol = props["protocol"];
      const policy = props["sslPolicy"];
      if (protocol !== "HTTPS" && protocol !== "TLS" && isAbsent(policy)) return;
      if (typeof policy === "string" && recent.test(policy)) return;
      judgement.report(
        "sslPolicy",
        `the security policy is ${shown(policy)}, which lets TLS older than 1.2 in; set ELBSecurityPolicy-TLS13-1-2-2021-06 or a newer one.`,
      );
    });
  },
});
