import { between, block, flag, list, matches, number, oneOf, ref, set, text } from "../fields";
import type { Model, Situation } from "../model";
import type { View } from "../values";
import { textOf } from "../values";
import { GROUPS, none, statement } from "./firewall-statements";
import { T } from "./tokens";

const MOST_CAPACITY = 5000;

const name = matches(/^[\w-]{1,128}$/, "may have 128 characters of a-z, A-Z, 0-9, _ and -");
const visibilityConfig = block(
  {
    cloudwatchMetricsEnabled: flag({ required: true }),
    metricName: text({ required: true, check: name }),
    sampledRequestsEnabled: flag({ required: true }),
  },
  { required: true },
);

function* ruleRules(view: View): Generator<{ property: string; reason: string }> {
  const rules = view.blocks("rules");
  for (const field of ["name", "priority"] as const) {
    const values = rules.map((rule) => (field === "name" ? rule.text(field) : rule.number(field)));
    if (new Set(values).size !== values.length)
      yield { property: "rules", reason: `two rules have one ${field}` };
  }
  for (const rule of rules) {
    const isGroup = rule.block("statement").has("managedRuleGroupStatement");
    const [needs, not] = isGroup ? ["overrideAction", "action"] : ["action", "overrideAction"];
    if (!rule.has(needs) || rule.has(not))
      yield {
        property: "rules",
        reason: `the rule ${rule.text("name") ?? ""} needs ${needs}, and no ${not}`,
      };
  }
}

function capacityOf(s: Situation): number {
  return s.view
    .blocks("rules")
    .map((rule) => rule.block("statement").block("managedRuleGroupStatement").text("name"))
    .reduce((sum, group) => sum + (group === undefined ? 2 : (GROUPS[group] ?? 0)), 0);
}

function uuid(s: Situation, salt = ""): string {
  const digits = s.hex(32, salt);
  return [8, 12, 16, 20, 32].map((end, index) => digits.slice([0, 8, 12, 16, 20][index], end)).join("-");
}

function wafArn(s: Situation, kind: string): string {
  return s.arn("wafv2", `regional/${kind}/${s.view.text("name") ?? ""}/${s.id}`);
}

const webAcl: Model = {
  type: T.webAcl,
  tags: true,
  autoName: { field: "name", max: 128 },
  fields: {
    defaultAction: block({ allow: none, block: none }, { required: true }),
    description: text({
      check: matches(/^[\w+=:#@/\-,.][\w+=:#@/\-,. ]{0,255}$/, "may have 256 plain characters"),
    }),
    name: text({ forceNew: true, check: name }),
    rules: set(
      block({
        action: block({ allow: none, block: none, count: none }),
        name: text({ required: true, check: name }),
        overrideAction: block({ count: none, none }),
        priority: number({ required: true, check: between(0, 2147483647) }),
        statement,
        visibilityConfig,
      }),
    ),
    scope: text({ required: true, forceNew: true, check: oneOf("REGIONAL") }),
    visibilityConfig,
  },
  computed: ["applicationIntegrationUrl", "arn", "capacity", "lockToken"],
  moving: ["capacity", "lockToken"],
  rules: ruleRules,
  id: (s) => uuid(s),
  outputs: (s) => ({
    applicationIntegrationUrl: "",
    arn: wafArn(s, "webacl"),
    capacity: capacityOf(s),
    lockToken: uuid(s, "lock"),
  }),
  admit(s) {
    if (capacityOf(s) > MOST_CAPACITY)
      s.refuse(
        "WAFLimitsExceededException",
        `the rules take ${capacityOf(s)} capacity units of ${MOST_CAPACITY}`,
      );
    const twin = s.view.text("name") ?? "";
    if (s.account.find(T.webAcl, "name", twin, s.region) !== undefined)
      s.refuse("WAFDuplicateItemException", `a web ACL named ${twin} exists already`);
  },
  release(s) {
    const arn = textOf(s.self?.attributes["arn"]);
    const user = s.account.find(T.webAclAssociation, "webAclArn", arn);
    if (user !== undefined)
      s.refuse("WAFAssociatedItemException", `AWS WAF couldn't delete it because ${user.id} uses it.`);
  },
};

const ipSet: Model = {
  type: T.ipSet,
  tags: true,
  autoName: { field: "name", max: 128 },
  fields: {
    addresses: set(text({ check: matches(/^[0-9a-f:.]+\/\d{1,3}$/, "must be a CIDR block") })),
    description: text(),
    ipAddressVersion: text({ required: true, forceNew: true, check: oneOf("IPV4", "IPV6") }),
    name: text({ forceNew: true, check: name }),
    scope: text({ required: true, forceNew: true, check: oneOf("REGIONAL") }),
  },
  computed: ["arn", "lockToken"],
  moving: ["lockToken"],
  id: (s) => uuid(s),
  outputs: (s) => ({ arn: wafArn(s, "ipset"), lockToken: uuid(s, "lock") }),
  release(s) {
    const arn = textOf(s.self?.attributes["arn"]);
    const user = s.account
      .all(T.webAcl)
      .find(({ attributes }) => JSON.stringify(attributes["rules"] ?? []).includes(`"${arn}"`));
    if (user !== undefined)
      s.refuse("WAFAssociatedItemException", `AWS WAF couldn't delete it because ${user.id} uses it.`);
  },
};

const webAclAssociation: Model = {
  type: T.webAclAssociation,
  fields: {
    resourceArn: ref(T.loadBalancer, { required: true, forceNew: true }, "arn"),
    webAclArn: ref(T.webAcl, { required: true, forceNew: true }, "arn"),
  },
  computed: [],
  goesWith: { field: "resourceArn", type: T.loadBalancer, by: "arn" },
  id: (s) => `${s.view.text("webAclArn") ?? ""},${s.view.text("resourceArn") ?? ""}`,
  admit(s) {
    const guarded = s.account.find(T.loadBalancer, "arn", s.view.text("resourceArn") ?? "");
    if (guarded === undefined) return;
    if (guarded.attributes["loadBalancerType"] !== "application")
      s.refuse("WAFInvalidParameterException", "a web ACL goes with an application load balancer alone");
    const other = s.account.find(T.webAclAssociation, "resourceArn", textOf(guarded.attributes["arn"]));
    if (other !== undefined)
      s.refuse("WAFInvalidParameterException", `the resource has a web ACL already: ${other.id}`);
  },
};

const webAclLogging: Model = {
  type: T.webAclLogging,
  fields: {
    logDestinationConfigs: set(ref(T.logGroup, {}, "arn"), { required: true, forceNew: true }),
    loggingFilter: block({
      defaultBehavior: text({ required: true, check: oneOf("KEEP", "DROP") }),
      filters: set(
        block({
          behavior: text({ required: true, check: oneOf("KEEP", "DROP") }),
          conditions: set(
            block({
              actionCondition: block({
                action: text({
                  required: true,
                  check: oneOf("ALLOW", "BLOCK", "COUNT", "CAPTCHA", "CHALLENGE"),
                }),
              }),
            }),
            { required: true },
          ),
          requirement: text({ required: true, check: oneOf("MEETS_ALL", "MEETS_ANY") }),
        }),
        { required: true },
      ),
    }),
    redactedFields: list(
      block({
        singleHeader: block({
          name: text({
            required: true,
            check: matches(/^[a-z0-9-]{1,40}$/, "must be a header in lower case"),
          }),
        }),
      }),
    ),
    resourceArn: ref(T.webAcl, { required: true, forceNew: true }, "arn"),
  },
  computed: [],
  goesWith: { field: "resourceArn", type: T.webAcl, by: "arn" },
  id: (s) => s.view.text("resourceArn") ?? "",
  admit(s) {
    for (const arn of s.view.texts("logDestinationConfigs")) {
      if (!/:log-group:aws-waf-logs-/.test(arn)) {
        s.refuse("WAFInvalidParameterException", `the name of ${arn} must begin with aws-waf-logs-`);
      }
    }
  },
};

export const firewallModels: readonly Model[] = [webAcl, ipSet, webAclAssociation, webAclLogging];
