import type { types } from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { CLIENT_HEADER } from "./cdn-trust";

type Rule = types.input.wafv2.WebAclRule;
type Statement = types.input.wafv2.WebAclRuleStatement;

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

/** Hosts behind a CDN, and the sets of addresses that it calls from. */
export interface CdnSource {
  readonly hosts: readonly string[];
  readonly setArns: readonly pulumi.Input<string>[];
}

export interface FirewallRulesArgs {
  /** @default 30000 in five minutes */
  readonly requestsPerAddress?: number;
  /** @default none */
  readonly cdn?: CdnSource;
}

/**
 * The rules of the firewall in front of an ALB: first the rate of each address, then AWS's managed groups. Together
 * they take 1,127 of the 1,500 capacity units that a web ACL has without a surcharge. Hosts behind a CDN, each of which
 * takes 39 more, answer to nobody else, and their clients are told apart by what it says of them, for all call from its
 * few addresses.
 */
export function firewallRules({
  requestsPerAddress = REQUESTS_PER_ADDRESS,
  cdn,
}: FirewallRulesArgs = {}): Rule[] {
  const rate = (name: string, rest: object): Partial<Rule> => ({
    name,
    action: { block: {} },
    statement: {
      rateBasedStatement: {
        limit: requestsPerAddress,
        evaluationWindowSec: WINDOW_SECONDS,
        aggregateKeyType: "IP",
        ...rest,
      },
    },
  });
  const rules =
    cdn === undefined
      ? [rate("rate-per-address", {})]
      : [
          {
            name: "cdn-hosts-by-cdn-alone",
            action: { block: {} },
            statement: {
              andStatement: { statements: [anyOf(cdn.hosts.map(isHost)), not(anyOf(cdn.setArns.map(isIn)))] },
            },
          },
          rate("rate-per-address", { scopeDownStatement: not(anyOf(cdn.hosts.map(isHost))) }),
          rate("rate-per-address-by-cdn", {
            aggregateKeyType: "FORWARDED_IP",
            // Cannot be left out there: who does not come through the CDN is blocked above.
            forwardedIpConfig: { headerName: CLIENT_HEADER, fallbackBehavior: "MATCH" },
            scopeDownStatement: anyOf(cdn.hosts.map(isHost)),
          }),
        ];
  return [...rules, ...GROUPS.map(managed)].map((rule, priority) => ({
    ...rule,
    priority,
    visibilityConfig: visibility(rule.name as string),
  })) as Rule[];
}

function managed({ name, counts = [] }: (typeof GROUPS)[number]): Partial<Rule> {
  return {
    name,
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
  };
}

/** With a port or a dot at the end too, for who comes past the CDN writes what the proxies still take for the host. */
function isHost(host: string): Statement {
  return {
    regexMatchStatement: {
      fieldToMatch: { singleHeader: { name: "host" } },
      regexString: `^${host.replaceAll(".", String.raw`\.`)}\\.?(:[0-9]+)?$`,
      textTransformations: [{ priority: 0, type: "LOWERCASE" }],
    },
  };
}

function isIn(arn: pulumi.Input<string>): Statement {
  return { ipSetReferenceStatement: { arn } };
}

/** A choice of one is no choice to WAF, which wants two at least. */
function anyOf(statements: readonly Statement[]): Statement {
  const [first] = statements;
  return statements.length === 1 && first !== undefined
    ? first
    : { orStatement: { statements: [...statements] } };
}

function not(statement: Statement): Statement {
  return { notStatement: { statement } };
}

/** How a rule shows in CloudWatch. */
export function visibility(metricName: string): types.input.wafv2.WebAclVisibilityConfig {
  return { metricName, cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
