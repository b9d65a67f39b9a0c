import type { Right } from "../../kubernetes/grants";
import { eachGrant, grantedOf, roleKinds, roleTypes } from "../../kubernetes/grants";
import { objectRule } from "../../kubernetes/objects";

/** These count by their verb alone, whatever the resource: they mean nothing else anywhere. */
const verbs: readonly unknown[] = ["bind", "escalate", "impersonate"];

/** What lets one act with rights that one was not given, and whether a list of names makes it harmless. */
const rights: readonly (Right & { readonly unlessNamed?: true })[] = [
  {
    group: "rbac.authorization.k8s.io",
    resources: ["clusterroles", "roles"],
    verbs: ["bind", "escalate"],
  },
  { group: "", resources: ["users", "groups", "serviceaccounts"], verbs: ["impersonate"] },
  { group: "", resources: ["serviceaccounts/token"], verbs: ["create"], unlessNamed: true },
  {
    group: "admissionregistration.k8s.io",
    resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
    verbs: ["create", "update", "patch"],
    unlessNamed: true,
  },
];

/** Nobody may take rights that he was not given: by roles, as somebody else, or by changing objects on their way. */
export const forbidEscalation = objectRule({
  name: "kubernetes-rbac-role-forbid-escalation",
  area: "access",
  title: "Roles give no way to more rights",
  description:
    "No role gives bind, escalate or impersonate, tokens of all service accounts, or changes of all webhooks.",
  level: "mandatory",
  severity: "critical",
  checks: [31],
  ids: ["CIS 4.1.8", "CIS 4.1.11", "CIS 4.1.12", "C-0035"],
  remedy: "Take the verb out, or name the objects in resourceNames where that is allowed.",
  url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks",
  kinds: roleKinds,
  types: roleTypes,
  judge: (role, judgement) => {
    eachGrant(role, judgement, (grant) => {
      const verb = grant.verbs.find((one) => verbs.includes(one));
      const granted = rights.flatMap((right) => {
        const one = grantedOf(grant, right);
        return one === undefined || (right.unlessNamed && grant.isNamed) ? [] : [one];
      });
      const worst = typeof verb === "string" ? verb : granted[0];
      if (worst === undefined) return;
      judgement.report(
        `${grant.path}.verbs`,
        `the role gives ${worst}, by which one gets rights that one was not given; take it out.`,
      );
    });
  },
});
