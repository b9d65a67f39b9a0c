import { isForEverybody, isScopedBy, statementsOf } from "../../aws/documents";
import { isAbsent } from "../../core/json";
import { resourceRule } from "../../core/rule";

const template = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate";

/** Condition keys by which a statement about everybody is about somebody. */
const scopes = new Set([
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:principalaccount",
  "aws:principalarn",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceorgid",
  "aws:sourcevpc",
  "aws:sourcevpce",
]);

/** An image holds the code and, too often, more. */
export const forbidPublicImages = resourceRule({
  name: "aws-ecr-repository-forbid-public-policy",
  area: "cloud",
  title: "Images are not public",
  description: "No policy of a repository or the registry lets everybody in.",
  level: "mandatory",
  severity: "critical",
  checks: [12],
  ids: ["CIS 5.1.1", "CIS 5.1.2", "CIS 5.1.3", "PR ecr_*"],
  remedy: "Name the accounts that may pull, or your organization by the condition aws:PrincipalOrgID.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
  types: ["aws:ecr/repositoryPolicy:RepositoryPolicy", "aws:ecr/registryPolicy:RegistryPolicy", template],
  judge: ({ type, props }, judgement) => {
    judgement.part(() => {
      const field = type === template ? "repositoryPolicy" : "policy";
      const policy = props[field];
      if (isAbsent(policy)) return;
      const statements = statementsOf(policy);
      if (statements === undefined) {
        judgement.report(field, "this is no policy, so nobody can tell whom it lets in; write one in JSON.");
      }
      for (const { path, fields: statement } of statements ?? []) {
        judgement.part(() => {
          if (statement["Effect"] === "Deny") return;
          // Whoever is not named is everybody else.
          const isPublic = isForEverybody(statement) || !isAbsent(statement["NotPrincipal"]);
          if (!isPublic || isScopedBy(statement, scopes)) return;
          judgement.report(`${field}.${path}`, "everybody is let in; name accounts or an organization.");
        });
      }
    });
  },
});
