import { between, flag, json, matches, number, ref, text } from "../fields";
import type { Model, Situation } from "../model";
import { policyDocument } from "../policies";
import { T } from "./tokens";

/** Policies that AWS itself provides, as far as a platform on EKS attaches them. */
const AWS_POLICIES = [
  "AmazonEKSClusterPolicy",
  "AmazonEKSComputePolicy",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSBlockStoragePolicyV2",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
  "AmazonEKSVPCResourceController",
  "AmazonEKSServicePolicy",
  "AmazonEKSWorkerNodePolicy",
  "AmazonEKSWorkerNodeMinimalPolicy",
  "AmazonEKS_CNI_Policy",
  "AmazonEC2ContainerRegistryReadOnly",
  "AmazonEC2ContainerRegistryPullOnly",
  "AmazonEC2ContainerRegistryPowerUser",
  "AmazonSSMManagedInstanceCore",
  "CloudWatchAgentServerPolicy",
  "service-role/AmazonEBSCSIDriverPolicy",
  "service-role/AmazonEBSCSIDriverPolicyV2",
  "service-role/AmazonEFSCSIDriverPolicy",
  "service-role/AmazonRDSEnhancedMonitoringRole",
];

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
function iamName(max: number) {
  return matches(
    new RegExp(`^[\\w+=,.@-]{1,${max}}$`),
    `may have 1 to ${max} characters of a-z, A-Z, 0-9 and + = , . @ _ -`,
  );
}
const path = text({
  default: "/",
  forceNew: true,
  check: matches(/^\/([\x21-\x7e]+\/)?$/, "must begin and end with /"),
});

function unique(s: Situation, what: string): void {
  const name = s.view.text("name");
  if (s.verb === "creating" && name !== undefined && s.account.find(s.type, "name", name) !== undefined) {
    s.refuse("EntityAlreadyExists", `${what} with name ${name} already exists.`);
  }
}

function pathOf(s: Situation): string {
  return s.view.text("path") ?? "/";
}

function created(s: Situation): string {
  const before = s.self?.attributes["createDate"];
  return typeof before === "string" ? before : s.now();
}

const role: Model = {
  type: T.role,
  global: true,
  tags: true,
  autoName: { field: "name", max: 64 },
  fields: {
    assumeRolePolicy: json({ required: true, check: policyDocument("trust") }),
    description: text({ check: (value) => (value.length <= 1000 ? undefined : "may have 1000 characters") }),
    forceDetachPolicies: flag({ default: false }),
    maxSessionDuration: number({ default: 3600, check: between(3600, 43200) }),
    name: text({ forceNew: true, check: iamName(64) }),
    path,
    permissionsBoundary: ref(T.policy, {}, "arn"),
  },
  computed: ["arn", "createDate", "inlinePolicies", "managedPolicyArns", "uniqueId"],
  id: (s) => s.view.text("name") ?? "",
  outputs: (s) => ({
    arn: s.arn("iam", `role${pathOf(s)}${s.id}`),
    createDate: created(s),
    inlinePolicies: [],
    managedPolicyArns: [],
    uniqueId: `AROA${s.hex(17).toUpperCase()}`,
  }),
  admit: (s) => unique(s, "Role"),
  release(s) {
    const forced = s.view.flag("forceDetachPolicies") === true;
    if (!forced && s.account.find(T.roleAttachment, "role", s.id) !== undefined) {
      s.refuse("DeleteConflict", "Cannot delete entity, must detach all policies first.");
    }
    if (!forced && s.account.find(T.rolePolicy, "role", s.id) !== undefined) {
      s.refuse("DeleteConflict", "Cannot delete entity, must delete policies first.");
    }
    if (s.account.find(T.instanceProfile, "role", s.id) !== undefined) {
      s.refuse("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.");
    }
  },
};

const rolePolicy: Model = {
  type: T.rolePolicy,
  global: true,
  autoName: { field: "name", max: 128 },
  fields: {
    name: text({ forceNew: true, check: iamName(128) }),
    policy: json({
      required: true,
      check: (value) =>
        policyDocument("identity")(value) ??
        (value.replace(/\s/g, "").length <= 10240
          ? undefined
          : "LimitExceeded: a role's inline policies may have 10240 characters"),
    }),
    role: ref(T.role, { required: true, forceNew: true }, "name"),
  },
  computed: [],
  goesWith: { field: "role", type: T.role, by: "name" },
  id: (s) => `${s.view.text("role") ?? ""}:${s.view.text("name") ?? ""}`,
};

const attachment: Model = {
  type: T.roleAttachment,
  global: true,
  fields: {
    policyArn: text({
      required: true,
      forceNew: true,
      check: matches(/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/.+$/, "must be the ARN of an IAM policy"),
    }),
    role: ref(T.role, { required: true, forceNew: true }, "name"),
  },
  computed: [],
  goesWith: { field: "role", type: T.role, by: "name" },
  id: (s) => `${s.view.text("role") ?? ""}/${s.view.text("policyArn") ?? ""}`,
  admit(s) {
    const arn = s.view.text("policyArn");
    if (arn === undefined) return;
    const provided = arn.startsWith(`arn:${s.partition}:iam::aws:policy/`);
    const known = provided
      ? AWS_POLICIES.includes(arn.slice(arn.indexOf("policy/") + 7))
      : s.account.find(T.policy, "arn", arn) !== undefined;
    if (!known) {
      s.refuse(
        "NoSuchEntity",
        provided
          ? `the stand-in does not know the AWS policy ${arn}`
          : `Policy ${arn} does not exist or is not attachable.`,
      );
    }
    const twin = s.account
      .all(T.roleAttachment)
      .find(
        ({ attributes }) => attributes["role"] === s.view.text("role") && attributes["policyArn"] === arn,
      );
    if (twin !== undefined)
      s.refuse(
        "EntityAlreadyExists",
        `the policy ${arn} is attached to ${s.view.text("role") ?? ""} by another resource`,
      );
  },
};

const policy: Model = {
  type: T.policy,
  global: true,
  tags: true,
  autoName: { field: "name", max: 128 },
  fields: {
    description: text({
      forceNew: true,
      check: (value) => (value.length <= 1000 ? undefined : "may have 1000 characters"),
    }),
    name: text({ forceNew: true, check: iamName(128) }),
    path,
    policy: json({
      required: true,
      check: (value) =>
        policyDocument("identity")(value) ??
        (value.replace(/\s/g, "").length <= 6144
          ? undefined
          : "LimitExceeded: a managed policy may have 6144 characters"),
    }),
  },
  computed: ["arn", "attachmentCount", "policyId"],
  id: (s) => s.arn("iam", `policy${pathOf(s)}${s.view.text("name") ?? ""}`),
  outputs: (s) => ({ arn: s.id, attachmentCount: 0, policyId: `ANPA${s.hex(17).toUpperCase()}` }),
  admit: (s) => unique(s, "A policy"),
  release(s) {
    if (s.account.find(T.roleAttachment, "policyArn", s.id) !== undefined) {
      s.refuse("DeleteConflict", "Cannot delete a policy attached to entities.");
    }
    if (s.account.find(T.role, "permissionsBoundary", s.id) !== undefined) {
      s.refuse("DeleteConflict", "Cannot delete a policy that is a permissions boundary.");
    }
  },
};

const instanceProfile: Model = {
  type: T.instanceProfile,
  global: true,
  tags: true,
  autoName: { field: "name", max: 128 },
  fields: { name: text({ forceNew: true, check: iamName(128) }), path, role: ref(T.role, {}, "name") },
  computed: ["arn", "createDate", "uniqueId"],
  id: (s) => s.view.text("name") ?? "",
  outputs: (s) => ({
    arn: s.arn("iam", `instance-profile${pathOf(s)}${s.id}`),
    createDate: created(s),
    uniqueId: `AIPA${s.hex(17).toUpperCase()}`,
  }),
  admit: (s) => unique(s, "Instance Profile"),
};

export const iamModels: readonly Model[] = [role, rolePolicy, attachment, policy, instanceProfile];
