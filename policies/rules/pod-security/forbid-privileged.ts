import { at, isAbsent, shown } from "../../core/json";
import { eachContainer, podRule } from "../../kubernetes/pods";

/** A privileged container is root on its node. */
export const forbidPrivileged = podRule({
  name: "kubernetes-core-pod-forbid-privileged",
  area: "pod-security",
  title: "Containers are not privileged",
  description: "No container is privileged.",
  level: "mandatory",
  severity: "critical",
  checks: [16],
  ids: ["CIS 4.2.1", "C-0057", "PSS restricted"],
  remedy: "Leave securityContext.privileged out, or set it to false.",
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
  judge: (pod, judgement) => {
    eachContainer(pod, judgement, ({ path, label, fields: container }) => {
      const privileged = at(container, "securityContext", "privileged");
      if (isAbsent(privileged) || privileged === false) return;
      judgement.report(
        `${path}.securityContext.privileged`,
        `${label} is privileged: privileged is ${shown(privileged)}; set it to false or leave it out.`,
      );
    });
  },
  cel: {
    validations: () => [
      {
        expression: "variables.containers.all(c, c.?securityContext.?privileged.orValue(false) != true)",
        message: "a container is privileged; set privileged to false or leave it out.",
      },
    ],
  },
});
