import type { KubeObject } from "../../kube/client";
import type { Json, Props } from "../part";
import type { Path } from "../paths";
import { isObject } from "../paths";

/** An entry of `metadata.managedFields`. */
export interface ManagedFields {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly subresource?: string;
  readonly fieldsV1?: Props;
  readonly [field: string]: unknown;
}

export function managedFieldsOf(object: KubeObject): readonly ManagedFields[] {
  return (object.metadata["managedFields"] ?? []) as readonly ManagedFields[];
}

/**
 * Beginnings of the names of managers, by operation, that an update takes everything over from, as the official
 * provider does: kubectl, and the provider itself in whatever way it wrote before.
 */
const predecessors: readonly (readonly [manager: string, operation: ManagedFields["operation"]])[] = [
  ["kubectl", "Apply"],
  ["kubectl", "Update"],
  ["before-first-apply", "Update"],
  ["pulumi-kubernetes", "Update"],
  ["pulumi-resource-kubernetes", "Update"],
];

function isPredecessor({ manager, operation, subresource }: ManagedFields): boolean {
  return (
    subresource === undefined &&
    predecessors.some(([name, how]) => how === operation && manager.startsWith(name))
  );
}

/**
 * The managers of an object after `manager` took over what its predecessors wrote, among them the create; undefined
 * when there is nothing to take over. Without it, a field that the program drops would stay: its creator still owns it.
 */
export function takenOver(
  entries: readonly ManagedFields[],
  manager: string,
): readonly ManagedFields[] | undefined {
  const isOwn = (entry: ManagedFields) => entry.manager === manager && entry.operation === "Apply";
  const old = entries.filter((entry) => !isOwn(entry) && isPredecessor(entry));
  const [first] = old;
  if (first === undefined) return undefined;
  const joined = [...old, ...entries.filter(isOwn)];
  const fieldsV1 = joined.reduce<Props>((fields, entry) => union(fields, entry.fieldsV1 ?? {}), {});
  const rest = entries.filter((entry) => !joined.includes(entry));
  return [{ ...first, manager, operation: "Apply", fieldsV1 }, ...rest];
}

function union(a: Props, b: Props): Props {
  const merged: Record<string, Json> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const other = merged[key];
    merged[key] = isObject(other) && isObject(value) ? union(other, value) : value;
  }
  return merged;
}

/** Whether somebody else manages a field and `manager` does not, e.g. an autoscaler the replicas. */
export function isForeign(entries: readonly ManagedFields[], manager: string, path: Path): boolean {
  const owners = entries.filter((entry) => owns(entry.fieldsV1, path));
  return owners.length > 0 && owners.every((entry) => entry.manager !== manager);
}

function owns(fields: Json | undefined, path: Path): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  const inner = isObject(fields) ? fields[`f:${step}`] : undefined;
  return inner !== undefined && owns(inner, rest);
}
