import assert from "node:assert/strict";
import { accountContents } from "../../../../rehearsal/providers/aws/account";
import type { Json, Props } from "../../../../rehearsal/providers/part";
import { UNKNOWN } from "../../../../rehearsal/providers/part";
import type { World } from "./fixtures";
import {
  clusterInputs,
  keyDocument,
  lifecycle,
  logsMayUse,
  prepare,
  rights,
  T,
  trust,
  untagged,
  valid,
  world,
} from "./fixtures";
import { Engine, REGION, refusal } from "./harness";

type Changes = Props | ((w: World) => Props | Promise<Props>);
/** What is broken in valid inputs, and what the refusal says. */
type Case = readonly [sentence: string, type: string, changes: Changes, message: RegExp];

const arn = (held: { outputs: Props }): string => held.outputs["arn"] as string;
const policy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const none = (...fields: readonly string[]): Props =>
  Object.fromEntries(fields.map((field) => [field, null]));

const network: readonly Case[] = [
  ["a VPC of /15", T.vpc, { cidrBlock: "10.0.0.0/15" }, /block of \/16 to \/28/],
  ["a VPC of /29", T.vpc, { cidrBlock: "10.0.0.0/29" }, /block of \/16 to \/28/],
  [
    "a VPC block with bits behind its prefix",
    T.vpc,
    { cidrBlock: "10.0.0.1/16" },
    /whose address is its first one/,
  ],
  ["a VPC without a block", T.vpc, { cidrBlock: null }, /cidrBlock is required/],
  ["a block that is a number", T.vpc, { cidrBlock: 10 }, /cidrBlock must be a string/],
  ["a flag that is text", T.vpc, { enableDnsSupport: "yes" }, /enableDnsSupport must be a boolean/],
  [
    "DNS names without DNS",
    T.vpc,
    { enableDnsHostnames: true, enableDnsSupport: false },
    /needs enableDnsSupport/,
  ],
  ["a tag key of AWS's own", T.vpc, { tags: { "aws:x": "1" } }, /must not begin with aws:/],
  ["a tag that is a number", T.vpc, { tags: { x: 1 } }, /tags\.x must be a string/],
  ["a tag with 257 characters", T.vpc, { tags: { x: "y".repeat(257) } }, /more than 256/],
  ["an unknown region", T.vpc, { region: "eu-nowhere-1" }, /region "eu-nowhere-1"/],
  [
    "a second block that overlaps the first",
    T.cidrAssociation,
    { cidrBlock: "10.0.128.0/17" },
    /InvalidVpc.Range.*overlaps/,
  ],
  ["a subnet outside of its VPC", T.subnet, { cidrBlock: "10.1.0.0/24" }, /InvalidSubnet.Range/],
  [
    "a subnet that overlaps another",
    T.subnet,
    { cidrBlock: "10.0.0.128/25" },
    /InvalidSubnet.Conflict.*10\.0\.0\.0\/24/,
  ],
  [
    "a subnet of a VPC that is not there",
    T.subnet,
    { vpcId: "vpc-0123" },
    /vpcId names vpc-0123 which does not exist in this account/,
  ],
  [
    "a subnet in a zone of another region",
    T.subnet,
    { availabilityZone: "us-east-1a" },
    /availabilityZone is invalid.*eu-central-1a/,
  ],
  [
    "a second internet gateway",
    T.internetGateway,
    ({ vpc }) => ({ vpcId: vpc.id }),
    /already has an internet gateway/,
  ],
  ["a public NAT gateway without an address", T.natGateway, none("allocationId"), /needs allocationId/],
  [
    "a private NAT gateway with an address",
    T.natGateway,
    { connectivityType: "private" },
    /takes no allocationId/,
  ],
  [
    "a NAT gateway in a VPC without internet gateway",
    T.natGateway,
    async ({ engine, other }) => ({
      subnetId: (await engine.create(T.subnet, "o", { vpcId: other.id, cidrBlock: "10.1.0.0/24" })).id,
    }),
    /Gateway.NotAttached/,
  ],
  [
    "two NAT gateways on one address",
    T.natGateway,
    async ({ engine, a, b, eip }) => {
      await engine.create(T.natGateway, "one", { subnetId: a.id, allocationId: eip.id });
      return { subnetId: b.id };
    },
    /already associated/,
  ],
  [
    "a route without a target",
    T.route,
    none("gatewayId"),
    /exactly one of gatewayId, natGatewayId, vpcEndpointId, not 0/,
  ],
  ["a route with two targets", T.route, { natGatewayId: UNKNOWN }, /not 2/],
  [
    "a route with two destinations",
    T.route,
    { destinationIpv6CidrBlock: "::/0" },
    /exactly one of destinationCidrBlock/,
  ],
  [
    "a route over the gateway of another VPC",
    T.route,
    async ({ engine, other }) => ({
      gatewayId: (await engine.create(T.internetGateway, "o", { vpcId: other.id })).id,
    }),
    /belong to different networks/,
  ],
  ["a route into the VPC's own block", T.route, { destinationCidrBlock: "10.0.1.0/24" }, /routed locally/],
  [
    "the same route twice",
    T.route,
    async ({ engine, table, internet }) => {
      await engine.create(T.route, "one", {
        routeTableId: table.id,
        destinationCidrBlock: "0.0.0.0/0",
        gatewayId: internet.id,
      });
      return {};
    },
    /RouteAlreadyExists/,
  ],
  [
    "an association with subnet and gateway",
    T.routeAssociation,
    ({ internet }) => ({ gatewayId: internet.id }),
    /exactly one of subnetId, gatewayId/,
  ],
  [
    "a subnet with two tables",
    T.routeAssociation,
    async ({ engine, table, a }) => {
      await engine.create(T.routeAssociation, "one", { routeTableId: table.id, subnetId: a.id });
      return {};
    },
    /conflicts with an existing association/,
  ],
  [
    "a table of another VPC",
    T.routeAssociation,
    async ({ engine, other }) => ({
      routeTableId: (await engine.create(T.routeTable, "o", { vpcId: other.id })).id,
    }),
    /belong to different networks/,
  ],
  [
    "an endpoint of a service that is none",
    T.endpoint,
    { serviceName: `com.amazonaws.${REGION}.stss` },
    /InvalidServiceName/,
  ],
  [
    "an endpoint of another region",
    T.endpoint,
    { serviceName: "com.amazonaws.us-east-1.sts" },
    /InvalidServiceName/,
  ],
  [
    "an endpoint service of no known form",
    T.endpoint,
    { serviceName: "sts" },
    /must look like com\.amazonaws/,
  ],
  [
    "a gateway endpoint with subnets",
    T.endpoint,
    { vpcEndpointType: "Gateway" },
    /subnetIds does not go with a Gateway endpoint/,
  ],
  [
    "an interface endpoint with route tables",
    T.endpoint,
    ({ table }) => ({ routeTableIds: [table.id] }),
    /routeTableIds does not go with/,
  ],
  [
    "two subnets of an endpoint in one zone",
    T.endpoint,
    async ({ engine, vpc, a }) => ({
      subnetIds: [
        a.id,
        (
          await engine.create(T.subnet, "a2", {
            vpcId: vpc.id,
            cidrBlock: "10.0.3.0/24",
            availabilityZone: `${REGION}a`,
          })
        ).id,
      ],
    }),
    /DuplicateSubnetsInSameZone/,
  ],
  [
    "an endpoint's subnet of another VPC",
    T.endpoint,
    async ({ engine, other }) => ({
      subnetIds: [(await engine.create(T.subnet, "o", { vpcId: other.id, cidrBlock: "10.1.0.0/24" })).id],
    }),
    /is not in vpc-/,
  ],
  [
    "private DNS in a VPC without DNS names",
    T.endpoint,
    async ({ engine, other }) => ({
      vpcId: other.id,
      securityGroupIds: null,
      subnetIds: [(await engine.create(T.subnet, "o", { vpcId: other.id, cidrBlock: "10.1.0.0/24" })).id],
    }),
    /both enableDnsSupport and enableDnsHostnames/,
  ],
  [
    "two endpoints with the same private name",
    T.endpoint,
    async (w) => {
      await w.engine.create(T.endpoint, "one", valid(w)[T.endpoint] ?? {});
      return {};
    },
    /conflicting DNS domain/,
  ],
  [
    "routes to an interface endpoint",
    T.endpointAssociation,
    async (w) => ({
      routeTableId: w.table.id,
      vpcEndpointId: (await w.engine.create(T.endpoint, "one", valid(w)[T.endpoint] ?? {})).id,
    }),
    /is no Gateway endpoint/,
  ],
];

const security: readonly Case[] = [
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

const logsAndKeys: readonly Case[] = [
  [
    "a retention that CloudWatch does not have",
    T.logGroup,
    { retentionInDays: 31 },
    /must be one of 0, 1, 3/,
  ],
  ["a log group name with a space", T.logGroup, { name: "my logs" }, /1 to 512 characters/],
  ["two log groups of one name", T.logGroup, { name: "/flow" }, /ResourceAlreadyExistsException/],
  [
    "a key that does not let CloudWatch use it",
    T.logGroup,
    async ({ engine }) => ({
      kmsKeyId: arn(await engine.create(T.key, "bare", {})),
    }),
    /must let logs\.eu-central-1\.amazonaws\.com use it/,
  ],
  [
    "a key that lets CloudWatch use it for another group",
    T.logGroup,
    async ({ engine }) => ({
      kmsKeyId: arn(
        await engine.create(T.key, "narrow", {
          policy: keyDocument({
            ...logsMayUse,
            Condition: {
              ArnLike: { "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:*:*:log-group:/less*" },
            },
          }),
        }),
      ),
    }),
    /must let logs\.eu-central-1\.amazonaws\.com use it/,
  ],
  ["a flow log without a role", T.flowLog, none("iamRoleArn"), /needs iamRoleArn/],
  [
    "a flow log of a VPC and a subnet",
    T.flowLog,
    ({ a }) => ({ subnetId: a.id }),
    /exactly one of vpcId, subnetId/,
  ],
  ["a flow log without a traffic type", T.flowLog, none("trafficType"), /trafficType is required/],
  ["a flow log into a bucket", T.flowLog, { logDestinationType: "s3" }, /must be one of cloud-watch-logs/],
  [
    "a flow log whose role trusts somebody else",
    T.flowLog,
    ({ nodeRole }) => ({ iamRoleArn: arn(nodeRole) }),
    /must name vpc-flow-logs/,
  ],
  ["a flow log every five minutes", T.flowLog, { maxAggregationInterval: 300 }, /must be 60 or 600/],
  ["a deletion window of 6 days", T.key, { deletionWindowInDays: 6 }, /from 7 to 30/],
  ["a deletion window of 31 days", T.key, { deletionWindowInDays: 31 }, /from 7 to 30/],
  [
    "a key policy that locks everybody out",
    T.key,
    { policy: policy({ Effect: "Allow", Principal: "*", Action: "kms:Encrypt", Resource: "*" }) },
    /will not allow you to update the key policy/,
  ],
  ["a period without rotation", T.key, { rotationPeriodInDays: 90 }, /needs enableKeyRotation/],
  [
    "rotation of an asymmetric key",
    T.key,
    { enableKeyRotation: true, customerMasterKeySpec: "RSA_2048", keyUsage: "SIGN_VERIFY" },
    /only a symmetric key/,
  ],
  ["an alias without its prefix", T.alias, { name: "more" }, /must begin with alias\//],
  ["an alias of AWS's own", T.alias, { name: "alias/aws/ebs" }, /reserved/],
  [
    "an alias of a key that is not there",
    T.alias,
    { targetKeyId: "gone" },
    /targetKeyId names gone which does not exist/,
  ],
  [
    "two aliases of one name",
    T.alias,
    async (w) => {
      await w.engine.create(T.alias, "one", valid(w)[T.alias] ?? {});
      return {};
    },
    /AlreadyExistsException/,
  ],
];

const iam: readonly Case[] = [
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

const eks: readonly Case[] = [
  ["a cluster name of 101 characters", T.cluster, { name: "c".repeat(101) }, /1 to 100/],
  ["two clusters of one name", T.cluster, { name: "main" }, /Cluster already exists/],
  ["a version that EKS does not run", T.cluster, { version: "1.29" }, /must be one of/],
  ["a version with a patch", T.cluster, { version: "1.36.1" }, /must be one of/],
  ["an unknown log type", T.cluster, { enabledClusterLogTypes: ["audits"] }, /must be one of api, audit/],
  [
    "compute without load balancing",
    T.cluster,
    { computeConfig: { enabled: true } },
    /must all be set to either true or false/,
  ],
  [
    "Auto Mode with AWS's own add-ons",
    T.cluster,
    {
      computeConfig: { enabled: true },
      storageConfig: { blockStorage: { enabled: true } },
      kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
      bootstrapSelfManagedAddons: true,
    },
    /must be false with EKS Auto Mode/,
  ],
  [
    "node pools without a role",
    T.cluster,
    {
      computeConfig: { enabled: true, nodePools: ["system"] },
      storageConfig: { blockStorage: { enabled: true } },
      kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
    },
    /nodeRoleArn and nodePools go together/,
  ],
  [
    "a cluster that nobody reaches",
    T.cluster,
    ({ a, b }) => ({
      vpcConfig: { subnetIds: [a.id, b.id], endpointPublicAccess: false },
    }),
    /endpoint access cannot be false/,
  ],
  [
    "a cluster in one zone",
    T.cluster,
    ({ a }) => ({ vpcConfig: { subnetIds: [a.id] } }),
    /at least two different AZs/,
  ],
  [
    "a subnet that is not there",
    T.cluster,
    ({ a }) => ({ vpcConfig: { subnetIds: [a.id, "subnet-0"] } }),
    /vpcConfig\.subnetIds\[1\] names subnet-0/,
  ],
  [
    "services outside of private blocks",
    T.cluster,
    { kubernetesNetworkConfig: { serviceIpv4Cidr: "100.64.0.0/16" } },
    /must lie in/,
  ],
  [
    "services that overlap the VPC",
    T.cluster,
    { kubernetesNetworkConfig: { serviceIpv4Cidr: "10.0.0.0/20" } },
    /overlaps with the VPC/,
  ],
  [
    "a cluster role that trusts EC2",
    T.cluster,
    ({ nodeRole }) => ({ roleArn: arn(nodeRole) }),
    /does not name eks\.amazonaws\.com/,
  ],
  [
    "a cluster role without its policy",
    T.cluster,
    async ({ engine }) => ({
      roleArn: arn(await engine.create(T.role, "bare", { assumeRolePolicy: trust("eks.amazonaws.com") })),
    }),
    /AmazonEKSClusterPolicy must be attached/,
  ],
  [
    "a key that is not there",
    T.cluster,
    { encryptionConfig: { provider: { keyArn: "arn:aws:kms:x" }, resources: ["secrets"] } },
    /encryptionConfig\.provider\.keyArn names/,
  ],
  [
    "encryption of something else",
    T.cluster,
    ({ key }) => ({ encryptionConfig: { provider: { keyArn: arn(key) }, resources: ["pods"] } }),
    /must be one of secrets/,
  ],
  [
    "the config map without its creator",
    T.cluster,
    { accessConfig: { authenticationMode: "CONFIG_MAP", bootstrapClusterCreatorAdminPermissions: false } },
    /must be true if/,
  ],
  [
    "an entry for no IAM principal",
    T.accessEntry,
    { principalArn: "platform" },
    /must be the ARN of an IAM role or user/,
  ],
  [
    "an entry into a system group",
    T.accessEntry,
    { kubernetesGroups: ["system:masters"] },
    /cannot start with system:/,
  ],
  [
    "an entry of nodes with groups",
    T.accessEntry,
    { type: "EC2", kubernetesGroups: ["x"] },
    /takes no kubernetesGroups/,
  ],
  [
    "an entry into a cluster that is not there",
    T.accessEntry,
    { clusterName: "gone" },
    /which does not exist/,
  ],
  [
    "an entry into a cluster with the config map",
    T.accessEntry,
    async ({ engine, clusterRole, a, b }) => {
      await engine.create(
        T.cluster,
        "old",
        clusterInputs(clusterRole, [a, b], {
          name: "old",
          accessConfig: { authenticationMode: "CONFIG_MAP" },
        }),
      );
      return { clusterName: "old" };
    },
    /authentication mode must be set/,
  ],
  [
    "a principal admitted twice",
    T.accessEntry,
    async (w) => {
      await w.engine.create(T.accessEntry, "one", valid(w)[T.accessEntry] ?? {});
      return {};
    },
    /already in use on this cluster/,
  ],
  [
    "an access policy that is none",
    T.accessPolicy,
    { policyArn: "arn:aws:eks::aws:cluster-access-policy/Admin" },
    /EKS cluster access policy/,
  ],
  [
    "an access policy without an entry",
    T.accessPolicy,
    { principalArn: "arn:aws:iam::123456789012:role/Nobody" },
    /principalArn could not be found/,
  ],
  [
    "a scope of namespaces without any",
    T.accessPolicy,
    { accessScope: { type: "namespace" } },
    /goes with the type namespace/,
  ],
  [
    "a pod role that trusts EC2",
    T.podIdentity,
    ({ nodeRole }) => ({ roleArn: arn(nodeRole) }),
    /does not allow pods\.eks\.amazonaws\.com sts:AssumeRole/,
  ],
  [
    "a pod role that may not tag",
    T.podIdentity,
    async ({ engine }) => ({
      roleArn: arn(
        await engine.create(T.role, "untagged", { assumeRolePolicy: trust("pods.eks.amazonaws.com") }),
      ),
    }),
    /does not allow pods\.eks\.amazonaws\.com sts:TagSession/,
  ],
  [
    "a service account associated twice",
    T.podIdentity,
    async (w) => {
      await w.engine.create(T.podIdentity, "one", valid(w)[T.podIdentity] ?? {});
      return {};
    },
    /Association already exists/,
  ],
  ["a namespace that cannot be one", T.podIdentity, { namespace: "App" }, /must be the name of a namespace/],
  ["an add-on that is none", T.addon, { addonName: "metric-server" }, /must be one of vpc-cni/],
  [
    "an add-on version without its build",
    T.addon,
    { addonVersion: "v0.8.0" },
    /must look like v1\.12\.3-eksbuild\.1/,
  ],
  [
    "an add-on twice",
    T.addon,
    async (w) => {
      await w.engine.create(T.addon, "one", valid(w)[T.addon] ?? {});
      return {};
    },
    /Addon already exists/,
  ],
  [
    "fewer nodes than the minimum",
    T.nodeGroup,
    { scalingConfig: { minSize: 2, maxSize: 3, desiredSize: 1 } },
    /less than minimum size 2/,
  ],
  [
    "more nodes than the maximum",
    T.nodeGroup,
    { scalingConfig: { minSize: 1, maxSize: 2, desiredSize: 3 } },
    /greater than max size 2/,
  ],
  [
    "a minimum above the maximum",
    T.nodeGroup,
    { scalingConfig: { minSize: 4, maxSize: 3, desiredSize: 4 } },
    /Minimum capacity 4/,
  ],
  [
    "both kinds of update limit",
    T.nodeGroup,
    { updateConfig: { maxUnavailable: 1, maxUnavailablePercentage: 10 } },
    /exactly one of maxUnavailable/,
  ],
  ["a disk beside the template", T.nodeGroup, { diskSize: 50 }, /within the launch template/],
  [
    "a template version that is not there",
    T.nodeGroup,
    ({ template }) => ({ launchTemplate: { id: template.id, version: "2" } }),
    /has no version 2/,
  ],
  [
    "a node role that trusts EKS",
    T.nodeGroup,
    ({ clusterRole }) => ({ nodeRoleArn: arn(clusterRole) }),
    /\[ec2\.amazonaws\.com\] were not found/,
  ],
  ["an image that is retired", T.nodeGroup, { amiType: "AL2_x86_64" }, /must be one of AL2023/],
  ["nodes newer than their cluster", T.nodeGroup, { version: "1.37" }, /is newer than the cluster's 1\.36/],
  [
    "two node groups of one name",
    T.nodeGroup,
    async (w) => {
      await w.engine.create(T.nodeGroup, "one", valid(w)[T.nodeGroup] ?? {});
      return {};
    },
    /NodeGroup already exists/,
  ],
];

const ecr: readonly Case[] = [
  ["an upper-case repository", T.repository, { name: "Team/app" }, /lower-case words/],
  ["a repository name of one character", T.repository, { name: "a" }, /2 to 256/],
  ["two repositories of one name", T.repository, { name: "team/app" }, /RepositoryAlreadyExistsException/],
  ["a mutability that is none", T.repository, { imageTagMutability: "CONSTANT" }, /must be one of MUTABLE/],
  [
    "exclusions without the mutability for them",
    T.repository,
    { imageTagMutabilityExclusionFilters: [{ filter: "dev-*", filterType: "WILDCARD" }] },
    /_WITH_EXCLUSION/,
  ],
  [
    "a key beside AES256",
    T.repository,
    ({ key }) => ({ encryptionConfigurations: [{ encryptionType: "AES256", kmsKey: arn(key) }] }),
    /does not go with AES256/,
  ],
  [
    "a lifecycle of a repository that is not there",
    T.lifecyclePolicy,
    { repository: "gone" },
    /which does not exist/,
  ],
  ["a lifecycle without rules", T.lifecyclePolicy, { policy: "{}" }, /no rules/],
  [
    "one priority twice",
    T.lifecyclePolicy,
    { policy: lifecycle(untagged, untagged) },
    /rulePriority 1 is used twice/,
  ],
  [
    "a lifecycle that does something else",
    T.lifecyclePolicy,
    { policy: lifecycle({ ...untagged, action: { type: "archive" } }) },
    /needs the action/,
  ],
  [
    "tagged images without a pattern",
    T.lifecyclePolicy,
    { policy: lifecycle({ ...untagged, selection: { ...untagged.selection, tagStatus: "tagged" } }) },
    /needs one of tagPrefixList, tagPatternList/,
  ],
  [
    "an age without its unit",
    T.lifecyclePolicy,
    { policy: lifecycle({ ...untagged, selection: { ...untagged.selection, countUnit: undefined } }) },
    /needs countUnit days/,
  ],
  [
    "any image before others",
    T.lifecyclePolicy,
    {
      policy: lifecycle(
        { ...untagged, selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 } },
        { ...untagged, rulePriority: 2 },
      ),
    },
    /highest rulePriority/,
  ],
  [
    "a repository policy with a resource",
    T.repositoryPolicy,
    { policy: policy({ ...allow, Principal: "*" }) },
    /prohibited field Resource/,
  ],
  [
    "continuous scans without the enhanced kind",
    T.scanning,
    { rules: [{ scanFrequency: "CONTINUOUS_SCAN", repositoryFilters: [] }] },
    /needs scanType ENHANCED/,
  ],
  [
    "a cache of an unknown registry",
    T.pullThroughCache,
    { upstreamRegistryUrl: "registry.example.com" },
    /must be one of public\.ecr\.aws/,
  ],
  [
    "a cache of Docker Hub without a login",
    T.pullThroughCache,
    { upstreamRegistryUrl: "registry-1.docker.io" },
    /needs credentialArn/,
  ],
];

describe("the AWS stand-in refuses", () => {
  for (const [sentence, type, changes, message] of [
    ...network,
    ...security,
    ...logsAndKeys,
    ...iam,
    ...eks,
    ...ecr,
  ]) {
    it(`${sentence} (${type.split(":")[2] ?? ""})`, async () => {
      const w = await world();
      await prepare(w, type);
      const broken = typeof changes === "function" ? await changes(w) : changes;
      const inputs: Record<string, Json> = { ...valid(w)[type], ...broken };
      const before = JSON.stringify(accountContents(w.engine.file));
      assert.match(await refusal(w.engine.create(type, "broken", inputs)), message);
      assert.equal(JSON.stringify(accountContents(w.engine.file)), before);
    });
  }

  it("types and functions that it does not model, by name", async () => {
    const engine = await Engine.start();
    const type = "aws:s3/bucket:Bucket";
    assert.match(await refusal(engine.create(type, "x", {})), /does not model aws:s3\/bucket:Bucket/);
    assert.match(
      await refusal(engine.instance.invoke("aws:ec2/getAmi:getAmi", {})),
      /does not model aws:ec2\/getAmi:getAmi/,
    );
    const token = "aws:index/getCallerIdentity:getCallerIdentity";
    assert.match(await refusal(engine.instance.invoke(token, { x: 1 })), /does not model the argument "x"/);
  });
});
