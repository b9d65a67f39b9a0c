import type { Json, Props } from "../part";
import { UNKNOWN } from "../part";
import type { Field, Fields } from "./fields";
import { canonical, hasUnknown, isObject } from "./values";

/** A change of one field between two sets of inputs. */
export interface Change {
  readonly path: string;
  readonly replaces: boolean;
}

/** What differs between two sets of inputs, as AWS means it: defaults, empty lists, order of sets, spacing of JSON. */
export function changesOf(fields: Fields, olds: Props, news: Props, prefix = "", forced = false): Change[] {
  const changes: Change[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const old = settled(field, olds[name]);
    const next = settled(field, news[name]);
    // What AWS chooses is accepted when the program says nothing of it.
    if (field.computed === true && next === undefined) continue;
    const path = prefix + name;
    const replaces = forced || forces(field, old, next);
    if (field.kind === "block" && next !== UNKNOWN && (isObject(old) || isObject(next))) {
      const inner = changesOf(
        field.fields,
        isObject(old) ? old : {},
        isObject(next) ? next : {},
        `${path}.`,
        replaces,
      );
      if (inner.length > 0) changes.push(...inner);
      else if (isObject(old) !== isObject(next) && meaning(field, old) !== meaning(field, next))
        changes.push({ path, replaces });
      continue;
    }
    if (hasUnknown(next) || meaning(field, old) !== meaning(field, next)) changes.push({ path, replaces });
  }
  return changes;
}

function forces(field: Field, old: Json | undefined, next: Json | undefined): boolean {
  return typeof field.forceNew === "function" ? field.forceNew(old, next) : field.forceNew === true;
}

/** Absent, null and empty are the same; a default stands for what is absent. */
function settled(field: Field, value: Json | undefined): Json | undefined {
  if (value === null || value === undefined) return field.default;
  if (Array.isArray(value) && value.length === 0) return undefined;
  if (field.kind === "map" && isObject(value) && Object.keys(value).length === 0) return undefined;
  return value;
}

/** Text that is equal for values that AWS holds equal. */
export function meaning(field: Field, value: Json | undefined): string {
  const settledValue = settled(field, value);
  if (settledValue === undefined) return "";
  if (field.kind === "json" && typeof settledValue === "string") return canonicalText(settledValue);
  if (field.kind === "block" && isObject(settledValue)) return blockMeaning(field.fields, settledValue);
  if ((field.kind === "list" || field.kind === "set") && Array.isArray(settledValue)) {
    const items = settledValue.map((item: Json) => meaning(field.of, item));
    return JSON.stringify(field.kind === "set" ? items.sort() : items);
  }
  return canonical(settledValue);
}

function blockMeaning(fields: Fields, props: Props): string {
  const parts = Object.entries(fields).map(([name, field]) => [name, meaning(field, props[name])]);
  return JSON.stringify(parts.filter(([, value]) => value !== ""));
}

function canonicalText(value: string): string {
  try {
    return canonical(JSON.parse(value) as Json);
  } catch {
    return value;
  }
}

/**
 * The inputs as a refresh gives them: the old ones, with the live value wherever it means something else. The old
 * wording is kept where nothing drifted, so that another spelling of the same value is no difference.
 */
export function liveInputs(fields: Fields, olds: Props, live: Props): Props {
  const inputs: Record<string, Json> = {};
  for (const [name, field] of Object.entries(fields)) {
    const old = olds[name];
    const now = live[name];
    if (field.computed === true && (old ?? null) === null) continue;
    if (field.kind === "block" && isObject(old) && isObject(now)) {
      inputs[name] = liveInputs(field.fields, old, now);
    } else if (meaning(field, old) === meaning(field, now)) {
      if (old !== undefined) inputs[name] = old;
    } else if (now !== undefined) inputs[name] = now;
  }
  return inputs;
}

/** Inputs for an import: every live value that is no default. */
export function importedInputs(fields: Fields, live: Props): Props {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const now = live[name];
      return now === undefined || now === null || meaning(field, now) === meaning(field, field.default)
        ? []
        : [[name, now]];
    }),
  );
}
