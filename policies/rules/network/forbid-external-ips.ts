import { at, isAbsent } from "../../core/json";
import { objectRule } from "../../kubernetes/objects";

/** A Service with external addresses gets traffic of the cluster to those addresses (CVE-2020-8554). */
export const forbidExternalIps = objectRule({
  name: "kubernetes-core-service-forbid-external-ips",
  area: "network",
  title: "No Service has external addresses",
  description: "No Service has externalIPs.",
  level: "mandatory",
  severity: "high",
  checks: [42],
  ids: ["CVE-2020-8554"],
  remedy: "Take spec.externalIPs out; Kubernetes deprecates the field in 1.36.",
  url: "https://github.com/kubernetes/kubernetes/issues/97076",
  kinds: ["/Service"],
  types: ["kubernetes:core/v1:Service"],
  judge: (object, judgement) => {
    const addresses = at(object.fields, "spec", "externalIPs");
    if (isAbsent(addresses) || (Array.isArray(addresses) && addresses.length === 0)) return;
    judgement.report(
      `${object.path}spec.externalIPs`,
      "the Service has externalIPs, to which it draws traffic of others; take them out.",
    );
  },
  cel: {
    resources: ["/v1/services"],
    validations: () => [
      {
        expression: "size(object.spec.?externalIPs.orValue([])) == 0",
        message: "the Service has externalIPs, to which it draws traffic of others; take them out.",
      },
    ],
  },
});
