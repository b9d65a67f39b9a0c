import { isAbsent, shown } from "../../core/json";
import { eachSecurityContext, hasOwnUsers, podRule } from "../../kubernetes/pods";

/** Said to be root, a container does not start where runAsNonRoot is kept, and is root on its node elsewhere. */
export const forbidRootUser = podRule({
  name: "kubernetes-core-pod-forbid-root-user",
  area: "pod-security",
  title: "No user is root",
  description: "No pod and no container sets runAsUser to 0, unless the pod has user ids of its own.",
  level: "mandatory",
  severity: "high",
  checks: [19],
  ids: ["C-0013", "PSS restricted"],
  remedy: "Set runAsUser to a number above 0, or leave it out where the image has a user that is not root.",
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  judge: (pod, judgement) => {
    eachSecurityContext(pod, judgement, ({ path, label, fields: context }) => {
      const user = context["runAsUser"];
      if (isAbsent(user) || (typeof user === "number" && user > 0) || hasOwnUsers(pod)) return;
      judgement.report(
        `${path}.runAsUser`,
        `${label} runs as user ${shown(user)}; set runAsUser to a number above 0.`,
      );
    });
  },
  cel: {
    validations: () => [
      {
        expression: "variables.hasOwnUsers || variables.contexts.all(c, c.?runAsUser.orValue(1) != 0)",
        message: "the pod or a container runs as user 0; set runAsUser to a number above 0.",
      },
    ],
  },
});
