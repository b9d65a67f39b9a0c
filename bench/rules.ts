import { Judgement } from "../policies/core/judgement";
import type { Node, Rule } from "../policies/core/rule";
import { settingsOf } from "../policies/core/settings";
import { rules as allRules } from "../policies/rules";
import type { RecordedResource } from "./recording";

/** What one rule costs. */
export interface RuleCost {
  readonly rule: string;
  /** Milliseconds a resource: of those that it judges, or for a rule about the stack of all. */
  readonly milliseconds: number;
}

/** Times are taken over this many passes, after as many that warm the code up. */
const passes = 5;

/** What each rule costs on a recorded program, the dearest first. */
export function costOfRules(
  recorded: readonly RecordedResource[],
  rules: readonly Rule[] = allRules,
): readonly RuleCost[] {
  const nodes = recorded.map(({ urn, type, name, inputs, options, inputsFrom }) => ({
    urn,
    type,
    name,
    props: inputs,
    isProtected: options.protect === true,
    parent: undefined,
    dependencies: inputsFrom,
  }));
  return rules
    .map((rule) => ({ rule: rule.name, milliseconds: costOf(rule, nodes) }))
    .sort((one, other) => other.milliseconds - one.milliseconds);
}

function costOf(rule: Rule, nodes: readonly Node[]): number {
  const settings = settingsOf(rule, {});
  const judged = rule.scope === "stack" ? nodes : nodes.filter(({ type }) => rule.applies(type));
  if (judged.length === 0) return 0;
  const pass = (): void => {
    if (rule.scope === "stack") rule.judge(judged, new Judgement(), settings);
    else for (const node of judged) rule.judge(node, new Judgement(), settings);
  };
  for (let at = 0; at < passes; at += 1) pass();
  const start = performance.now();
  for (let at = 0; at < passes; at += 1) pass();
  return (performance.now() - start) / passes / judged.length;
}
