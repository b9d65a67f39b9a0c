import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { partitionOf, physicalName } from "../common/naming";
import type { Scope } from "./scope";

export interface FlowLogArgs {
  /** Name of the log group, from {@link flowLogGroupName}. */
  readonly logGroupName: string;
  /** E.g. `eu-central-1`. */
  readonly region: string;
  /** The account, 12 digits. */
  readonly accountId: pulumi.Input<string>;
  /** Key of the log group; its policy must let CloudWatch Logs use it for this group. */
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Days that records are kept. */
  readonly retentionDays: number;
}

/** Name of the log group, known before the group exists so that the key's policy can name it. */
export function flowLogGroupName(displayName: string): string {
  return physicalName("logGroup", `/slipway/${displayName}/flow-logs`);
}

/** Records every accepted and refused connection of the VPC in an encrypted log group. */
export function createFlowLogs({ name, parent, vpcId, tags }: Scope, args: FlowLogArgs): void {
  const { region, accountId } = args;
  const group = new aws.cloudwatch.LogGroup(
    `${name}-flow-logs`,
    {
      name: args.logGroupName,
      retentionInDays: args.retentionDays,
      kmsKeyId: args.kmsKeyArn,
      tags: tags("flow-logs"),
    },
    { parent },
  );
  const role = new aws.iam.Role(
    `${name}-flow-logs`,
    {
      description: "Lets VPC flow logs write to their log group",
      assumeRolePolicy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "vpc-flow-logs.amazonaws.com" },
            Action: "sts:AssumeRole",
            // Keeps the service from using the role for flow logs of somebody else's account.
            Condition: {
              StringEquals: { "aws:SourceAccount": accountId },
              ArnLike: {
                "aws:SourceArn": pulumi.interpolate`arn:${partitionOf(region)}:ec2:${region}:${accountId}:vpc-flow-log/*`,
              },
            },
          },
        ],
      }),
      tags: tags("flow-logs"),
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-flow-logs`,
    {
      role: role.name,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: [
              "logs:CreateLogStream",
              "logs:PutLogEvents",
              "logs:DescribeLogGroups",
              "logs:DescribeLogStreams",
            ],
            Resource: [group.arn, pulumi.interpolate`${group.arn}:*`],
          },
        ],
      }),
    },
    { parent },
  );
  new aws.ec2.FlowLog(
    `${name}-flow-logs`,
    {
      vpcId,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      tags: tags("flow-logs"),
    },
    { parent, dependsOn: [policy] },
  );
}
