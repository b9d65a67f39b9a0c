import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { partitionOf, physicalName } from "../../common/naming";
import { SlipwayError } from "../../common/problems";
import type { TraceStoreContract } from "../types";

/** Newest OpenSearch that both AWS and the pinned Jaeger know well. */
const ENGINE = "OpenSearch_2.19";
/** Of 4 GiB, half of which is OpenSearch's heap. */
const MACHINE = "m7g.medium.search";
/** GiB of each node. */
const VOLUME = 50;
const TLS = "Policy-Min-TLS-1-2-PFS-2023-10";
const USERNAME = "jaeger";
/** Zones that a domain can be in. */
const MOST_ZONES = 3;

/** What a {@link TraceStore} is made from. */
export interface TraceStoreArgs {
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
  /** Beginning of the domain's name, e.g. `slipway-production`. */
  readonly prefix: string;
  readonly vpcId: pulumi.Input<string>;
  /** Subnets that it lives in, one a zone. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** IPv4 blocks of these subnets. */
  readonly cidrs: readonly string[];
  /** Group of the nodes whose pods may call it. */
  readonly callerGroupId: pulumi.Input<string>;
  /** Key of its disks; the key's policy must let OpenSearch use it. */
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Keeps it and its password from being deleted. */
  readonly protect: boolean;
}

/**
 * An OpenSearch for traces, in two or three zones of the network's data subnets: encrypted on its disks, between its
 * nodes and towards its callers, and open to one account with a generated password. AWS keeps hourly snapshots for two
 * weeks.
 *
 * It costs by the hour for each node, and by the size of the volumes. The AWS account must have the role
 * `AWSServiceRoleForAmazonOpenSearchService`, which is one for all of its domains.
 */
export class TraceStore extends pulumi.ComponentResource implements TraceStoreContract {
  readonly url: pulumi.Output<string>;
  readonly username: string = USERNAME;
  readonly password: pulumi.Output<string>;
  readonly cidrs: readonly string[];
  readonly copies: number = 1;

  /** @throws SlipwayError when there are subnets in fewer than two zones. */
  constructor(name: string, args: TraceStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    const subnetIds = args.subnetIds.slice(0, MOST_ZONES);
    const zones = subnetIds.length;
    if (zones < 2) {
      throw new SlipwayError({
        where: `the search domain ${name}`,
        what: `there is ${zones === 0 ? "no subnet" : "one subnet"} for it`,
        allowed: "subnets in two zones at least",
      });
    }
    super("slipway:monitoring:TraceStore", name, {}, opts);
    const child = { parent: this };
    const kept = { ...child, protect: args.protect, retainOnDelete: args.protect };

    const domainName = physicalName("searchDomain", args.prefix, "traces");
    const group = new aws.ec2.SecurityGroup(
      `${name}-group`,
      { vpcId: args.vpcId, description: "OpenSearch for traces" },
      child,
    );
    const opening = new aws.vpc.SecurityGroupIngressRule(
      `${name}-ingress-443-from-app`,
      {
        securityGroupId: group.id,
        referencedSecurityGroupId: args.callerGroupId,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        description: "Jaeger to OpenSearch",
      },
      child,
    );
    this.password = new random.RandomPassword(
      `${name}-password`,
      // What OpenSearch asks of a master user.
      {
        length: 32,
        overrideSpecial: "-_.",
        minLower: 1,
        minUpper: 1,
        minNumeric: 1,
        minSpecial: 1,
      },
      kept,
    ).result;
    const domain = new aws.opensearch.Domain(
      `${name}-domain`,
      {
        domainName,
        engineVersion: ENGINE,
        clusterConfig: {
          instanceType: MACHINE,
          instanceCount: zones,
          zoneAwarenessEnabled: true,
          zoneAwarenessConfig: { availabilityZoneCount: zones },
        },
        ebsOptions: { ebsEnabled: true, volumeType: "gp3", volumeSize: VOLUME },
        encryptAtRest: { enabled: true, kmsKeyId: args.kmsKeyArn },
        nodeToNodeEncryption: { enabled: true },
        domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: TLS },
        advancedSecurityOptions: {
          enabled: true,
          internalUserDatabaseEnabled: true,
          masterUserOptions: { masterUserName: USERNAME, masterUserPassword: this.password },
        },
        // Who may come is the matter of the group, and who gets in that of the account: it has no IAM to sign with.
        accessPolicies: pulumi.output(args.accountId).apply((accountId) =>
          JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { AWS: "*" },
                Action: "es:ESHttp*",
                Resource: `arn:${partitionOf(args.region)}:es:${args.region}:${accountId}:domain/${domainName}/*`,
              },
            ],
          }),
        ),
        softwareUpdateOptions: { autoSoftwareUpdateEnabled: true },
        vpcOptions: { subnetIds: [...subnetIds], securityGroupIds: [group.id] },
      },
      { ...kept, dependsOn: [opening] },
    );

    this.url = pulumi.interpolate`https://${domain.endpoint}:443`;
    this.cidrs = args.cidrs;
    this.registerOutputs({
      url: this.url,
      username: this.username,
      password: this.password,
      cidrs: this.cidrs,
      copies: this.copies,
    });
  }
}
