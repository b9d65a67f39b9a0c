import type { Cel } from "../core/cel";
import type { Judgement } from "../core/judgement";
import type { ResourceRule, RuleText } from "../core/rule";
import type { Settings } from "../core/settings";
import type { KubernetesObject } from "./objects";
import { kindOf, objectsOf } from "./objects";

/** A rule about Kubernetes objects of every kind, alone or in a List. */
export function anyObjectRule(
  rule: RuleText & {
    /** Type tokens for the fixtures: those of which the rule says something, or the API server is asked. */
    readonly types: readonly string[];
    readonly judge: (object: KubernetesObject, judgement: Judgement, settings: Settings) => void;
    readonly cel?: Cel;
  },
): ResourceRule {
  const { judge, ...text } = rule;
  return {
    ...text,
    scope: "resource",
    applies: (type) => kindOf(type) !== undefined,
    judge: (subject, judgement, settings) => {
      judgement.part(() => {
        for (const object of objectsOf(subject)) judgement.part(() => judge(object, judgement, settings));
      });
    },
  };
}
