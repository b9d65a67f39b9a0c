import type { types } from "@pulumi/aws";

type Rule = types.input.wafv2.WebAclRule;

/** Requests of one address in five minutes after which WAF answers 403 until it calms down. */
export const REQUESTS_PER_ADDRESS = 30_000;
const WINDOW_SECONDS = 300;

/** Groups of rules that AWS keeps, in the order in which they look at a request. */
const GROUPS: readonly { readonly name: string; readonly counts?: readonly string[] }[] = [
  { name: "AWSManagedRulesAmazonIpReputationList" },
  { name: "AWSManagedRulesKnownBadInputsRuleSet" },
  // It would refuse every body above 8 KiB; how large one may be is said by each route, and held by the proxies.
  { name: "AWSManagedRulesCommonRuleSet", counts: ["SizeRestrictions_BODY"] },
  { name: "AWSManagedRulesSQLiRuleSet" },
];

/**
 * The rules of the firewall in front of an ALB: first the rate of each address, then AWS's managed groups. Together
 * they take 1,127 of the 1,500 capacity units that a web ACL has without a surcharge.
 */
export function firewallRules(requestsPerAddress = REQUESTS_PER_ADDRESS): Rule[] {
  const rate: Rule = {
    name: "rate-per-address",
    priority: 0,
    action: { block: {} },
    statement: {
      rateBasedStatement: {
        limit: requestsPerAddress,
        aggregateKeyType: "IP",
        evaluationWindowSec: WINDOW_SECONDS,
      },
    },
    visibilityConfig: visibility("rate-per-address"),
  };
  return [rate, ...GROUPS.map(({ name, counts }, index) => managed(name, index + 1, counts))];
}

function managed(name: string, priority: number, counts: readonly string[] = []): Rule {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ...(counts.length === 0
          ? {}
          : { ruleActionOverrides: counts.map((rule) => ({ name: rule, actionToUse: { count: {} } })) }),
      },
    },
    visibilityConfig: visibility(name),
  };
}

/** How a rule shows in CloudWatch. */
export function visibility(metricName: string): types.input.wafv2.WebAclVisibilityConfig {
  return { metricName, cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
