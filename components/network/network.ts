import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { NetworkContract, SecurityGroupRole } from "../common/contracts";
import { checkLogRetention } from "../common/log-retention";
import { createGatewayEndpoints, createInterfaceEndpoints } from "./endpoints";
import { createFlowLogs, flowLogGroupName } from "./flow-logs";
import { planSubnets } from "./plan";
import type { PlanArgs, ZonePlan } from "./plan";
import { createRouting } from "./routing";
import type { NatMode, ZoneSubnets } from "./routing";
import type { Scope } from "./scope";
import { createSecurityGroups } from "./security-groups";

/** What a {@link Network} is made from; the block and the zones are those of {@link PlanArgs}. */
export interface NetworkArgs extends PlanArgs {
  /** Beginning of all `Name` tags and name of the log group's folder, e.g. `slipway-production`. */
  readonly displayName: string;
  readonly nat: NatMode;
  /** Private endpoints for what nodes call: ECR, STS, CloudWatch logs, EC2, EKS and EKS auth. */
  readonly interfaceEndpoints: boolean;
  /** The account, 12 digits. */
  readonly accountId: pulumi.Input<string>;
  /** Key of the flow logs; its policy must let CloudWatch Logs use it for {@link flowLogGroupName}. */
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Days that flow logs are kept; one of the steps that CloudWatch knows. @default 30 */
  readonly flowLogRetentionDays?: number;
  /** Cluster that will run here: its load balancers look for its name on the subnets. @default no tag */
  readonly clusterName?: string;
  /** Whether the VPC and the subnets refuse to be deleted. @default false */
  readonly protect?: boolean;
  /** Tags of everything here. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

type Tier = "public" | "private" | "data";

/**
 * The network that a stack's cluster and stores live in. It creates:
 *
 * 1. the VPC, with DNS, and in each zone a public, a private and a data subnet; none hands out public addresses;
 * 2. an internet gateway, NAT gateways by mode, and route tables; the data tier has no way out;
 * 3. gateway endpoints for S3 and DynamoDB, and on demand interface endpoints for what nodes call;
 * 4. a security group a role, each rule a resource of its own; the default group is closed;
 * 5. flow logs in an encrypted log group.
 *
 * NAT gateways and interface endpoints cost by the hour, all else by traffic or nothing.
 *
 * @throws SlipwayError before anything is created when the block, the zones or the retention are not allowed.
 */
export class Network extends pulumi.ComponentResource implements NetworkContract {
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  readonly zones: readonly string[];
  readonly publicSubnetIds: readonly pulumi.Output<string>[];
  readonly privateSubnetIds: readonly pulumi.Output<string>[];
  readonly dataSubnetIds: readonly pulumi.Output<string>[];
  readonly dataCidrs: readonly string[];
  readonly securityGroupIds: Readonly<Record<SecurityGroupRole, pulumi.Output<string>>>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    const plan = planSubnets(args);
    const retentionDays = args.flowLogRetentionDays ?? 30;
    checkLogRetention("retention of the network's flow logs", retentionDays);
    const logGroupName = flowLogGroupName(args.displayName);
    super("slipway:network:Network", name, {}, opts);

    const tags = (purpose?: string): Record<string, string> => ({
      ...args.tags,
      Name: purpose === undefined ? args.displayName : `${args.displayName}-${purpose}`,
    });
    const guarded = { parent: this, ...(args.protect === true ? { protect: true } : {}) };
    const vpc = new aws.ec2.Vpc(
      `${name}-vpc`,
      { cidrBlock: plan.cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: tags() },
      guarded,
    );
    const scope: Scope = { name, parent: this, vpcId: vpc.id, tags };

    const subnet = (tier: Tier, zone: ZonePlan): pulumi.Output<string> =>
      new aws.ec2.Subnet(
        `${name}-${tier}-${zone.zone}`,
        {
          vpcId: vpc.id,
          cidrBlock: zone[tier],
          availabilityZone: zone.zone,
          mapPublicIpOnLaunch: false,
          tags: { ...tags(`${tier}-${zone.zone}`), ...discoveryTags(tier, args.clusterName) },
        },
        guarded,
      ).id;
    const subnets = plan.zones.map((zone): ZoneSubnets => ({
      zone: zone.zone,
      publicId: subnet("public", zone),
      privateId: subnet("private", zone),
      dataId: subnet("data", zone),
    }));
    this.vpcId = vpc.id;
    this.cidr = plan.cidr;
    this.zones = plan.zones.map(({ zone }) => zone);
    this.publicSubnetIds = subnets.map(({ publicId }) => publicId);
    this.privateSubnetIds = subnets.map(({ privateId }) => privateId);
    this.dataSubnetIds = subnets.map(({ dataId }) => dataId);
    this.dataCidrs = plan.zones.map(({ data }) => data);

    const closedTables = createRouting(scope, args.nat, subnets);
    createGatewayEndpoints(scope, plan.region, closedTables);
    if (args.interfaceEndpoints)
      createInterfaceEndpoints(scope, plan.region, plan.cidr, this.privateSubnetIds);
    this.securityGroupIds = createSecurityGroups(scope);
    const { accountId, kmsKeyArn } = args;
    createFlowLogs(scope, { logGroupName, region: plan.region, accountId, kmsKeyArn, retentionDays });

    this.registerOutputs({
      vpcId: this.vpcId,
      cidr: this.cidr,
      zones: this.zones,
      publicSubnetIds: this.publicSubnetIds,
      privateSubnetIds: this.privateSubnetIds,
      dataSubnetIds: this.dataSubnetIds,
      dataCidrs: this.dataCidrs,
      securityGroupIds: this.securityGroupIds,
    });
  }
}

/** The tags by which EKS and its load balancers find subnets; data subnets carry none, so nothing is put there. */
function discoveryTags(tier: Tier, clusterName: string | undefined): Record<string, string> {
  if (tier === "data") return {};
  return {
    [tier === "public" ? "kubernetes.io/role/elb" : "kubernetes.io/role/internal-elb"]: "1",
    ...(clusterName === undefined ? {} : { [`kubernetes.io/cluster/${clusterName}`]: "shared" }),
  };
}
