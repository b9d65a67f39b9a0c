import { rights, T, trust } from "./fixtures";
import { allow, policy, refuses } from "./refusals";
import type { Case } from "./refusals";

const cases: readonly Case[] = [
  ["a role name of 65 characters", T.role, { name: "r".repeat(65) }, /1 to 64 characters/],
  ["a role name with a slash", T.role, { name: "a/b" }, /1 to 64 characters/],
  ["two roles of one name", T.role, { name: "node-role" }, /EntityAlreadyExists/],
  ["a path without its last slash", T.role, { path: "/team" }, /begin and end with/],
  ["a session of half an hour", T.role, { maxSessionDuration: 1800 }, /from 3600 to 43200/],
  [
    "a trust policy that is no JSON",
    T.role,
    { assumeRolePolicy: "{" },
    /MalformedPolicyDocument: it is not JSON/,
  ],
  [
    "a policy without a version",
    T.policy,
    { policy: JSON.stringify({ Statement: [allow] }) },
    /Version must be/,
  ],
  [
    "a policy of an unknown version",
    T.policy,
    { policy: JSON.stringify({ Version: "2012-10-18", Statement: [allow] }) },
    /Version must be/,
  ],
  [
    "a policy without statements",
    T.policy,
    { policy: JSON.stringify({ Version: "2012-10-17" }) },
    /no Statement/,
  ],
  [
    "a policy with a stray element",
    T.policy,
    { policy: JSON.stringify({ Version: "2012-10-17", Statements: [] }) },
    /unknown element Statements/,
  ],
  [
    "a statement without an effect",
    T.policy,
    { policy: policy({ ...allow, Effect: undefined }) },
    /must have Effect/,
  ],
  [
    "a statement without an action",
    T.policy,
    { policy: policy({ ...allow, Action: undefined }) },
    /must have Action/,
  ],
  [
    "an action without its service",
    T.policy,
    { policy: policy({ ...allow, Action: "GetObject" }) },
    /malformed action "GetObject"/,
  ],
  [
    "an identity policy without resources",
    T.policy,
    { policy: policy({ ...allow, Resource: undefined }) },
    /must contain Resource/,
  ],
  [
    "a resource that is no ARN",
    T.policy,
    { policy: policy({ ...allow, Resource: "bucket" }) },
    /neither an ARN nor/,
  ],
  [
    "an identity policy with a principal",
    T.policy,
    { policy: policy({ ...allow, Principal: "*" }) },
    /must not have a Principal/,
  ],
  [
    "a statement with a misspelt element",
    T.policy,
    { policy: policy({ ...allow, Conditions: {} }) },
    /unknown element Conditions/,
  ],
  [
    "a statement id used twice",
    T.policy,
    {
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { ...allow, Sid: "A" },
          { ...allow, Sid: "A" },
        ],
      }),
    },
    /id A is used twice/,
  ],
  [
    "a policy of 6145 characters",
    T.policy,
    { policy: rights("s3:GetObject", `arn:aws:s3:::${"x".repeat(6145)}`) },
    /6144/,
  ],
  [
    "a trust policy with a resource",
    T.role,
    {
      assumeRolePolicy: policy({
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "ec2.amazonaws.com" },
        Resource: "*",
      }),
    },
    /prohibited field Resource/,
  ],
  [
    "a trust policy without a principal",
    T.role,
    { assumeRolePolicy: policy({ Effect: "Allow", Action: "sts:AssumeRole" }) },
    /must have a Principal/,
  ],
  [
    "a trust policy for a misspelt service",
    T.role,
    { assumeRolePolicy: trust("ec3.amazonaws.com") },
    /invalid principal "ec3\.amazonaws\.com"/,
  ],
  [
    "a trust policy for something else than sts",
    T.role,
    { assumeRolePolicy: trust("ec2.amazonaws.com", "s3:GetObject") },
    /only sts actions/,
  ],
  [
    "an attachment to a role that is not there",
    T.roleAttachment,
    { role: "gone" },
    /role names gone which does not exist/,
  ],
  [
    "an AWS policy that is none",
    T.roleAttachment,
    { policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicies" },
    /does not know the AWS policy/,
  ],
  [
    "a policy of ours that is not there",
    T.roleAttachment,
    { policyArn: "arn:aws:iam::123456789012:policy/gone" },
    /does not exist or is not attachable/,
  ],
  [
    "one policy attached twice",
    T.roleAttachment,
    { role: "cluster-role", policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" },
    /by another resource/,
  ],
  ["an inline policy of a role that is not there", T.rolePolicy, { role: "gone" }, /which does not exist/],
];

refuses("IAM", cases);
