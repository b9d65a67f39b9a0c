import { anyIpv4Block, anyIpv6Block } from "../cidr";
import { between, block, flag, list, matches, number, oneOf, ref, set, text } from "../fields";
import type { Model, Situation } from "../model";
import type { View } from "../values";
import { T } from "./tokens";
import { textOf } from "../values";

// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
const wording = matches(
  /^[A-Za-z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/,
  "may have 255 characters of a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*",
);

const securityGroup: Model = {
  type: T.securityGroup,
  tags: true,
  autoName: { field: "name", max: 255 },
  fields: {
    name: text({
      forceNew: true,
      check: (value) =>
        wording(value) ??
        (/^sg-/i.test(value) ? "must not begin with sg-" : value === "" ? "must not be empty" : undefined),
    }),
    description: text({ default: "Managed by Pulumi", forceNew: true, check: wording }),
    revokeRulesOnDelete: flag({ default: false }),
    vpcId: ref(T.vpc, { required: true, forceNew: true }),
  },
  computed: ["arn", "egress", "ingress", "ownerId"],
  id: (s) => `sg-0${s.hex(16)}`,
  outputs: (s) => ({
    arn: s.arn("ec2", `security-group/${s.id}`),
    ownerId: s.accountId,
    ingress: [],
    egress: [],
  }),
  admit(s) {
    const { view } = s;
    const twin = s.account
      .all(T.securityGroup)
      .find(
        ({ attributes }) =>
          attributes["name"] === view.text("name") && attributes["vpcId"] === view.text("vpcId"),
      );
    if (twin !== undefined && view.text("name") !== undefined && view.text("vpcId") !== undefined) {
      s.refuse(
        "InvalidGroup.Duplicate",
        `The security group '${view.text("name") ?? ""}' already exists for VPC '${view.text("vpcId") ?? ""}'`,
      );
    }
  },
  release(s) {
    const named = (value: unknown): boolean => Array.isArray(value) && value.includes(s.id);
    const user = [T.endpoint, T.cluster, T.dbInstance, T.cacheGroup, T.loadBalancer]
      .flatMap((type) => s.account.all(type))
      .find(
        ({ attributes }) =>
          named(attributes["securityGroupIds"]) ||
          named(attributes["securityGroups"]) ||
          named(attributes["vpcSecurityGroupIds"]) ||
          named((attributes["vpcConfig"] as Record<string, unknown> | undefined)?.["securityGroupIds"]),
      );
    const rule = [...s.account.all(T.ingressRule), ...s.account.all(T.egressRule)].find(
      ({ attributes }) =>
        attributes["referencedSecurityGroupId"] === s.id && attributes["securityGroupId"] !== s.id,
    );
    const blocker = user ?? rule;
    if (blocker !== undefined) {
      s.refuse("DependencyViolation", `resource ${s.id} has a dependent object (${blocker.id})`);
    }
  },
};

const SOURCES = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const;

function* ruleRules(view: View): Generator<{ property: string; reason: string }> {
  const sources = SOURCES.filter((field) => view.has(field));
  if (sources.length !== 1) {
    yield {
      property: sources[1] ?? "cidrIpv4",
      reason: `a rule needs exactly one of ${SOURCES.join(", ")}, not ${sources.length}`,
    };
  }
  const protocol = view.text("ipProtocol");
  const [from, to] = [view.number("fromPort"), view.number("toPort")];
  if (protocol === "-1") {
    if (view.has("fromPort") || view.has("toPort"))
      yield { property: "fromPort", reason: "a rule for all protocols (-1) takes no ports" };
  } else if (protocol === "tcp" || protocol === "udp") {
    if (!view.has("fromPort") || !view.has("toPort"))
      yield { property: "fromPort", reason: `a ${protocol} rule needs fromPort and toPort` };
    else if (from !== undefined && to !== undefined && from > to)
      yield { property: "toPort", reason: `toPort ${to} is below fromPort ${from}` };
  }
}

function rule(type: string): Model {
  return {
    type,
    tags: true,
    fields: {
      cidrIpv4: text({ check: anyIpv4Block }),
      cidrIpv6: text({ check: anyIpv6Block }),
      description: text({ check: wording }),
      fromPort: number({ check: between(-1, 65535) }),
      ipProtocol: text({ required: true, check: oneOf("tcp", "udp", "icmp", "icmpv6", "-1") }),
      prefixListId: text({ check: matches(/^pl-[0-9a-f]{8,17}$/, "must look like pl-0123456789abcdef0") }),
      referencedSecurityGroupId: ref(T.securityGroup),
      securityGroupId: ref(T.securityGroup, { required: true, forceNew: true }),
      toPort: number({ check: between(-1, 65535) }),
    },
    computed: ["arn", "securityGroupRuleId"],
    goesWith: { field: "securityGroupId", type: T.securityGroup, by: "id" },
    rules: ruleRules,
    id: (s) => `sgr-0${s.hex(16)}`,
    outputs: (s) => ({ arn: s.arn("ec2", `security-group-rule/${s.id}`), securityGroupRuleId: s.id }),
    admit(s) {
      if (["securityGroupId", "ipProtocol", ...SOURCES].some((field) => s.view.unknown(field))) return;
      const facets = ["securityGroupId", "ipProtocol", "fromPort", "toPort", ...SOURCES];
      const twin = s.account
        .all(type)
        .find(({ attributes }) =>
          facets.every((facet) => attributes[facet] === (s.view.props[facet] ?? undefined)),
        );
      if (twin !== undefined) {
        s.refuse("InvalidPermission.Duplicate", `the specified rule already exists (${twin.id})`);
      }
    },
  };
}

const inlineRule = block({
  cidrBlocks: list(text({ check: anyIpv4Block })),
  description: text({ check: wording }),
  fromPort: number({ required: true, check: between(-1, 65535) }),
  protocol: text({ required: true }),
  securityGroups: set(ref(T.securityGroup)),
  self: flag({ default: false }),
  toPort: number({ required: true, check: between(-1, 65535) }),
});

function defaultGroup(s: Situation): string {
  const vpc = s.account.find(T.vpc, "id", s.view.text("vpcId") ?? "");
  return textOf(vpc?.attributes["defaultSecurityGroupId"]);
}

const defaultSecurityGroup: Model = {
  type: T.defaultSecurityGroup,
  tags: true,
  fields: {
    egress: set(inlineRule),
    ingress: set(inlineRule),
    revokeRulesOnDelete: flag({ default: false }),
    vpcId: ref(T.vpc, { required: true, forceNew: true }),
  },
  computed: ["arn", "description", "name", "namePrefix", "ownerId"],
  goesWith: { field: "vpcId", type: T.vpc, by: "id" },
  id: defaultGroup,
  outputs: (s) => ({
    arn: s.arn("ec2", `security-group/${s.id}`),
    description: "default VPC security group",
    name: "default",
    namePrefix: "",
    ownerId: s.accountId,
  }),
  admit(s) {
    const other = s.account.find(T.defaultSecurityGroup, "vpcId", s.view.text("vpcId") ?? "");
    if (other !== undefined)
      s.refuse("InvalidGroup.InUse", `the default security group ${other.id} is managed already`);
  },
};

const aclRule = block({
  action: text({ required: true, check: oneOf("allow", "deny") }),
  cidrBlock: text({ check: anyIpv4Block }),
  fromPort: number({ required: true, check: between(0, 65535) }),
  icmpCode: number(),
  icmpType: number(),
  ipv6CidrBlock: text({ check: anyIpv6Block }),
  protocol: text({ required: true }),
  ruleNo: number({ required: true, check: between(1, 32766) }),
  toPort: number({ required: true, check: between(0, 65535) }),
});

const defaultNetworkAcl: Model = {
  type: T.defaultNetworkAcl,
  tags: true,
  fields: {
    defaultNetworkAclId: ref(T.networkAcl, { required: true, forceNew: true }),
    egress: set(aclRule),
    ingress: set(aclRule),
    subnetIds: set(ref(T.subnet)),
  },
  computed: ["arn", "ownerId", "vpcId"],
  *rules(view) {
    for (const field of ["ingress", "egress"]) {
      const numbers = view.blocks(field).map((one) => one.number("ruleNo"));
      if (new Set(numbers).size !== numbers.length)
        yield { property: field, reason: `${field} has a rule number twice` };
    }
  },
  id: (s) => s.view.text("defaultNetworkAclId") ?? "",
  outputs: (s) => ({
    arn: s.arn("ec2", `network-acl/${s.id}`),
    ownerId: s.accountId,
    vpcId: s.account.find(T.networkAcl, "id", s.id)?.attributes["vpcId"] ?? "",
  }),
  // Every subnet without an ACL of its own belongs to the default one, and the provider reports it: a program that
  // does not list them sees drift unless it ignores changes of subnetIds.
  live: (object, account) => ({
    subnetIds: account
      .all(T.subnet)
      .filter(({ attributes }) => attributes["vpcId"] === object.attributes["vpcId"])
      .map(({ id }) => id)
      .sort(),
  }),
  goesWith: { field: "defaultNetworkAclId", type: T.networkAcl, by: "id" },
};

export const securityModels: readonly Model[] = [
  securityGroup,
  rule(T.ingressRule),
  rule(T.egressRule),
  defaultSecurityGroup,
  defaultNetworkAcl,
];
