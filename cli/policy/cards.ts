import { nearest } from "../../components/common/nearest";
import type { PolicyFinding, PolicySeverity } from "../../engine/types";
import { areas } from "../../policies/core/rule";
import type { Rule } from "../../policies/core/rule";
import { policiesOf } from "../../policies/pack";
import { rules } from "../../policies/rules";
import { UsageError } from "../outcome";

/** What is said of a rule, or of one of the pack's own reports. */
export interface RuleCard {
  readonly name: string;
  readonly area: string;
  readonly title: string;
  readonly description: string;
  /** Where no configuration says otherwise. */
  readonly level: "mandatory" | "advisory";
  readonly severity: PolicySeverity;
  readonly ids: readonly string[];
  readonly remedy: string;
  /** Empty where there is none. */
  readonly url: string;
  /** Undefined for a report, and for a rule of another pack. */
  readonly rule?: Rule;
}

/** What the pack says of its own configuration and of what it could not decide. */
export const reportArea = "policies";

/** Every rule of the pack in its order, and after them its reports. */
export function allCards(): readonly RuleCard[] {
  return [...rules.map(cardOf), ...reportCards()];
}

export function cardOf(rule: Rule): RuleCard {
  const { name, area, title, description, level, severity, ids, remedy, url } = rule;
  return { name, area, title, description, level, severity, ids, remedy, url, rule };
}

/** A finding's card; the pack of a checkout of another day may have rules that this one does not know. */
export function cardFor(
  cards: ReadonlyMap<string, RuleCard>,
  { policy, level, severity = "medium" }: PolicyFinding,
): RuleCard {
  const unknown = { area: reportArea, title: policy, description: policy, ids: [], remedy: "", url: "" };
  return cards.get(policy) ?? { name: policy, level, severity, ...unknown };
}

const remedies: Readonly<Record<string, string>> = {
  ended: "Mend the resource, or give the exemption in policies/config a later end and its reason again.",
  match: "Take the exemption out of policies/config.",
  undecided: "Nothing: the rule decides at the update, when all values are known.",
};

function reportCards(): readonly RuleCard[] {
  return policiesOf([], "").map(({ name, description, enforcementLevel }) => ({
    name,
    area: reportArea,
    title: description.replace(/\.$/, ""),
    description,
    level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
    severity: enforcementLevel === "mandatory" ? "high" : "low",
    ids: [],
    remedy: remedies[/[^-]*$/.exec(name)?.[0] ?? ""] ?? "",
    url: "",
  }));
}

/** Which rules a command is to show; empty lists for all. */
export interface Selection {
  readonly areas: readonly string[];
  readonly rules: readonly string[];
}

/** @throws UsageError for an area or a rule that the pack does not have. */
export function checkSelection(selection: Selection): void {
  for (const area of selection.areas) known("--area", "area", area, [...areas, reportArea]);
  for (const rule of selection.rules)
    known(
      "--rule",
      "rule",
      rule,
      allCards().map(({ name }) => name),
    );
}

export function isSelected({ areas, rules }: Selection, { area, name }: RuleCard): boolean {
  return (areas.length === 0 || areas.includes(area)) && (rules.length === 0 || rules.includes(name));
}

/** @throws UsageError when a name is not among those that there are. */
export function known(where: string, noun: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  throw new UsageError({
    where,
    what: `there is no ${noun} "${name}"${nearest(name, names)}`,
    ...(noun === "area" && { allowed: names.join(", ") }),
    todo: noun === "area" ? "name one of them" : "see `slipway policy explain` for all of them",
  });
}
