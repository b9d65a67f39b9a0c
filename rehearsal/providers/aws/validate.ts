import type { CheckFailure, Json, Props } from "../part";
import { UNKNOWN } from "../part";
import type { Field, Fields, Reference } from "./fields";
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
    ...(model.global === true ? {} : { region: { kind: "text", forceNew: true, computed: true } as const }),
    ...(model.tags === true ? { tags: { kind: "map" } as const } : {}),
    ...model.fields,
  };
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

const article = {
  text: "a string",
  json: "a string",
  number: "a number",
  flag: "a boolean",
  map: "a map of strings",
};

function checkValue(field: Field, value: Json, path: string, say: Say, type: string): void {
  if (value === UNKNOWN) return;
  const verdict = (clause: string | undefined): void => {
    if (clause !== undefined) say(path, `${path} is ${JSON.stringify(value)}: ${clause}`);
  };
  switch (field.kind) {
    case "text":
    case "json":
      if (typeof value !== "string") return say(path, `${path} must be ${article[field.kind]}`);
      // The text of a document may be long: its check says what is wrong without quoting all of it.
      if (field.kind === "json") {
        const clause = field.check?.(value);
        return clause === undefined ? undefined : say(path, `${path}: ${clause}`);
      }
      return verdict(field.check?.(value));
    case "number":
      if (typeof value !== "number") return say(path, `${path} must be ${article.number}`);
      return verdict(field.check?.(value));
    case "flag":
      return typeof value === "boolean" ? undefined : say(path, `${path} must be ${article.flag}`);
    case "map":
      if (!isObject(value)) return say(path, `${path} must be ${article.map}`);
      for (const [key, inner] of Object.entries(value)) {
        if (typeof inner !== "string") say(`${path}.${key}`, `${path}.${key} must be a string`);
      }
      return undefined;
    case "block":
      return isObject(value)
        ? walk(field.fields, value, `${path}.`, say, type)
        : say(path, `${path} must be an object`);
    case "list":
    case "set":
      if (!Array.isArray(value)) return say(path, `${path} must be a list`);
      value.forEach((item: Json, index) => checkValue(field.of, item, `${path}[${index}]`, say, type));
      return hasUnknown(value) ? undefined : verdict(field.check?.(value));
  }
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
