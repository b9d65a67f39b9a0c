import type { CallOptions, KubeObject, ListTarget, ObjectRef } from "./types";

/** Content types of the API server's kinds of patch. */
export const patchTypes = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
} as const;

/** What names an object. */
export function refOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): ObjectRef {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** Query parameters by which a list is narrowed. */
export function selectors({
  name,
  labelSelector,
  fieldSelector,
}: ListTarget): Record<string, string | undefined> {
  const fields = [name === undefined ? undefined : `metadata.name=${name}`, fieldSelector].filter(
    (part) => part !== undefined,
  );
  return { labelSelector, fieldSelector: fields.length === 0 ? undefined : fields.join(",") };
}

/** The options of a call that are given, and no others. */
export function callsOf(options: {
  timeout?: number | undefined;
  signal?: AbortSignal | undefined;
}): CallOptions {
  const { timeout, signal } = options;
  return { ...(timeout === undefined ? {} : { timeout }), ...(signal === undefined ? {} : { signal }) };
}
