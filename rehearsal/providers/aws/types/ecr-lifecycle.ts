import type { Json } from "../../part";
import { isObject, textOf } from "../values";

/**
 * Says what is wrong with the text of a lifecycle policy
 * (https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html).
 */
export function lifecycle(text: string): string | undefined {
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch {
    return "it is not JSON";
  }
  const rules = isObject(document) ? document["rules"] : undefined;
  if (!Array.isArray(rules) || rules.length === 0) return "it has no rules";
  const priorities: number[] = [];
  for (const rule of rules as readonly Json[]) {
    if (!isObject(rule)) return "a rule must be an object";
    const { rulePriority: priority, selection, action } = rule;
    if (typeof priority !== "number" || priority < 1) return "a rule needs a rulePriority from 1";
    if (priorities.includes(priority)) return `rulePriority ${priority} is used twice`;
    priorities.push(priority);
    if (!isObject(action) || action["type"] !== "expire")
      return `rule ${priority} needs the action {"type":"expire"}`;
    const clause = isObject(selection) ? selected(selection) : "needs a selection";
    if (clause !== undefined) return `rule ${priority} ${clause}`;
  }
  const any = (rules as readonly { selection: { tagStatus: string }; rulePriority: number }[]).filter(
    (rule) => rule.selection.tagStatus === "any",
  );
  const [last] = any;
  if (any.length > 1) return "only one rule may select any image";
  return last === undefined || last.rulePriority === Math.max(...priorities)
    ? undefined
    : "the rule for any image must have the highest rulePriority";
}

function selected(selection: Readonly<Record<string, Json>>): string | undefined {
  const { tagStatus, countType, countNumber, countUnit } = selection;
  if (!["tagged", "untagged", "any"].includes(textOf(tagStatus)))
    return "needs tagStatus tagged, untagged or any";
  const lists = ["tagPrefixList", "tagPatternList"].filter((name) => selection[name] !== undefined);
  if (tagStatus === "tagged" && lists.length !== 1)
    return "selects tagged images and needs one of tagPrefixList, tagPatternList";
  if (tagStatus !== "tagged" && lists.length > 0)
    return `has ${lists.join()} though it does not select tagged images`;
  if (countType !== "imageCountMoreThan" && countType !== "sinceImagePushed")
    return "needs countType imageCountMoreThan or sinceImagePushed";
  if (typeof countNumber !== "number" || countNumber < 1) return "needs a countNumber from 1";
  if ((countType === "sinceImagePushed") !== (countUnit === "days"))
    return "needs countUnit days with sinceImagePushed, and none otherwise";
  return undefined;
}
