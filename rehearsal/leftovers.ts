import type { KubeClient, KubeObject } from "./kube/client";

/**
 * Kinds that a cluster makes and forgets by itself; they say nothing of what a stack left.
 * Anything that one of these belongs to is itself looked at.
 */
const transient = new Set([
  "Event",
  "Lease",
  "Endpoints",
  "EndpointSlice",
  "ComponentStatus",
  "IPAddress",
  "CSINode",
  "CSIStorageCapacity",
]);

/** What names an object for as long as it lives: `Deployment daira/backend`. */
export function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}

/** What the controller manager puts into every namespace at a time of its own; the namespace itself is looked at. */
const inEveryNamespace = /^(ConfigMap [^/]+\/kube-root-ca\.crt|ServiceAccount [^/]+\/default)$/;

/** Every object that the API server can list, by kind and name, but for the transient kinds. */
export async function clusterContents(client: KubeClient): Promise<ReadonlySet<string>> {
  const kinds = (await client.resources()).filter(
    ({ kind, verbs }) => verbs.includes("list") && verbs.includes("delete") && !transient.has(kind),
  );
  const lists = await Promise.all(
    kinds.map(async ({ apiVersion, kind }) => {
      const { items } = await client.list({ apiVersion, kind });
      return items.map((item) => nameOf({ ...item, apiVersion, kind }));
    }),
  );
  return new Set(lists.flat().filter((name) => !inEveryNamespace.test(name)));
}

/** What is there now and was not before. */
export function added(before: ReadonlySet<string>, now: ReadonlySet<string>): string[] {
  return [...now].filter((name) => !before.has(name)).sort();
}
