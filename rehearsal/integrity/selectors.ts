import type { LabelSelector } from "../../components/common/label-selector";

/** Whether a selector has no condition at all. */
export function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

/** A selector for a message: `app=web, tier in (a, b)`. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values }) =>
      values === undefined ? `${key} ${operator}` : `${key} ${operator} (${values.join(", ")})`,
    ),
  ].join(", ");
}
