import { between, block, list, matches, number, oneOf, ref, set, text } from "../fields";
import type { Fields } from "../fields";
import { T } from "./tokens";

/** Capacity units of AWS's own groups (https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html). */
export const GROUPS: Readonly<Record<string, number>> = {
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesAnonymousIpList: 50,
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesLinuxRuleSet: 200,
  AWSManagedRulesSQLiRuleSet: 200,
};

/** An action or an answer that takes no settings of ours. */
export const none = block({});

const inspection: Fields = {
  regexMatchStatement: block({
    fieldToMatch: block({ singleHeader: block({ name: text({ required: true }) }) }, { required: true }),
    regexString: text({ required: true, check: matches(/^[^]{1,512}$/, "may have 512 characters") }),
    textTransformations: set(
      block({
        priority: number({ required: true }),
        type: text({ required: true, check: oneOf("NONE", "LOWERCASE") }),
      }),
      { required: true },
    ),
  }),
  ipSetReferenceStatement: block({ arn: ref(T.ipSet, { required: true }, "arn") }),
};
/** Statements nest; so far as ours do, and no deeper. A combination takes two statements at least. */
const several = (fields: Fields) =>
  block({
    statements: list(block(fields), {
      required: true,
      check: (all) => (all.length < 2 ? "must hold two statements at least" : undefined),
    }),
  });
const choice: Fields = { ...inspection, orStatement: several(inspection) };
const negatable: Fields = {
  ...choice,
  notStatement: block({ statement: block(choice, { required: true }) }),
};
const combinable: Fields = { ...negatable, andStatement: several(negatable) };

/** What a rule looks for. */
export const statement = block(
  {
    ...combinable,
    managedRuleGroupStatement: block({
      name: text({ required: true, check: oneOf(...Object.keys(GROUPS)) }),
      ruleActionOverrides: list(
        block({
          actionToUse: block({ allow: none, block: none, count: none }, { required: true }),
          name: text({ required: true }),
        }),
      ),
      vendorName: text({ required: true, check: oneOf("AWS") }),
    }),
    rateBasedStatement: block({
      aggregateKeyType: text({ default: "IP", check: oneOf("IP", "FORWARDED_IP") }),
      evaluationWindowSec: number({
        default: 300,
        check: (seconds) =>
          [60, 120, 300, 600].includes(seconds) ? undefined : "must be one of 60, 120, 300, 600",
      }),
      forwardedIpConfig: block({
        fallbackBehavior: text({ required: true, check: oneOf("MATCH", "NO_MATCH") }),
        headerName: text({ required: true }),
      }),
      limit: number({ required: true, check: between(10, 2_000_000_000) }),
      scopeDownStatement: block(combinable),
    }),
  },
  { required: true },
);
