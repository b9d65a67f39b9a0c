import { isStatus } from "./kube/client";
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

/** What tells an object's owner from others. */
export interface Item {
  readonly uid: string;
  /** Uids of its owners. */
  readonly owners: readonly string[];
}

/** Objects by what names each for as long as it lives. */
export type Contents = ReadonlyMap<string, Item>;

/** What names an object for as long as it lives: `Deployment daira/backend`. */
export function nameOf({ kind, metadata }: Pick<KubeObject, "kind" | "metadata">): string {
  const { namespace = "", name } = metadata;
  return `${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`;
}

/** What the controller manager puts into every namespace at a time of its own; the namespace itself is looked at. */
const inEveryNamespace = /^(ConfigMap [^/]+\/kube-root-ca\.crt|ServiceAccount [^/]+\/default)$/;

/** Every object that the API server can list, but for the transient kinds. */
export async function clusterContents(client: KubeClient): Promise<Contents> {
  const kinds = (await client.resources()).filter(
    ({ kind, verbs }) => verbs.includes("list") && verbs.includes("delete") && !transient.has(kind),
  );
  const lists = await Promise.all(
    kinds.map(async ({ apiVersion, kind }) => {
      const { items } = await client.list({ apiVersion, kind }).catch((error: unknown) => {
        // Its definition was deleted meanwhile.
        if (isStatus(error, 404)) return { items: [] };
        throw error;
      });
      return items.map(({ metadata }): [string, Item] => [
        nameOf({ kind, metadata }),
        { uid: metadata.uid ?? "", owners: (metadata.ownerReferences ?? []).map(({ uid }) => uid) },
      ]);
    }),
  );
  return new Map(lists.flat().filter(([name]) => !inEveryNamespace.test(name)));
}

/**
 * What is there now and was not before. In a cluster where others work too, what belongs to an object that was there
 * before (the pods of its Deployment, which come and go) is theirs.
 */
export function added(before: Contents, now: Contents): string[] {
  const byUid = new Map([...now].map(([name, item]) => [item.uid, { name, ...item }]));
  const isOld = ({ name, owners }: { name: string; owners: readonly string[] }): boolean =>
    before.has(name) ||
    owners.some((uid) => {
      const owner = byUid.get(uid);
      return owner !== undefined && isOld(owner);
    });
  return [...now]
    .filter(([name, item]) => !isOld({ name, owners: item.owners }))
    .map(([name]) => name)
    .sort();
}
