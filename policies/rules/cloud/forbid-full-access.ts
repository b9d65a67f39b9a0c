import { isEverything, statementsOf, textsOf } from "../../aws/documents";
import { fields, isAbsent, shown } from "../../core/json";
import type { Judgement } from "../../core/judgement";
import { resourceRule } from "../../core/rule";

const role = "aws:iam/role:Role";

/** Whoever may change identities may become any of them. */
const allOfIam = /^iam:\*+$/i;

/** What one policy allows that is as good as everything. */
function judgePolicy(policy: unknown, path: string, judgement: Judgement): void {
  if (isAbsent(policy) || policy === "") return;
  const statements = statementsOf(policy);
  if (statements === undefined) {
    judgement.report(path, "this is no policy, so nobody can tell what it allows; write one in JSON.");
  }
  for (const { path: inner, fields: statement } of statements ?? []) {
    judgement.part(() => {
      if (statement["Effect"] === "Deny" || !isOfAll(statement["Resource"], statement["NotResource"])) return;
      const wide = textsOf(statement["Action"]).find(
        (action) => isEverything(action) || allOfIam.test(action),
      );
      if (wide === undefined && isAbsent(statement["NotAction"])) return;
      const what = wide === undefined ? "all actions but those of NotAction" : shown(wide);
      judgement.report(
        `${path}.${inner}`,
        `${what} on every resource is as good as administrator; name the actions and resources that are needed.`,
      );
    });
  }
}

function isOfAll(resource: unknown, notResource: unknown): boolean {
  return !isAbsent(notResource) || textsOf(resource).some(isEverything);
}

/** Rights that an attacker gets with the first hole of a workload. */
export const forbidFullAccess = resourceRule({
  name: "aws-iam-policy-forbid-full-access",
  area: "cloud",
  title: "Policies allow what is needed",
  description: "No policy allows every action, or all of IAM, on every resource.",
  level: "mandatory",
  severity: "critical",
  checks: [32],
  ids: ["CIS 5.2.1", "BPG"],
  remedy: "Name actions and resources; what a workload really calls is in CloudTrail and in Access Analyzer.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  types: [
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
    role,
  ],
  judge: ({ type, props }, judgement) => {
    judgement.part(() => {
      if (type !== role) {
        judgePolicy(props["policy"], "policy", judgement);
        return;
      }
      judgement.each(props["inlinePolicies"], (item, index) => {
        judgePolicy(fields(item)["policy"], `inlinePolicies[${index}].policy`, judgement);
      });
    });
  },
});
