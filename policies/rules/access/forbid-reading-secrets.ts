import { eachGrant, grantedOf, roleKinds, roleTypes } from "../../kubernetes/grants";
import { objectRule } from "../../kubernetes/objects";

const right = { group: "", resources: ["secrets"], verbs: ["get", "list", "watch"] };

/** Nobody reads all Secrets of a namespace. Applications get theirs as files; a role may read one that it names. */
export const forbidReadingSecrets = objectRule({
  name: "kubernetes-rbac-role-forbid-reading-secrets",
  area: "access",
  title: "Roles do not read Secrets",
  description: "No role gets, lists or watches Secrets but those that it names.",
  level: "mandatory",
  severity: "high",
  checks: [31],
  ids: ["CIS 4.1.2"],
  remedy: "Mount the Secret into the pod, or name it in resourceNames.",
  url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets",
  kinds: roleKinds,
  types: roleTypes,
  judge: (role, judgement) => {
    eachGrant(role, judgement, (grant) => {
      const granted = grantedOf(grant, right);
      if (granted === undefined || grant.isNamed) return;
      judgement.report(
        `${grant.path}.resources`,
        `the role gives ${granted} of every name; mount the Secret into the pod, or name it in resourceNames.`,
      );
    });
  },
});
