import type { AccountObject } from "../account";
import { contains, ipv4Block, overlaps, parseBlock } from "../cidr";
import { flag, oneOf, ref, text } from "../fields";
import type { Model, Situation } from "../model";
import { zoneId, zonesOf } from "../regions";
import { T, inVpc } from "./tokens";
import { textOf } from "../values";

/** Blocks of a VPC: its own and those added to it. */
function blocksOf(s: Situation, vpc: AccountObject): string[] {
  const added = s.account
    .all(T.cidrAssociation)
    .filter(({ attributes }) => attributes["vpcId"] === vpc.id)
    .map(({ attributes }) => textOf(attributes["cidrBlock"]));
  return [textOf(vpc.attributes["cidrBlock"]), ...added];
}

const vpc: Model = {
  type: T.vpc,
  tags: true,
  fields: {
    cidrBlock: text({ required: true, forceNew: true, check: ipv4Block(16, 28) }),
    enableDnsHostnames: flag({ computed: true }),
    enableDnsSupport: flag({ default: true }),
    enableNetworkAddressUsageMetrics: flag({ computed: true }),
    instanceTenancy: text({ default: "default", forceNew: true, check: oneOf("default", "dedicated") }),
  },
  computed: [
    "arn",
    "defaultNetworkAclId",
    "defaultRouteTableId",
    "defaultSecurityGroupId",
    "dhcpOptionsId",
    "ipv6AssociationId",
    "mainRouteTableId",
    "ownerId",
  ],
  *rules(view) {
    if (view.flag("enableDnsHostnames") === true && view.flag("enableDnsSupport") === false) {
      yield { property: "enableDnsHostnames", reason: "enableDnsHostnames needs enableDnsSupport" };
    }
  },
  id: (s) => `vpc-0${s.hex(16)}`,
  outputs: (s) => ({
    arn: s.arn("ec2", `vpc/${s.id}`),
    defaultNetworkAclId: `acl-0${s.hex(16, "acl")}`,
    defaultRouteTableId: `rtb-0${s.hex(16, "main")}`,
    mainRouteTableId: `rtb-0${s.hex(16, "main")}`,
    defaultSecurityGroupId: `sg-0${s.hex(16, "default")}`,
    dhcpOptionsId: `dopt-0${s.hex(16, "dhcp")}`,
    ipv6AssociationId: "",
    ownerId: s.accountId,
    enableDnsHostnames: s.view.flag("enableDnsHostnames") ?? false,
    enableNetworkAddressUsageMetrics: s.view.flag("enableNetworkAddressUsageMetrics") ?? false,
  }),
  companions: (s) => [
    { type: T.networkAcl, id: `acl-0${s.hex(16, "acl")}`, owned: true, attributes: { vpcId: s.id } },
    { type: T.routeTable, id: `rtb-0${s.hex(16, "main")}`, owned: true, attributes: { vpcId: s.id } },
    {
      type: T.securityGroup,
      id: `sg-0${s.hex(16, "default")}`,
      owned: true,
      attributes: { vpcId: s.id, name: "default", description: "default VPC security group" },
    },
  ],
  release(s) {
    const blockers = [T.subnet, T.internetGateway, T.natGateway, T.endpoint, T.securityGroup, T.routeTable];
    const held = blockers.flatMap((type) => s.account.all(type)).find((object) => inVpc(object, s.id));
    if (held !== undefined) {
      s.refuse(
        "DependencyViolation",
        `The vpc '${s.id}' has dependencies and cannot be deleted (${held.id} is in it).`,
      );
    }
  },
};

const cidrAssociation: Model = {
  type: T.cidrAssociation,
  fields: {
    cidrBlock: text({ required: true, forceNew: true, check: ipv4Block(16, 28) }),
    vpcId: ref(T.vpc, { required: true, forceNew: true }),
  },
  computed: [],
  goesWith: { field: "vpcId", type: T.vpc, by: "id" },
  id: (s) => `vpc-cidr-assoc-0${s.hex(16)}`,
  admit(s) {
    const owner = s.account.find(T.vpc, "id", s.view.text("vpcId") ?? "");
    const block = parseBlock(s.view.text("cidrBlock") ?? "");
    if (owner === undefined || block === undefined) return;
    const clash = blocksOf(s, owner).find((other) => overlaps(parseBlock(other) ?? block, block));
    if (clash !== undefined)
      s.refuse("InvalidVpc.Range", `The CIDR '${block.cidr}' overlaps with the VPC's block ${clash}.`);
  },
  release(s) {
    const block = parseBlock(s.view.text("cidrBlock") ?? "");
    const used = s.account.all(T.subnet).find(({ attributes }) => {
      const inner = parseBlock(textOf(attributes["cidrBlock"]));
      return (
        attributes["vpcId"] === s.view.text("vpcId") &&
        block !== undefined &&
        inner !== undefined &&
        contains(block, inner)
      );
    });
    if (used !== undefined) s.refuse("InvalidCidrBlock.InUse", `The vpc CIDR block is in use by ${used.id}.`);
  },
};

const subnet: Model = {
  type: T.subnet,
  tags: true,
  fields: {
    assignIpv6AddressOnCreation: flag({ default: false }),
    availabilityZone: text({ computed: true, forceNew: true }),
    cidrBlock: text({ required: true, forceNew: true, check: ipv4Block(16, 28) }),
    enableDns64: flag({ default: false }),
    enableResourceNameDnsARecordOnLaunch: flag({ default: false }),
    mapPublicIpOnLaunch: flag({ default: false }),
    privateDnsHostnameTypeOnLaunch: text({ computed: true, check: oneOf("ip-name", "resource-name") }),
    vpcId: ref(T.vpc, { required: true, forceNew: true }),
  },
  computed: ["arn", "availabilityZoneId", "ipv6CidrBlockAssociationId", "ownerId"],
  id: (s) => `subnet-0${s.hex(16)}`,
  outputs(s) {
    const zone = s.view.text("availabilityZone") ?? zonesOf(s.region)[0] ?? "";
    return {
      arn: s.arn("ec2", `subnet/${s.id}`),
      availabilityZone: zone,
      availabilityZoneId: zoneId(s.region, zone),
      ipv6CidrBlockAssociationId: "",
      ownerId: s.accountId,
      privateDnsHostnameTypeOnLaunch: s.view.text("privateDnsHostnameTypeOnLaunch") ?? "ip-name",
    };
  },
  admit(s) {
    const zone = s.view.text("availabilityZone");
    if (zone !== undefined && !zonesOf(s.region).includes(zone)) {
      s.refuse(
        "InvalidParameterValue",
        `Value (${zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zonesOf(s.region).join(", ")}.`,
      );
    }
    const owner = s.account.find(T.vpc, "id", s.view.text("vpcId") ?? "");
    const block = parseBlock(s.view.text("cidrBlock") ?? "");
    if (owner === undefined || block === undefined) return;
    const outer = blocksOf(s, owner).map(parseBlock);
    if (!outer.some((one) => one !== undefined && contains(one, block))) {
      s.refuse(
        "InvalidSubnet.Range",
        `The CIDR '${block.cidr}' is invalid: it is not inside ${blocksOf(s, owner).join(", ")} of ${owner.id}.`,
      );
    }
    for (const other of s.account
      .all(T.subnet)
      .filter(({ attributes }) => attributes["vpcId"] === owner.id)) {
      const taken = parseBlock(textOf(other.attributes["cidrBlock"]));
      if (taken !== undefined && overlaps(taken, block)) {
        s.refuse(
          "InvalidSubnet.Conflict",
          `The CIDR '${block.cidr}' conflicts with another subnet (${other.id}, ${taken.cidr}).`,
        );
      }
    }
  },
  release(s) {
    const holds = (value: unknown): boolean =>
      value === s.id || (Array.isArray(value) && value.includes(s.id));
    const held = [T.natGateway, T.endpoint, T.nodeGroup, T.dbSubnets, T.cacheSubnets, T.loadBalancer]
      .flatMap((type) => s.account.all(type))
      .find(({ attributes }) =>
        ["subnetId", "subnetIds", "subnets"].some((field) => holds(attributes[field])),
      );
    const cluster = s.account
      .all(T.cluster)
      .find(({ attributes }) => holds((attributes["vpcConfig"] as { subnetIds?: unknown }).subnetIds));
    const blocker = held ?? cluster;
    if (blocker !== undefined) {
      s.refuse(
        "DependencyViolation",
        `The subnet '${s.id}' has dependencies and cannot be deleted (${blocker.id} uses it).`,
      );
    }
  },
};

export const vpcModels: readonly Model[] = [vpc, cidrAssociation, subnet];
