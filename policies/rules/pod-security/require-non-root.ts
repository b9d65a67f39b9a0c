import type { ResourceValidationPolicy } from "@pulumi/policy";
import { containersOf, podSpecOf } from "../../kubernetes/pods";
import { fields, Judgement, shown } from "../../unknowns";

/**
 * Containers run as a user that is not root. A container's own security context takes precedence over its pod's,
 * as Kubernetes has it.
 */
export const requireNonRoot: ResourceValidationPolicy = {
  name: "kubernetes-core-pod-require-non-root",
  displayName: "Containers run as non-root",
  description: "Every container says runAsNonRoot: true, and its user is not 0.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["C-0013"],
  remediationSteps:
    "Set securityContext.runAsNonRoot: true and a runAsUser above 0, on the pod or the container.",
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  validateResource: (args, report) => {
    const pod = podSpecOf(args.type, args.props);
    if (pod === undefined) return;
    const judgement = new Judgement();
    let podContext: ReturnType<typeof fields> = {};
    judgement.part(() => (podContext = fields(pod["securityContext"])));
    judgement.part(() => {
      for (const container of containersOf(pod)) {
        const own = (): ReturnType<typeof fields> => fields(container.fields["securityContext"]);
        judgement.part(() => {
          const nonRoot = own()["runAsNonRoot"] ?? podContext["runAsNonRoot"];
          if (nonRoot !== true) {
            report(
              `${container.at} may run as root: runAsNonRoot is ${shown(nonRoot)}; set it to true on the container or its pod.`,
            );
          }
        });
        judgement.part(() => {
          const user = own()["runAsUser"] ?? podContext["runAsUser"];
          if (user !== undefined && user !== null && !(typeof user === "number" && user > 0)) {
            report(`${container.at} runs as user ${shown(user)}; set runAsUser to a number above 0.`);
          }
        });
      }
    });
    judgement.end();
  },
};
