/** What a rule reads: JSON of which nothing may be taken for granted, not even that a block is an object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether the value is an object, and no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object; anything else (absent, wrong type) as an empty one. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The value as a list; anything else as an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The value at a path of field names; undefined where there is none. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, field) => fields(inner)[field], value);
}

/** Whether the API would take the field for not given. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** The value for a message: only ever a name, a number or a keyword, never a whole block, which may hold a secret. */
export function shown(value: unknown): string {
  if (isAbsent(value)) return "absent";
  if (typeof value === "boolean" || typeof value === "number") return String(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? `"${value.slice(0, 60)}"` : `a value of type ${typeof value}`;
}
