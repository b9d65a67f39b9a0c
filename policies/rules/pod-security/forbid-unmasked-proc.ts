import { at, isAbsent, shown } from "../../core/json";
import { eachContainer, podRule } from "../../kubernetes/pods";

/** Unmasked, /proc shows the kernel's keys and memory; `restricted` allows it not even with user ids of its own. */
export const forbidUnmaskedProc = podRule({
  name: "kubernetes-core-pod-forbid-unmasked-proc",
  area: "pod-security",
  title: "/proc is masked",
  description: "No container has another procMount than Default.",
  level: "mandatory",
  severity: "medium",
  checks: [],
  ids: ["PSS restricted"],
  remedy: "Leave securityContext.procMount out, or set it to Default.",
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  judge: (pod, judgement) => {
    eachContainer(pod, judgement, ({ path, label, fields: container }) => {
      const mount = at(container, "securityContext", "procMount");
      if (isAbsent(mount) || mount === "Default") return;
      judgement.report(
        `${path}.securityContext.procMount`,
        `${label} sees all of /proc: procMount is ${shown(mount)}; set it to Default or leave it out.`,
      );
    });
  },
  cel: {
    validations: () => [
      {
        expression:
          "variables.containers.all(c, c.?securityContext.?procMount.orValue('Default') == 'Default')",
        message: "a container sees all of /proc; set procMount to Default or leave it out.",
      },
    ],
  },
});
