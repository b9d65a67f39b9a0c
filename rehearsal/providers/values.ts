import type { Json } from "./part";
import { UNKNOWN } from "./part";
import type { Path } from "./paths";
import { isObject } from "./paths";

/** Whether a value holds, at any depth, one that is not known in a preview. */
export function hasUnknown(value: Json | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return (value as readonly Json[]).some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** The value without fields that are null or undefined, at any depth; items of an array stay. */
export function withoutNulls<T extends Json>(value: T): T {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutNulls) as readonly Json[] as T;
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, field]) => (field as Json | undefined) != null);
  return Object.fromEntries(kept.map(([key, field]) => [key, withoutNulls(field)])) as Json as T;
}

/** JSON with sorted keys, so that equal values give equal text. */
export function canonical(value: Json): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/**
 * The paths at which two values differ: of leaves, of a value that only one side has, and of a whole array when its
 * length changed. A null field counts as absent.
 */
export function differences(before: Json | undefined, after: Json | undefined, path: Path = []): Path[] {
  if (before === after || (before == null && after == null)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(before[key], after[key], [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    const items = before as readonly Json[];
    return items.flatMap((item, index) =>
      differences(item, (after as readonly Json[])[index], [...path, index]),
    );
  }
  return [path];
}

/** Marks an object that stands for a value of a special kind, and the mark of a secret. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** The value with every secret in it as its plain value. Only the arguments of a provider arrive wrapped. */
export function unwrapped(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(unwrapped);
  if (!isObject(value)) return value;
  if (value[signatureKey] === secretSignature) return unwrapped(value["value"] ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}
