import type { KubeError } from "../../kube/client";
import type { DiffRequest, Props } from "../part";
import type { Path } from "../paths";
import { parsePath, startsWith } from "../paths";
import { differences } from "../values";
import { isAutonamed } from "./names";
import type { GroupVersionKind } from "./objects";
import { metadataText } from "./objects";
import type { Mutability } from "./replace-rules";
import { replacesAt } from "./replace-rules";

/** What a change of inputs means for an object, as far as inputs tell it. */
export interface Plan {
  readonly changes: readonly Path[];
  readonly replaces: readonly Path[];
}

export function planOf(
  gvk: GroupVersionKind,
  { oldInputs, news }: DiffRequest,
  mutability: Mutability,
): Plan {
  const changes = differences(oldInputs, news);
  return { changes, replaces: changes.filter((path) => replacesAt(path, gvk, news, mutability)) };
}

/** Whether an object has to go before its replacement comes: when both have the same name, which nobody made up. */
export function needsNameFreed({ oldInputs, oldOutputs, news }: DiffRequest): boolean {
  const nameOf = (props: Props) => metadataText(props, "name");
  const namespaceOf = (props: Props) => metadataText(props, "namespace");
  const before = nameOf(oldOutputs) ?? nameOf(oldInputs);
  const sameNamespace = (namespaceOf(oldOutputs) ?? namespaceOf(oldInputs)) === namespaceOf(news);
  return before !== undefined && !isAutonamed(news) && before === nameOf(news) && sameNamespace;
}

/**
 * The changed paths that the API server refused to change in place; empty when it refused for another reason. A
 * refusal that names none of them means all.
 */
export function immutableChanges(error: KubeError, changes: readonly Path[]): readonly Path[] {
  const immutable = /immutable|may not be changed|updates to .* are forbidden/;
  const causes = error.causes.filter((cause) => immutable.test(cause.message));
  if (error.status !== 422 || (causes.length === 0 && !immutable.test(error.message))) return [];
  const fields = causes.map((cause) => parsePath(cause.field));
  const named = changes.filter((path) =>
    fields.some((field) => field.length > 0 && (startsWith(path, field) || startsWith(field, path))),
  );
  return named.length > 0 ? named : changes;
}
