import type { Json } from "./part";

/** One step into a value: the key of an object or the index of an array. */
export type Step = string | number;
export type Path = readonly Step[];

/** Writes a path as the engine does: `spec.containers[0].image`, `metadata.annotations["pulumi.com/waitFor"]`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[^."[\]]+$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `["${step.replaceAll('"', '\\"')}"]`;
  }
  return text;
}

/** Reads what {@link formatPath} writes. A bracket with an index is an array's, one with quotes an object's. */
export function parsePath(text: string): Path {
  const steps: Step[] = [];
  for (const [, index, quoted, plain] of text.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)) {
    if (index !== undefined) steps.push(Number(index));
    else if (quoted !== undefined) steps.push(quoted.replaceAll('\\"', '"'));
    else if (plain !== undefined) steps.push(plain);
  }
  return steps;
}

/** The value at a path; undefined when there is none. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let current = value;
  for (const step of path) {
    if (Array.isArray(current)) current = (current as readonly Json[])[Number(step)];
    else if (isObject(current)) current = Object.hasOwn(current, step) ? current[step] : undefined;
    else return undefined;
  }
  return current;
}

/** A copy of `value` with `next` at the path, or without the path when `next` is undefined. Makes objects on the way. */
export function withValueAt(value: Json | undefined, path: Path, next: Json | undefined): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return next;
  if (next === undefined && valueAt(value, path) === undefined) return value;
  if (Array.isArray(value)) {
    const items = [...(value as readonly Json[])];
    const item = withValueAt(items[Number(step)], rest, next);
    if (item === undefined) items.splice(Number(step), 1);
    else items[Number(step)] = item;
    return items;
  }
  const fields: Record<string, Json> = { ...(isObject(value) ? value : {}) };
  const field = withValueAt(fields[step], rest, next);
  if (field !== undefined) fields[step] = field;
  else Reflect.deleteProperty(fields, step);
  return fields;
}

/** Whether one path is the beginning of the other, or both are the same. */
export function startsWith(path: Path, start: Path): boolean {
  return start.every((step, index) => path[index] === step);
}

export function isObject(value: unknown): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
