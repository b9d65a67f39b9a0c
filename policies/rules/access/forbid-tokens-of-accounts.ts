import { isAbsent, shown } from "../../core/json";
import { nameOf, objectRule } from "../../kubernetes/objects";

/**
 * A service account hands its token to no pod by itself; a pod that needs one says so. Kubernetes makes the account
 * `default` of each namespace, without saying anything: that one may stay silent, for no pod uses it.
 */
export const forbidTokensOfAccounts = objectRule({
  name: "kubernetes-core-serviceaccount-forbid-token",
  area: "access",
  title: "Service accounts hand out no token",
  description: "Every service account says automountServiceAccountToken: false.",
  level: "mandatory",
  severity: "medium",
  checks: [30],
  ids: ["CIS 4.1.5", "CIS 4.1.6", "C-0034"],
  remedy:
    "Set automountServiceAccountToken: false on the service account, and true on the pods that need it.",
  url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
  kinds: ["/ServiceAccount"],
  types: ["kubernetes:core/v1:ServiceAccount"],
  judge: (object, judgement) => {
    const mounts = object.fields["automountServiceAccountToken"];
    if (mounts === false || (isAbsent(mounts) && nameOf(object).name === "default")) return;
    judgement.report(
      `${object.path}automountServiceAccountToken`,
      `automountServiceAccountToken is ${shown(mounts)}; set it to false, and to true on the pods that need a token.`,
    );
  },
  cel: {
    resources: ["/v1/serviceaccounts"],
    validations: () => [
      {
        expression:
          "object.?automountServiceAccountToken.orValue(object.metadata.?name.orValue('') != 'default') == false",
        message:
          "the service account hands its token to every pod; set automountServiceAccountToken: false, and true on the pods that need it.",
      },
    ],
  },
});
