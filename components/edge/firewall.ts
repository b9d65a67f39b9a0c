import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { firewallRules, visibility } from "./firewall-rules";

/** What guards a load balancer. */
export interface FirewallArgs {
  /** Name of the log group, by {@link firewallLogGroupName}; the key's policy must let CloudWatch Logs use it. */
  readonly logGroupName: string;
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Days that the log is kept. @default 30 */
  readonly logRetentionDays?: number;
}

/** The log group of a stack's firewall; WAF writes to none whose name begins otherwise. */
export function firewallLogGroupName(stackName: string): string {
  return `aws-waf-logs-${stackName}`;
}

/** Headers that hold what a session is worth; the log has them not. */
const REDACTED = ["authorization", "cookie"];

/** A web ACL on a load balancer, with a log of what it blocked or counted. */
export function createFirewall(
  name: string,
  { logGroupName, kmsKeyArn, logRetentionDays = 30 }: FirewallArgs,
  loadBalancerArn: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): void {
  const acl = new aws.wafv2.WebAcl(
    `${name}-firewall`,
    {
      scope: "REGIONAL",
      description: "Every public host of the stack",
      defaultAction: { allow: {} },
      rules: firewallRules(),
      visibilityConfig: visibility("edge"),
    },
    opts,
  );
  new aws.wafv2.WebAclAssociation(
    `${name}-firewall-association`,
    { resourceArn: loadBalancerArn, webAclArn: acl.arn },
    opts,
  );
  const log = new aws.cloudwatch.LogGroup(
    `${name}-firewall-log`,
    { name: logGroupName, retentionInDays: logRetentionDays, kmsKeyId: kmsKeyArn },
    opts,
  );
  new aws.wafv2.WebAclLoggingConfiguration(
    `${name}-firewall-logging`,
    {
      resourceArn: acl.arn,
      logDestinationConfigs: [log.arn],
      redactedFields: REDACTED.map((header) => ({ singleHeader: { name: header } })),
      // What was let through unseen is in the proxies' own logs.
      loggingFilter: {
        defaultBehavior: "DROP",
        filters: [
          {
            behavior: "KEEP",
            requirement: "MEETS_ANY",
            conditions: ["BLOCK", "COUNT"].map((action) => ({ actionCondition: { action } })),
          },
        ],
      },
    },
    opts,
  );
}
