import { fields, isFields, list } from "./core/json";
import type { Fields } from "./core/json";
import type { Rule } from "./core/rule";
import { firstDuplicate } from "./json-text";
import { configSchemaOf, reportNames } from "./pack";
import { faultsOf } from "./schema-check";

/** How strictly a rule is held; CrossGuard's own words. */
export const levels = ["advisory", "mandatory", "remediate", "disabled"] as const;
export type Level = (typeof levels)[number];

/** What a configuration says of one rule. */
export interface RuleConfig {
  readonly level?: Level;
  /** Parameters and exemptions. */
  readonly settings: Fields;
}

/** What is wrong in a configuration, and where in it. */
export interface ConfigProblem {
  /** Fields from the top: `kubernetes-core-pod-require-non-root.exemptions[0].until`; empty for the file itself. */
  readonly path: string;
  readonly what: string;
  readonly allowed?: string;
  /** A name that is not known, with those that are, for whoever can tell which was meant. */
  readonly unknown?: { readonly name: string; readonly known: readonly string[] };
}

export interface ReadConfig {
  /** By rule, as far as it is right. */
  readonly config: ReadonlyMap<string, RuleConfig>;
  /** Empty for a configuration that the pack can run with. */
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads a configuration file of the pack: CrossGuard's own format, but with nothing in it that the pack does not have.
 * The engine by itself takes an unknown rule or parameter for no mistake, and a day such as 2026-02-30 for a day.
 */
export function readConfig(rules: readonly Rule[], text: string): ReadConfig {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return failed({ path: "", what: `it is not JSON: ${syntaxProblem(error, text)}` });
  }
  if (!isFields(parsed))
    return failed({ path: "", what: "it is no JSON object", allowed: "rules by name, {} for none" });
  const twice = firstDuplicate(text);
  if (twice !== undefined)
    return failed({ path: twice.path, what: `it stands twice, again on line ${twice.line}` });
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  const known = ["all", ...byName.keys(), ...reportNames];
  const problems: ConfigProblem[] = [];
  const config = new Map<string, RuleConfig>();
  for (const [name, entry] of Object.entries(parsed)) {
    if (!known.includes(name)) {
      problems.push({ path: name, what: "the pack has no such rule", unknown: { name, known } });
      continue;
    }
    const own = entryProblems(name, entry, byName.get(name));
    problems.push(...own);
    if (own.length === 0) config.set(name, ruleConfig(entry));
  }
  return { config, problems };
}

/** What is wrong in a configuration file; empty for one that the pack can run with. */
export function checkConfig(rules: readonly Rule[], text: string): readonly ConfigProblem[] {
  return readConfig(rules, text).problems;
}

/** The level at which a rule counts: what is remediated and still wrong is refused. */
export function levelOf(
  { name, level }: Pick<Rule, "name" | "level">,
  config: ReadConfig["config"],
): "advisory" | "mandatory" | "disabled" {
  const chosen = config.get(name)?.level ?? config.get("all")?.level ?? level;
  return chosen === "remediate" ? "mandatory" : chosen;
}

function failed(problem: ConfigProblem): ReadConfig {
  return { config: new Map(), problems: [problem] };
}

function ruleConfig(entry: unknown): RuleConfig {
  if (typeof entry === "string") return { level: entry as Level, settings: {} };
  const { enforcementLevel, ...settings } = fields(entry);
  return { ...(enforcementLevel !== undefined && { level: enforcementLevel as Level }), settings };
}

function entryProblems(name: string, entry: unknown, rule: Rule | undefined): readonly ConfigProblem[] {
  if (typeof entry === "string") return levelProblems(name, entry, rule);
  // CrossGuard gives the name that stands for all rules no parameters.
  if (!isFields(entry) || name === "all")
    return [
      {
        path: name,
        what: name === "all" ? "it is no level" : "it is neither a level nor a block of parameters",
        allowed: levels.join(", "),
      },
    ];
  const { enforcementLevel, ...settings } = entry;
  const path = `${name}.enforcementLevel`;
  const ofLevel = enforcementLevel === undefined ? [] : levelProblems(path, enforcementLevel, rule);
  const { properties } = rule === undefined ? { properties: {} } : configSchemaOf(rule);
  const faults = faultsOf({ type: "object", properties, additionalProperties: false }, settings);
  return [
    ...ofLevel,
    ...faults.map(({ path: inner, what, allowed, known }) => ({
      path: `${name}.${inner}`,
      what,
      ...(known === undefined
        ? { allowed }
        : { unknown: { name: /[^.]*$/.exec(inner)?.[0] ?? inner, known: ["enforcementLevel", ...known] } }),
    })),
    ...(faults.length === 0 ? exemptionProblems(name, list(settings["exemptions"]).map(fields)) : []),
  ];
}

function levelProblems(path: string, level: unknown, rule: Rule | undefined): readonly ConfigProblem[] {
  const mends = rule?.scope === "resource" && rule.remediate !== undefined;
  const allowed = levels.filter((one) => one !== "remediate" || mends || path === "all");
  if (allowed.some((one) => one === level)) return [];
  const what =
    level === "remediate" ? "the rule can mend nothing by itself" : `${JSON.stringify(level)} is no level`;
  return [{ path, what, allowed: allowed.join(", ") }];
}

/** What no schema can say of exemptions. */
function exemptionProblems(name: string, exemptions: readonly Fields[]): readonly ConfigProblem[] {
  const seen = new Set<unknown>();
  return exemptions.flatMap(({ resource, reason, until }, index) => {
    const path = `${name}.exemptions[${index}]`;
    const isSecond = seen.has(resource);
    seen.add(resource);
    return [
      isSecond && { path: `${path}.resource`, what: `${JSON.stringify(resource)} is exempt already` },
      !/^\S+ \S/.test(String(resource)) && {
        path: `${path}.resource`,
        what: `${JSON.stringify(resource)} can be no resource`,
        allowed: "Kind namespace/name, Kind name, or a type token and a logical name",
      },
      String(reason).trim().length < shortestReason && { path: `${path}.reason`, what: "it says nothing" },
      !isDay(String(until)) && {
        path: `${path}.until`,
        what: `there is no day ${JSON.stringify(until)}`,
        allowed: "a day of the calendar, such as 2027-06-30",
      },
    ].filter((problem) => problem !== false);
  });
}

/** As the schema of exemptions says, but not of blanks. */
const shortestReason = 10;

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** What the parser says, with a line in place of a position. */
function syntaxProblem(error: unknown, text: string): string {
  const said = error instanceof Error ? error.message : String(error);
  const [, position] = / in JSON at position (\d+)/.exec(said) ?? [];
  const line = position === undefined ? "" : `line ${text.slice(0, Number(position)).split("\n").length}: `;
  // What follows quotes the file.
  const [first = said] = said.split(/ in JSON at position|, (?:\.\.\.)?"/);
  return `${line}${first.charAt(0).toLowerCase()}${first.slice(1)}`;
}
