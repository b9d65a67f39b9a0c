import { createHash } from "node:crypto";
import type { Json, Props } from "../part";
import { UNKNOWN } from "../part";

/** Whether a value or anything inside it is not known yet. */
export function hasUnknown(value: Json | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some((item: Json) => hasUnknown(item));
  return isObject(value) && Object.values(value).some(hasUnknown);
}

export function isObject(value: Json | undefined): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON with sorted keys: equal values give equal text. */
export function canonical(value: Json | undefined): string {
  if (value === undefined) return "null";
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(",")}}`;
}

/** A copy without one field. */
export function without(props: Props, field: string): Props {
  return Object.fromEntries(Object.entries(props).filter(([name]) => name !== field));
}

/** A value that is text; anything else reads as empty. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The value at a dotted path, or undefined. */
export function at(props: Props, path: string): Json | undefined {
  let value: Json | undefined = props;
  for (const key of path.split(".")) value = isObject(value) ? value[key] : undefined;
  return value;
}

/** A copy with the value at a dotted path set; undefined removes it. */
export function withValue(props: Props, path: readonly string[], value: Json | undefined): Props {
  const [key, ...rest] = path;
  if (key === undefined) return props;
  const inner = props[key];
  const next = rest.length === 0 ? value : withValue(isObject(inner) ? inner : {}, rest, value);
  const others = Object.entries(props).filter(([name]) => name !== key);
  return Object.fromEntries(next === undefined ? others : [...others, [key, next]]);
}

/**
 * Reads known values out of inputs. What is absent and what is unknown both read as undefined, so that a rule
 * which needs a value is simply not applied in a preview that does not have it yet.
 */
export class View {
  constructor(readonly props: Props) {}

  /** Whether the program gave this field at all, known or not. */
  has(field: string): boolean {
    const value = this.props[field];
    return value !== undefined && value !== null;
  }

  /** Whether the value is there but not known yet. */
  unknown(field: string): boolean {
    return hasUnknown(this.props[field]);
  }

  text(field: string): string | undefined {
    const value = this.props[field];
    return typeof value === "string" && value !== UNKNOWN ? value : undefined;
  }

  number(field: string): number | undefined {
    const value = this.props[field];
    return typeof value === "number" ? value : undefined;
  }

  flag(field: string): boolean | undefined {
    const value = this.props[field];
    return typeof value === "boolean" ? value : undefined;
  }

  /** The known strings of a list; empty when absent. */
  texts(field: string): readonly string[] {
    const value = this.props[field];
    if (!Array.isArray(value)) return [];
    return value.filter((item: Json): item is string => typeof item === "string" && item !== UNKNOWN);
  }

  /** A nested block; an empty one when absent. */
  block(field: string): View {
    const value = this.props[field];
    return new View(isObject(value) ? value : {});
  }

  blocks(field: string): readonly View[] {
    const value = this.props[field];
    if (!Array.isArray(value)) return [];
    return value.filter(isObject).map((item) => new View(item));
  }

  /** A map of strings without its unknown values. */
  map(field: string): Readonly<Record<string, string>> {
    const value = this.props[field];
    if (!isObject(value)) return {};
    return Object.fromEntries(
      Object.entries(value).filter(
        (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== UNKNOWN,
      ),
    );
  }
}

/** Text that is equal for equal maps; an absent map equals an empty one. */
export function meaningOfMap(value: Json | undefined): string {
  return canonical(isObject(value) ? value : {});
}
