import { isAbsent } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** Managed policies of AWS by which one is, or becomes, administrator of the account. */
const administrative = /:policy\/(job-function\/)?(AdministratorAccess|IAMFullAccess|PowerUserAccess)$/;

const field: Readonly<Record<string, string>> = {
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
  "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
  "aws:iam/role:Role": "managedPolicyArns",
};

/** The same as a policy of one's own that allows everything, under another name. */
export const forbidAdministrator = resourceRule({
  name: "aws-iam-attachment-forbid-administrator",
  area: "cloud",
  title: "Nobody is administrator by a managed policy",
  description: "No role, user or group has AdministratorAccess, PowerUserAccess or IAMFullAccess.",
  level: "mandatory",
  severity: "critical",
  checks: [32],
  ids: ["CIS 5.2.1", "BPG"],
  remedy: "Attach a policy of your own that names the actions and resources that are needed.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html",
  types: Object.keys(field),
  judge: ({ type, props }, judgement) => {
    judgement.part(() => {
      const name = field[type] ?? "policyArn";
      const value = props[name];
      if (isAbsent(value)) return;
      const judgeArn = (arn: unknown, path: string): void => {
        if (typeof arn !== "string" || !administrative.test(arn)) return;
        const [policy = ""] = arn.split("/").slice(-1);
        judgement.report(
          path,
          `${policy} is rights over the account; attach a policy that names what is needed.`,
        );
      };
      if (Array.isArray(value)) judgement.each(value, (arn, index) => judgeArn(arn, `${name}[${index}]`));
      else judgeArn(value, name);
    });
  },
});
