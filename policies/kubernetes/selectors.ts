import { fields, isAbsent, isFields, list } from "../core/json";
import { once } from "../core/lookup";

/** The value of a label; of an object's labels only those that are asked for are read. */
export type Labels = (key: string) => unknown;

/** Whether an object with these labels is selected. */
export type Selector = (labels: Labels) => boolean;

/** The labels in a block, each read once. */
export function labelsOf(read: () => unknown): Labels {
  const block = once(() => fields(read()));
  const known = new Map<string, unknown>();
  return (key) => {
    if (!known.has(key)) known.set(key, block()[key]);
    return known.get(key);
  };
}

const nothing: Selector = () => false;

/** A plain map of labels, as Services have it. An empty one selects nothing, for then others say where it leads. */
export function mapSelectorOf(value: unknown): Selector {
  const wanted = pairsOf(value);
  return wanted.length === 0 ? nothing : (labels) => wanted.every(([key, one]) => labels(key) === one);
}

/** A label selector as the API has it. An absent one selects nothing, an empty one everything. */
export function selectorOf(value: unknown): Selector {
  if (isAbsent(value) || typeof value !== "object" || Array.isArray(value)) return nothing;
  const { matchLabels, matchExpressions } = value as Readonly<Record<string, unknown>>;
  const wanted = pairsOf(matchLabels);
  const conditions = list(matchExpressions).map(conditionOf);
  return (labels) =>
    wanted.every(([key, one]) => labels(key) === one) && conditions.every((condition) => condition(labels));
}

/** Whether a label selector selects everything. */
export function isEverything(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { matchLabels, matchExpressions } = value;
  return Object.keys(fields(matchLabels)).length === 0 && list(matchExpressions).length === 0;
}

function pairsOf(value: unknown): readonly (readonly [string, unknown])[] {
  const block = fields(value);
  return Object.keys(block).map((key) => [key, block[key]] as const);
}

function conditionOf(expression: unknown): Selector {
  const { key, operator, values } = fields(expression);
  if (typeof key !== "string") return nothing;
  const allowed = new Set(list(values));
  switch (operator) {
    case "In":
      return (labels) => allowed.has(labels(key));
    case "NotIn":
      return (labels) => !allowed.has(labels(key));
    case "Exists":
      return (labels) => !isAbsent(labels(key));
    case "DoesNotExist":
      return (labels) => isAbsent(labels(key));
    default:
      return nothing;
  }
}
