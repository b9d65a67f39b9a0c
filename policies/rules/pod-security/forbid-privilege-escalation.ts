import { at, isAbsent, list, shown } from "../../core/json";
import { eachContainer, isWindows, podRule } from "../../kubernetes/pods";
import { podRemedy } from "../../kubernetes/remedies";

/** With it a process may gain rights that its parent does not have, through setuid programs. */
export const forbidPrivilegeEscalation = podRule({
  name: "kubernetes-core-pod-forbid-privilege-escalation",
  area: "pod-security",
  title: "Processes cannot gain rights",
  description: "Every container says allowPrivilegeEscalation: false.",
  level: "mandatory",
  severity: "high",
  checks: [18],
  ids: ["CIS 4.2.5", "C-0016", "PSS restricted"],
  remedy: "Set securityContext.allowPrivilegeEscalation: false on the container; on a pod it is no field.",
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  judge: (pod, judgement) => {
    eachContainer(pod, judgement, ({ path, label, fields: container }) => {
      const value = at(container, "securityContext", "allowPrivilegeEscalation");
      if (value === false || isWindows(pod)) return;
      judgement.report(
        `${path}.securityContext.allowPrivilegeEscalation`,
        `${label} may gain rights: allowPrivilegeEscalation is ${shown(value)}; set it to false.`,
      );
    });
  },
  cel: {
    validations: () => [
      {
        expression:
          "variables.isWindows || variables.containers.all(c, c.?securityContext.?allowPrivilegeEscalation.orValue(true) == false)",
        message: "a container may gain rights; set allowPrivilegeEscalation: false on it.",
      },
    ],
  },
  remediate: podRemedy((pod, change) => {
    if (isWindows(pod)) return;
    change.eachContainer((container) => {
      const of = (field: string): unknown => at(container, "securityContext", field);
      const value = of("allowPrivilegeEscalation");
      if (!isAbsent(value) && value !== true) return;
      // The API server refuses false beside either of these, and another rule refuses them.
      const added = list(at(container, "securityContext", "capabilities", "add"));
      if (of("privileged") === true || added.includes("CAP_SYS_ADMIN") || added.includes("SYS_ADMIN")) return;
      change.set(container, ["securityContext", "allowPrivilegeEscalation"], false);
    });
  }),
});
