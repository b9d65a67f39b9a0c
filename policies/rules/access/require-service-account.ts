import { shown } from "../../core/json";
import { podRule } from "../../kubernetes/pods";

/** Rights are given to service accounts, so pods that share `default` would share what any of them is given. */
export const requireServiceAccount = podRule({
  name: "kubernetes-core-pod-require-service-account",
  area: "access",
  title: "Pods have their own service account",
  description: "Every pod names a service account that is not default.",
  level: "mandatory",
  severity: "medium",
  checks: [30],
  ids: ["CIS 4.1.5", "C-0034"],
  remedy: "Make a ServiceAccount for the workload and name it in serviceAccountName.",
  url: "https://kubernetes.io/docs/concepts/security/service-accounts/",
  judge: (pod, judgement) => {
    judgement.part(() => {
      const account = accountOf(pod.spec);
      if (isDedicated(account)) return;
      judgement.report(
        `${pod.path}.serviceAccountName`,
        `the service account is ${shown(account)}; name one of the pod's own.`,
      );
    });
  },
  cel: {
    validations: () => [
      {
        expression: `${celAccount} != 'default'`,
        message: "the pod runs as the service account default; name one of its own in serviceAccountName.",
      },
    ],
  },
});

/** The service account of a pod: the old field holds only where the new one is empty. */
export function accountOf(spec: Readonly<Record<string, unknown>>): unknown {
  const account = spec["serviceAccountName"];
  return account === undefined || account === null || account === "" ? spec["serviceAccount"] : account;
}

/** Whether it is one of the pod's own; without a name it is `default`. */
export function isDedicated(account: unknown): boolean {
  return typeof account === "string" && account !== "" && account !== "default";
}

/** The same for the API server. */
export const celAccount =
  "[variables.pod.?serviceAccountName.orValue(''), variables.pod.?serviceAccount.orValue(''), dyn('default')].filter(a, a != '')[0]";
