import { shown } from "../../core/json";
import { podRule } from "../../kubernetes/pods";
import { accountOf, celAccount, isDedicated } from "./require-service-account";

/**
 * A pod holds no token of the API server unless it says so itself. What its service account says does not count: it
 * stands elsewhere and may change, and what the pod says goes before it.
 */
export const forbidUnneededTokens = podRule({
  name: "kubernetes-core-pod-forbid-unneeded-token",
  area: "access",
  title: "Pods mount no token unless they say so",
  description:
    "Every pod says automountServiceAccountToken: false, or true with a service account of its own.",
  level: "mandatory",
  severity: "medium",
  checks: [30],
  ids: ["CIS 4.1.6", "C-0034"],
  remedy:
    "Set automountServiceAccountToken: false on the pod; set it to true only where the pod calls the API server.",
  url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
  judge: (pod, judgement) => {
    const path = `${pod.path}.automountServiceAccountToken`;
    judgement.part(() => {
      const mounts = pod.spec["automountServiceAccountToken"];
      if (mounts === false) return;
      if (mounts !== true) {
        judgement.report(
          path,
          `automountServiceAccountToken is ${shown(mounts)}; set it to false, or to true if the pod calls the API server.`,
        );
      } else if (!isDedicated(accountOf(pod.spec))) {
        judgement.report(
          path,
          "the pod mounts a token of the service account default; give it one of its own, or set this to false.",
        );
      }
    });
  },
  cel: {
    validations: () => [
      {
        expression: "has(variables.pod.automountServiceAccountToken)",
        message:
          "the pod does not say whether it mounts a token; set automountServiceAccountToken to false, or to true if it calls the API server.",
      },
      {
        expression: `variables.pod.?automountServiceAccountToken.orValue(false) == false || ${celAccount} != 'default'`,
        message:
          "the pod mounts a token of the service account default; give it one of its own, or set automountServiceAccountToken to false.",
      },
    ],
  },
});
