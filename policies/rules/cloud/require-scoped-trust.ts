import { isForEverybody, isScopedBy, principalsOf, statementsOf } from "../../aws/documents";
import { isAbsent } from "../../core/json";
import { resourceRule } from "../../core/rule";
import type { Fields } from "../../core/json";

/** By which conditions a role is for the pods of one service account: the tags that Pod Identity puts on a session. */
const ofOneAccount = ["aws:requesttag/kubernetes-namespace", "aws:requesttag/kubernetes-service-account"];
/** And of one cluster, by its tag or by who asks. */
const ofOneCluster = new Set([
  "aws:requesttag/eks-cluster-arn",
  "aws:requesttag/eks-cluster-name",
  "aws:sourcearn",
]);
const ofOneAccountId = new Set(["aws:sourceaccount", ...ofOneCluster]);

/** What is wrong with whom a statement trusts; undefined when nothing is. */
function problemOf(statement: Fields): string | undefined {
  if (isForEverybody(statement)) return "everybody may take the role; name the principals";
  if (!isAbsent(statement["NotPrincipal"]))
    return "everybody but a few may take the role; name the principals";
  const { Service: services = [], Federated: providers = [] } = principalsOf(statement);
  if (services.includes("pods.eks.amazonaws.com")) {
    const isOne = ofOneAccount.every((key) => isScopedBy(statement, new Set([key])));
    if (!isOne || !isScopedBy(statement, ofOneAccountId)) {
      return "any pod may get the role by an association; name cluster, namespace and service account in the conditions aws:SourceArn, aws:RequestTag/kubernetes-namespace and aws:RequestTag/kubernetes-service-account";
    }
  }
  for (const provider of providers) {
    const issuer = /:oidc-provider\/(.+)$/.exec(provider)?.[1]?.toLowerCase();
    if (issuer === undefined || isScopedBy(statement, new Set([`${issuer}:sub`]))) continue;
    return `whoever ${issuer} knows may take the role; name who in the condition ${issuer}:sub`;
  }
  return undefined;
}

/** A role is as strong as the weakest of those who may take it. */
export const requireScopedTrust = resourceRule({
  name: "aws-iam-role-require-scoped-trust",
  area: "cloud",
  title: "Roles are taken by whom they are for",
  description:
    "No role can be taken by everybody, nor by any pod of Pod Identity or any subject of an OIDC provider.",
  level: "mandatory",
  severity: "critical",
  checks: [32],
  ids: ["CIS 5.2.1", "BPG"],
  remedy: "Name the principals, and for Pod Identity and OIDC the subject in a condition.",
  url: "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html",
  types: ["aws:iam/role:Role"],
  judge: ({ props }, judgement) => {
    judgement.part(() => {
      const statements = statementsOf(props["assumeRolePolicy"]);
      if (statements === undefined) {
        judgement.report(
          "assumeRolePolicy",
          "this is no policy, so nobody can tell who may take the role; write one in JSON.",
        );
      }
      for (const { path, fields: statement } of statements ?? []) {
        judgement.part(() => {
          if (statement["Effect"] === "Deny") return;
          const problem = problemOf(statement);
          if (problem !== undefined) judgement.report(`assumeRolePolicy.${path}`, `${problem}.`);
        });
      }
    });
  },
});
