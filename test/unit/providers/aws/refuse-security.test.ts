import { T, valid } from "./fixtures";
import { arn, none, refuses } from "./refusals";
import type { Case } from "./refusals";

const cases: readonly Case[] = [
  ["two groups of one name in a VPC", T.securityGroup, { name: "group" }, /InvalidGroup.Duplicate/],
  ["a group whose name looks like an id", T.securityGroup, { name: "sg-web" }, /must not begin with sg-/],
  [
    "a description with a forbidden character",
    T.securityGroup,
    { description: "it's" },
    /255 characters of a-z/,
  ],
  ["a rule without a source", T.ingressRule, none("cidrIpv4"), /exactly one of cidrIpv4.*not 0/],
  [
    "a rule with two sources",
    T.ingressRule,
    ({ group }) => ({ referencedSecurityGroupId: group.id }),
    /not 2/,
  ],
  ["a tcp rule without ports", T.ingressRule, none("fromPort", "toPort"), /needs fromPort and toPort/],
  ["a rule whose ports are upside down", T.ingressRule, { toPort: 80 }, /toPort 80 is below fromPort 443/],
  ["a port that is none", T.ingressRule, { toPort: 65536 }, /from -1 to 65535/],
  ["a rule for all protocols with ports", T.egressRule, { fromPort: 1, toPort: 2 }, /takes no ports/],
  ["a protocol that is none", T.ingressRule, { ipProtocol: "tpc" }, /must be one of tcp/],
  ["a malformed source block", T.ingressRule, { cidrIpv4: "10.0.0.0" }, /must be an IPv4 block/],
  [
    "a rule description with a forbidden character",
    T.ingressRule,
    { description: "a > b" },
    /255 characters/,
  ],
  [
    "a source group that is not there",
    T.ingressRule,
    { cidrIpv4: null, referencedSecurityGroupId: "sg-0" },
    /which does not exist/,
  ],
  [
    "the same rule twice",
    T.ingressRule,
    async (w) => {
      await w.engine.create(T.ingressRule, "one", valid(w)[T.ingressRule] ?? {});
      return {};
    },
    /InvalidPermission.Duplicate/,
  ],
  [
    "the default group managed twice",
    T.defaultSecurityGroup,
    async (w) => {
      await w.engine.create(T.defaultSecurityGroup, "one", { vpcId: w.vpc.id });
      return {};
    },
    /is managed already/,
  ],
  [
    "an ACL that is no default one",
    T.defaultNetworkAcl,
    { defaultNetworkAclId: "acl-0" },
    /which does not exist/,
  ],
  [
    "an ACL with a rule number twice",
    T.defaultNetworkAcl,
    {
      ingress: [1, 1].map((ruleNo) => ({
        ruleNo,
        action: "allow",
        protocol: "-1",
        fromPort: 0,
        toPort: 0 + ruleNo,
        cidrBlock: "10.0.0.0/8",
      })),
    },
    /a rule number twice/,
  ],
  [
    "an encrypted disk that is not encrypted",
    T.launchTemplate,
    ({ key }) => ({
      blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { kmsKeyId: arn(key) } }],
    }),
    /needs encrypted/,
  ],
  [
    "an unknown field inside a block",
    T.launchTemplate,
    { metadataOptions: { httpToken: "required" } },
    /does not model the field "metadataOptions.httpToken" here/,
  ],
  [
    "an unknown field inside a list",
    T.launchTemplate,
    { blockDeviceMappings: [{ deviceName: "x", disk: 1 }] },
    /field "blockDeviceMappings\[0\]\.disk"|blockDeviceMappings\[0\]\.disk/,
  ],
  [
    "a hop limit of 65",
    T.launchTemplate,
    { metadataOptions: { httpPutResponseHopLimit: 65 } },
    /from 1 to 64/,
  ],
  ["two templates of one name", T.launchTemplate, { name: "template" }, /already in use/],
];

refuses("security groups and launch templates", cases);
