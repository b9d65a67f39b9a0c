import { settingsOf } from "../../policies/core/settings";
import type { Rule } from "../../policies/core/rule";
import type { Outcome } from "../outcome";
import { table } from "../table";
import { allCards, known } from "./cards";
import type { RuleCard } from "./cards";

/** What `slipway policy explain RULE --json` prints of a rule. Field names are a public contract. */
interface Explained {
  readonly name: string;
  readonly area: string;
  readonly title: string;
  readonly description: string;
  readonly level: RuleCard["level"];
  readonly levelInProduction: RuleCard["level"];
  readonly severity: RuleCard["severity"];
  readonly checks: readonly number[];
  readonly ids: readonly string[];
  readonly remedy: string;
  readonly url: string;
  /** Types of resources; empty for a rule about the whole stack. */
  readonly types: readonly string[];
  /** Whether it can mend what it finds, at level remediate. */
  readonly remediates: boolean;
  readonly parameters: NonNullable<Rule["parameters"]>;
  /** The same condition for the API server, with the defaults of its parameters; null where it cannot hold it. */
  readonly cluster: {
    readonly resources: readonly string[];
    readonly variables: readonly { readonly name: string; readonly expression: string }[];
    readonly validations: readonly { readonly expression: string; readonly message: string }[];
  } | null;
}

/** `slipway policy explain`: one rule, or all of them. @throws UsageError for a rule that there is not. */
export function explainRules(name: string | undefined): Outcome {
  const cards = allCards();
  if (name === undefined) {
    const all = cards.map(explained);
    return { ok: true, json: { rules: all }, text: listed(all) };
  }
  known(
    "slipway policy explain",
    "rule",
    name,
    cards.map((card) => card.name),
  );
  const [found] = cards.filter((card) => card.name === name).map(explained);
  return { ok: true, json: found ?? {}, text: found === undefined ? "" : described(found) };
}

function explained({ rule, ...card }: RuleCard): Explained {
  const ofResources = rule?.scope === "resource" ? rule : undefined;
  const cel = ofResources?.cel;
  return {
    ...card,
    levelInProduction: rule?.mandatoryInProduction === true ? "mandatory" : card.level,
    checks: rule?.checks ?? [],
    types: ofResources?.types ?? [],
    remediates: ofResources?.remediate !== undefined,
    parameters: rule?.parameters ?? {},
    cluster:
      rule === undefined || cel === undefined
        ? null
        : {
            resources: cel.resources,
            variables: cel.variables ?? [],
            validations: cel.validations(settingsOf(rule, {})),
          },
  };
}

function listed(all: readonly Explained[]): string {
  const areas = [...new Set(all.map(({ area }) => area))];
  // All in one table, so that the columns of all areas are as wide.
  const rows = table(
    all.map((one) => [
      `  ${one.name}`,
      levelOf(one),
      one.severity,
      one.cluster ? "cluster too" : "",
      one.title,
    ]),
  );
  return areas
    .flatMap((area) => [area, ...rows.filter((_, index) => all[index]?.area === area), ""])
    .concat("`slipway policy explain RULE` says more of one.")
    .join("\n");
}

function levelOf({ level, levelInProduction }: Explained): string {
  return level === levelInProduction ? level : `${level}, ${levelInProduction} in production`;
}

function described(one: Explained): string {
  const facts: [string, string][] = [
    ["area", one.area],
    ["level", levelOf(one)],
    ["severity", one.severity],
    ["check", one.checks.join(", ")],
    ["says the same", one.ids.join(", ")],
    ["judges", one.types.length === 0 ? "the stack as a whole" : one.types.join(", ")],
    ["mends by itself", one.remediates ? "at level remediate" : "no"],
    ["what to do", one.remedy],
    ["more", one.url],
  ];
  return [
    one.name,
    one.title,
    "",
    one.description,
    "",
    ...table(facts.filter(([, fact]) => fact !== "")),
    ...parametersOf(one),
    ...clusterOf(one),
  ].join("\n");
}

function parametersOf({ parameters }: Explained): readonly string[] {
  const named = Object.entries(parameters);
  if (named.length === 0) return [];
  return [
    "",
    "parameters",
    ...named.flatMap(([name, parameter]) => [
      `  ${name}: ${parameter.description}`,
      `    default: ${JSON.stringify(parameter.default)}`,
    ]),
  ];
}

function clusterOf({ cluster }: Explained): readonly string[] {
  if (cluster === null) return ["", "in the cluster: not enforced"];
  return [
    "",
    `in the cluster: enforced by the API server, in CEL, for ${cluster.resources.join(", ")}`,
    ...cluster.variables.map(({ name, expression }) => `  variables.${name} = ${expression}`),
    ...cluster.validations.flatMap(({ expression, message }) => [
      "  demands",
      `    ${expression}`,
      `  or says: ${message}`,
    ]),
  ];
}
