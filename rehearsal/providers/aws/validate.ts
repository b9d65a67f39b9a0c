import type { CheckFailure, Json, Props } from "../part";
import { UNKNOWN } from "../part";
import type { Field, Fields, Reference } from "./fields";
import { text } from "./fields";
import { REGIONS } from "./regions";
import type { Model } from "./model";
import { checkTags } from "./tags";
import { hasUnknown, isObject, View } from "./values";

/** Keeps the engine's bookkeeping of generated names out of the fields. */
export const DEFAULTS = "__defaults";

/** All that is wrong with inputs by themselves: fields, types, single values, and rules among them. */
export function failuresOf(model: Model, inputs: Props): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const say = (property: string, reason: string): void => void failures.push({ property, reason });
  walk(fieldsOf(model), inputs, "", say, model.type);
  if (failures.length > 0) return failures;
  for (const { property, reason } of model.rules?.(new View(inputs)) ?? []) say(property, reason);
  if (model.tags === true) for (const reason of checkTags(new View(inputs).map("tags"))) say("tags", reason);
  return failures;
}

/** The fields of a type with those that most types share. */
export function fieldsOf(model: Model): Fields {
  return {
    ...(model.global === true ? {} : { region: text({ forceNew: true, computed: true, check: isRegion }) }),
    ...(model.tags === true ? { tags: { kind: "map" } as const } : {}),
    ...model.fields,
  };
}

function isRegion(region: string): string | undefined {
  return REGIONS.includes(region) ? undefined : "is no region of AWS";
}

type Say = (property: string, reason: string) => void;

function walk(fields: Fields, props: Props, prefix: string, say: Say, type: string): void {
  for (const [name, value] of Object.entries(props)) {
    const path = prefix + name;
    const field = fields[name];
    if (path === DEFAULTS || value === null || value === UNKNOWN) continue;
    if (field === undefined) say(path, `${type} does not model the field "${path}" here`);
    else checkValue(field, value, path, say, type);
  }
  for (const [name, field] of Object.entries(fields)) {
    if (field.required === true && (props[name] ?? null) === null)
      say(prefix + name, `${prefix}${name} is required`);
  }
}

function checkValue(field: Field, value: Json, path: string, say: Say, type: string): void {
  if (value === UNKNOWN) return;
  const kind = typeof value;
  if ((field.kind === "text" || field.kind === "json") && kind !== "string")
    say(path, `${path} must be a string`);
  else if (field.kind === "number" && kind !== "number") say(path, `${path} must be a number`);
  else if (field.kind === "flag" && kind !== "boolean") say(path, `${path} must be a boolean`);
  else if ((field.kind === "map" || field.kind === "block") && !isObject(value))
    say(path, `${path} must be an object`);
  else if ((field.kind === "list" || field.kind === "set") && !Array.isArray(value))
    say(path, `${path} must be a list`);
  else checkInside(field, value, path, say, type);
}

/** The value is of the field's kind. */
function checkInside(field: Field, value: Json, path: string, say: Say, type: string): void {
  let clause: string | undefined;
  if (field.kind === "text" && typeof value === "string") clause = field.check?.(value);
  if (field.kind === "number" && typeof value === "number") clause = field.check?.(value);
  if (field.kind === "block" && isObject(value)) walk(field.fields, value, `${path}.`, say, type);
  if (field.kind === "map" && isObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (field.of !== undefined) checkValue(field.of, inner, `${path}.${key}`, say, type);
      else if (typeof inner !== "string") say(`${path}.${key}`, `${path}.${key} must be a string`);
    }
  }
  if ((field.kind === "list" || field.kind === "set") && Array.isArray(value)) {
    const items: readonly Json[] = value;
    for (const [index, item] of items.entries()) checkValue(field.of, item, `${path}[${index}]`, say, type);
    if (!hasUnknown(value)) clause = field.check?.(items);
  }
  if (clause !== undefined) say(path, `${path} is ${JSON.stringify(value)}: ${clause}`);
  // The text of a document may be long: its check says what is wrong without quoting all of it.
  const documentClause =
    field.kind === "json" && typeof value === "string" ? field.check?.(value) : undefined;
  if (documentClause !== undefined) say(path, `${path}: ${documentClause}`);
}

/** Inputs with the schema defaults filled in, at every depth, as the official provider's Check gives them. */
export function withDefaults(fields: Fields, props: Props): Props {
  const filled: Record<string, Json> = {};
  for (const [name, value] of Object.entries(props)) {
    if (value === null) continue;
    filled[name] = deepen(fields[name], value);
  }
  for (const [name, field] of Object.entries(fields)) {
    if (field.default !== undefined && filled[name] === undefined) filled[name] = field.default;
  }
  return filled;
}

function deepen(field: Field | undefined, value: Json): Json {
  if (field?.kind === "block" && isObject(value)) return withDefaults(field.fields, value);
  if ((field?.kind === "list" || field?.kind === "set") && Array.isArray(value)) {
    return value.map((item: Json) => deepen(field.of, item));
  }
  return value;
}

/** Every reference in known inputs: where it stands, what it names. */
export function* references(
  fields: Fields,
  props: Props,
  prefix = "",
): Generator<{ readonly path: string; readonly value: string; readonly refers: Reference }> {
  for (const [name, field] of Object.entries(fields)) {
    const value = props[name];
    if (value !== undefined) yield* inside(field, value, prefix + name);
  }
}

function* inside(field: Field, value: Json, path: string): ReturnType<typeof references> {
  if (field.kind === "text" && field.refers !== undefined && typeof value === "string" && value !== UNKNOWN) {
    yield { path, value, refers: field.refers };
  } else if (field.kind === "block" && isObject(value)) yield* references(field.fields, value, `${path}.`);
  else if ((field.kind === "list" || field.kind === "set") && Array.isArray(value)) {
    for (const [index, item] of (value as readonly Json[]).entries())
      yield* inside(field.of, item, `${path}[${index}]`);
  }
}
