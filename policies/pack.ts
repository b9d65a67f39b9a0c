import type {
  Policies,
  PolicyConfigSchema,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Fields } from "./core/json";
import { Judgement, sentenceOf } from "./core/judgement";
import type { Violation } from "./core/judgement";
import { Ledger } from "./core/ledger";
import { namesOf, noNames } from "./kubernetes/names";
import type { ResourceRule, Rule, RuleText, StackRule } from "./core/rule";
import { StackNode, subjectOf } from "./nodes";
import { faultsOf } from "./schema-check";
import type { Schema } from "./schema-check";
import { exemptionsOf, settingsOf } from "./core/settings";
import type { Exemption, Settings } from "./core/settings";

/** What all rules take besides their own parameters. */
export const exemptionsSchema = {
  type: "array",
  description: "Resources that the rule leaves alone for a time.",
  items: {
    type: "object",
    required: ["resource", "reason", "until"],
    additionalProperties: false,
    properties: {
      resource: { type: "string", minLength: 3 },
      reason: { type: "string", minLength: 10 },
      until: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
      madeBy: { type: "string", minLength: 3 },
    },
  },
} satisfies Schema;

/** Schema of a rule's configuration beside its level. */
export function configSchemaOf({ parameters = {} }: RuleText): PolicyConfigSchema {
  return { properties: { ...parameters, exemptions: exemptionsSchema } };
}

/**
 * What the engine is told of it. It would get the whole schema of exemptions once for each rule, which makes every start
 * of the pack a tenth of a second longer, so the pack looks at them itself: {@link configurationOf}.
 */
function toldSchemaOf({ parameters = {} }: RuleText): PolicyConfigSchema {
  const { type, description, items } = exemptionsSchema;
  return {
    properties: {
      ...parameters,
      exemptions: {
        type,
        description: `${description} Each has ${items.required.join(", ")}.`,
        items: { type: "object" },
      },
    },
  };
}

/**
 * Rules as the engine takes them, and after them the reports about exemptions and open questions.
 *
 * @param today `YYYY-MM-DD` in UTC; exemptions end by it.
 */
export function policiesOf(rules: readonly Rule[], today: string): Policies {
  const ledger = new Ledger(today);
  // Before a cluster is there its provider answers nothing, so rules about the stack see of objects what was written.
  const written = new Map<string, Fields>();
  return [
    ...rules.map((rule) =>
      rule.scope === "stack" ? stackPolicy(rule, ledger, written) : resourcePolicy(rule, ledger, written),
    ),
    // Last, for they say what the others have found.
    ...reports(ledger),
  ];
}

function resourcePolicy(
  rule: ResourceRule,
  ledger: Ledger,
  written: Map<string, Fields>,
): ResourceValidationPolicy {
  const configured = configurationOf(rule);
  const judges = new Map<string, boolean>();
  // Every rule is asked about every resource, so what a type tells is kept.
  const applies = (type: string): boolean => {
    const known = judges.get(type) ?? rule.applies(type);
    judges.set(type, known);
    return known;
  };
  return {
    ...described(rule),
    validateResource: (args, report) => {
      written.set(args.urn, args.props);
      const { exemptions, settings } = configured(args);
      if (!applies(args.type)) {
        // This puts its exemptions on record.
        ledger.exempts(rule.name, exemptions, () => noNames);
        return;
      }
      const subject = subjectOf(args);
      const isExempt = ledger.exempts(rule.name, exemptions, () => namesOf(subject));
      if (isExempt === "yes") return;
      const judgement = new Judgement();
      rule.judge(subject, judgement, settings);
      // Where the resource may turn out to be exempt, nothing is certain yet.
      const isOpen = isExempt === "perhaps" && judgement.violations.length > 0;
      if (!isOpen) for (const violation of judgement.violations) report(sentenceOf(violation));
      if (isOpen || judgement.undecided.length > 0) ledger.leaves(rule.name, `${args.type} ${args.name}`);
    },
    ...(rule.remediate && {
      remediateResource: (args) => {
        if (!rule.applies(args.type)) return undefined;
        const subject = subjectOf(args);
        // What is exempt, or may turn out to be, stays as it was written.
        const isExempt = ledger.exempts(rule.name, configured(args).exemptions, () => namesOf(subject));
        return isExempt === "no" ? rule.remediate?.(subject) : undefined;
      },
    }),
  };
}

interface Configuration {
  readonly exemptions: readonly Exemption[];
  readonly settings: Settings;
}

/**
 * What the stack's configuration says of a rule. It holds for as long as the pack runs, so it is read once.
 *
 * @throws Error for exemptions that are not as their schema says: one without an end would never end.
 */
function configurationOf(rule: Rule): (args: Pick<ResourceValidationArgs, "getConfig">) => Configuration {
  let known: Configuration | undefined;
  return (args) => {
    if (known === undefined) {
      const config = args.getConfig<Fields>();
      const [fault] = faultsOf(exemptionsSchema, config["exemptions"] ?? [], "exemptions");
      if (fault !== undefined) {
        const { path, what, allowed } = fault;
        throw new Error(`configuration of ${rule.name}: ${path}: ${what}; allowed: ${allowed}; correct it`);
      }
      known = { exemptions: exemptionsOf(config), settings: settingsOf(rule, config) };
    }
    return known;
  };
}

function stackPolicy(
  rule: StackRule,
  ledger: Ledger,
  written: ReadonlyMap<string, Fields>,
): StackValidationPolicy {
  const configured = configurationOf(rule);
  return {
    ...described(rule),
    validateStack: (args, report) => {
      const { exemptions, settings } = configured(args);
      const graph = args.resources.map((resource) => new StackNode(resource, written.get(resource.urn)));
      const judgement = new Judgement();
      rule.judge(graph, judgement, settings);
      const byUrn = new Map(graph.map((node) => [node.urn, node]));
      // On record even when nothing is wrong.
      ledger.exempts(rule.name, exemptions, () => noNames);
      const isExempt = ({ urn }: Violation): boolean => {
        const node = urn === undefined ? undefined : byUrn.get(urn);
        return node !== undefined && ledger.exempts(rule.name, exemptions, () => namesOf(node)) !== "no";
      };
      for (const violation of judgement.violations) {
        if (!isExempt(violation)) report(sentenceOf(violation), violation.urn);
      }
      if (judgement.undecided.length > 0) ledger.leaves(rule.name, "the stack");
    },
  };
}

function described(rule: Rule): Omit<
  ResourceValidationPolicy,
  "validateResource" | "remediateResource" | "enforcementLevel"
> & {
  readonly enforcementLevel: "mandatory" | "advisory";
} {
  const cis = rule.ids.find((id) => id.startsWith("CIS "));
  return {
    name: rule.name,
    displayName: rule.title,
    description: rule.description,
    enforcementLevel: rule.level,
    severity: rule.severity,
    tags: [rule.area, ...rule.ids],
    remediationSteps: rule.remedy,
    url: rule.url,
    configSchema: toldSchemaOf(rule),
    ...(cis !== undefined && {
      framework: {
        name: "CIS Amazon EKS Benchmark",
        version: "1.8.0",
        reference: cis.slice("CIS ".length),
        specification: rule.description,
      },
    }),
  };
}

/** What the pack itself reports: name, level, what holds when it says nothing, and the sentences. */
const reportTexts = [
  ["slipway-policies-exemption-forbid-ended", "mandatory", "No exemption has ended.", "ended"],
  ["slipway-policies-exemption-require-match", "advisory", "Every exemption is needed.", "unmatched"],
  ["slipway-policies-rule-report-undecided", "advisory", "Every rule has decided.", "undecided"],
] as const;

/** Names of the pack's own reports, which a configuration may give another level. */
export const reportNames: readonly string[] = reportTexts.map(([name]) => name);

function reports(ledger: Ledger): readonly StackValidationPolicy[] {
  return reportTexts.map(([name, enforcementLevel, description, sentences]) => ({
    name,
    displayName: description,
    description,
    enforcementLevel,
    validateStack: (_args, report) => {
      for (const sentence of ledger[sentences]()) report(`${sentence}.`);
    },
  }));
}
