import type { KubeClient, KubeObject } from "../kube/client";

/** Kinds that nothing refers to by name; of the others any may be meant by a reference of group, kind and name. */
const ignored = new Set([
  "Event",
  "Lease",
  "EndpointSlice",
  "Endpoints",
  "ControllerRevision",
  "PodTemplate",
]);

/**
 * Reads the objects that {@link checkIntegrity} looks at. Values of Secrets are left out, their keys are not.
 *
 * @param namespaces Whose objects are read; objects without a namespace always are. Default: all.
 */
export async function snapshotObjects(
  client: KubeClient,
  namespaces?: readonly string[],
): Promise<KubeObject[]> {
  const kinds = (await client.resources()).filter(
    ({ kind, verbs }) => verbs.includes("list") && !ignored.has(kind),
  );
  const lists = await Promise.all(kinds.map(({ apiVersion, kind }) => client.list({ apiVersion, kind })));
  return lists
    .flatMap(({ items }) => items)
    .filter(
      ({ metadata }) =>
        metadata.namespace === undefined || (namespaces?.includes(metadata.namespace) ?? true),
    )
    .map((object) => (object.kind === "Secret" ? withoutValues(object) : object));
}

function withoutValues(secret: KubeObject): KubeObject {
  const keys = Object.keys(secret["data"] ?? {});
  // Annotations too: one of them may hold the object as it was last applied.
  const metadata = { ...secret.metadata, annotations: {} };
  return { ...secret, metadata, data: Object.fromEntries(keys.map((key) => [key, ""])) };
}
