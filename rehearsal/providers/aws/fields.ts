import type { Json } from "../part";

/** What a field may name: objects of these types in the same account. */
export interface Reference {
  readonly types: readonly string[];
  /** Which attribute of the object the field holds; `id` by default. */
  readonly by: string;
}

/** Says in one clause what is wrong with a value, or undefined. */
export type ValueCheck<T> = (value: T) => string | undefined;

interface Common {
  readonly required?: boolean;
  /** A change needs a new object; a function decides it by the old and the new value. */
  readonly forceNew?: boolean | ((old: Json | undefined, next: Json | undefined) => boolean);
  /** The provider's schema default: it fills it into the inputs. */
  readonly default?: Json;
  /** When left out, AWS chooses the value and the provider accepts whatever it is. */
  readonly computed?: boolean;
}

export interface TextField extends Common {
  readonly kind: "text";
  readonly check?: ValueCheck<string>;
  readonly refers?: Reference;
}
export interface NumberField extends Common {
  readonly kind: "number";
  readonly check?: ValueCheck<number>;
}
export interface FlagField extends Common {
  readonly kind: "flag";
}
/** A JSON document as text; spacing and the order of keys make no difference. */
export interface JsonField extends Common {
  readonly kind: "json";
  readonly check?: ValueCheck<string>;
}
export interface MapField extends Common {
  readonly kind: "map";
  /** What the values are; strings when it is left out. */
  readonly of?: Field;
}
/** `set`: the order makes no difference. */
export interface ListField extends Common {
  readonly kind: "list" | "set";
  readonly of: Field;
  readonly check?: ValueCheck<readonly Json[]>;
}
export interface BlockField extends Common {
  readonly kind: "block";
  readonly fields: Fields;
}

export type Field = TextField | NumberField | FlagField | JsonField | MapField | ListField | BlockField;
export type Fields = Readonly<Record<string, Field>>;

type Options<F extends Field> = Omit<F, "kind" | "of" | "fields">;

export const text = (options: Options<TextField> = {}): TextField => ({ kind: "text", ...options });
export const number = (options: Options<NumberField> = {}): NumberField => ({ kind: "number", ...options });
export const flag = (options: Options<FlagField> = {}): FlagField => ({ kind: "flag", ...options });
export const json = (options: Options<JsonField> = {}): JsonField => ({ kind: "json", ...options });
export const map = (options: Options<MapField> = {}): MapField => ({ kind: "map", ...options });
export const mapOf = (of: Field, options: Options<MapField> = {}): MapField => ({
  kind: "map",
  of,
  ...options,
});
export const list = (of: Field, options: Options<ListField> = {}): ListField => ({
  kind: "list",
  of,
  ...options,
});
export const set = (of: Field, options: Options<ListField> = {}): ListField => ({
  kind: "set",
  of,
  ...options,
});
export const block = (fields: Fields, options: Options<BlockField> = {}): BlockField => ({
  kind: "block",
  fields,
  ...options,
});

/** A field that holds the id (or another attribute) of an object in the account. */
export const ref = (
  types: string | readonly string[],
  options: Options<TextField> = {},
  by = "id",
): TextField => text({ ...options, refers: { types: typeof types === "string" ? [types] : types, by } });

/** One of a fixed set of words. */
export function oneOf(...words: readonly string[]): ValueCheck<string> {
  return (value) => (words.includes(value) ? undefined : `must be one of ${words.join(", ")}`);
}

export function between(low: number, high: number): ValueCheck<number> {
  return (value) =>
    Number.isInteger(value) && value >= low && value <= high
      ? undefined
      : `must be a whole number from ${low} to ${high}`;
}

/** The whole value must match; `rule` says it in words. */
export function matches(pattern: RegExp, rule: string): ValueCheck<string> {
  return (value) => (pattern.test(value) ? undefined : rule);
}
