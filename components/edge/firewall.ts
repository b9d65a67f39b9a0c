import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CdnTrust } from "./cdn-trust";
import { firewallRules, visibility } from "./firewall-rules";
import type { CdnSource } from "./firewall-rules";

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
  args: FirewallArgs & { readonly loadBalancerArn: pulumi.Input<string>; readonly cdn?: CdnTrust },
  opts: pulumi.CustomResourceOptions,
): void {
  const { logGroupName, kmsKeyArn, logRetentionDays = 30, loadBalancerArn, cdn } = args;
  const acl = new aws.wafv2.WebAcl(
    `${name}-firewall`,
    {
      scope: "REGIONAL",
      description: "Every public host of the stack",
      defaultAction: { allow: {} },
      rules: firewallRules(cdn === undefined ? {} : { cdn: cdnSource(name, cdn, opts) }),
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

/** The blocks of a CDN as sets that rules can name. */
function cdnSource(name: string, cdn: CdnTrust, opts: pulumi.CustomResourceOptions): CdnSource {
  const blocks = { IPV4: cdn.ipv4Blocks, IPV6: cdn.ipv6Blocks } as const;
  const setArns = (["IPV4", "IPV6"] as const).map(
    (ipAddressVersion) =>
      new aws.wafv2.IpSet(
        `${name}-cdn-${ipAddressVersion.toLowerCase()}`,
        {
          scope: "REGIONAL",
          ipAddressVersion,
          description: "Where the CDN calls from",
          addresses: pulumi.output(blocks[ipAddressVersion]).apply((list) => [...list].sort()),
        },
        opts,
      ).arn,
  );
  return { hosts: cdn.hosts, setArns };
}
