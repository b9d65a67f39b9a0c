import path from "node:path";
import { SlipwayError } from "../../components/common/problems";
import type { StepRecord } from "../../engine/types";
import { ownFiles, readManifests } from "../cluster/manifests";
import type { Manifest } from "../cluster/manifests";
import { isStatus } from "../kube/client";
import type { KubeClient } from "../kube/client";

/** A kind of object in one version of its API. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Modules of the Kubernetes package whose types are no objects of the API. */
const programOnly = /^(helm\.sh|yaml|kustomize)(\/|$)/;

/** The kinds of object that a plan has, each once, in order of version and kind. */
export function kindsOf(steps: readonly Pick<StepRecord, "type">[]): readonly Kind[] {
  const kinds = steps.flatMap(({ type }) => {
    const [, module = "", kind = ""] = /^kubernetes:([^:]+):([^:]+)$/.exec(type) ?? [];
    if (kind === "" || programOnly.test(module)) return [];
    return [{ apiVersion: module.replace(/^core\//, ""), kind: kind.replace(/Patch$/, "") }];
  });
  const unique = new Map(kinds.map((one) => [`${one.apiVersion} ${one.kind}`, one]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}

/** Those of the kinds that the API server does not serve. */
export async function notServed(client: KubeClient, kinds: readonly Kind[]): Promise<readonly Kind[]> {
  const served = await Promise.all(
    kinds.map(({ apiVersion, kind }) =>
      client.resourceFor(apiVersion, kind).then(
        () => true,
        (error: unknown) => {
          if (isStatus(error, 404)) return false;
          throw error;
        },
      ),
    ),
  );
  return kinds.filter((_, index) => served[index] === false);
}

/** A file of custom resource definitions, and what it defines. */
interface Definitions {
  readonly file: string;
  readonly manifests: readonly Manifest[];
}

/**
 * The folders whose files define the kinds.
 *
 * @returns undefined where one of the kinds is defined by none of the files.
 */
export function foldersDefining(
  kinds: readonly Kind[],
  files: readonly Definitions[],
): readonly string[] | undefined {
  const found = kinds.map(({ apiVersion, kind }) => {
    const [group = ""] = apiVersion.split("/");
    const isDefinition = ({ name, text }: Manifest): boolean =>
      name.endsWith(`.${group}`) && new RegExp(`^ {4}kind: ${kind}$`, "m").test(text);
    return files.find(({ manifests }) => manifests.some(isDefinition));
  });
  if (found.some((one) => one === undefined)) return undefined;
  return [...new Set(found.flatMap((one) => (one === undefined ? [] : [path.dirname(one.file)])))].sort();
}

/**
 * Makes sure that the cluster of a context serves every kind that the stack makes. Nothing is ever installed there.
 *
 * @param crdFiles Asked only when a kind is missing: the pinned definitions, for the sentence that says how to get it.
 * @throws SlipwayError that names the missing kinds.
 */
export async function requireKinds(
  context: string,
  client: KubeClient,
  kinds: readonly Kind[],
  crdFiles: () => Promise<readonly string[]>,
): Promise<void> {
  const missing = await notServed(client, kinds);
  if (missing.length === 0) return;
  const files = [...(await crdFiles().catch(() => [])), ...(await ownFiles("crds"))];
  const definitions = await Promise.all(
    files.map(async (file) => ({ file, manifests: await readManifests([file]) })),
  );
  const folders = foldersDefining(missing, definitions);
  const groups = [...new Set(missing.map(({ apiVersion }) => apiVersion.split("/")[0] ?? ""))];
  throw new SlipwayError({
    what: `the cluster does not serve ${missing.map(({ apiVersion, kind }) => `${kind} (${apiVersion})`).join(", ")}`,
    where: `--context ${context}`,
    allowed: "a cluster with the custom resource definitions of all that the stack makes",
    todo:
      folders === undefined
        ? `install the custom resource definitions of ${groups.join(" and ")} first`
        : `install their definitions first: kubectl --context ${context} apply --server-side ${folders.map((folder) => `-f ${folder}`).join(" ")}`,
  });
}

/**
 * Makes sure that claims can be bound: by a class that the stack makes or names, or by the cluster's default one.
 *
 * @throws SlipwayError when there is none.
 */
export async function requireStorageClass(
  context: string,
  client: KubeClient,
  kinds: readonly Kind[],
  named: string | undefined,
): Promise<void> {
  const made = new Set(kinds.map(({ kind }) => kind));
  if (!made.has("PersistentVolumeClaim") || made.has("StorageClass")) return;
  const { items } = await client.list({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass" });
  const isDefault = "storageclass.kubernetes.io/is-default-class";
  const fits = items.some(({ metadata }) =>
    named === undefined ? metadata.annotations?.[isDefault] === "true" : metadata.name === named,
  );
  if (fits) return;
  throw new SlipwayError({
    what:
      named === undefined
        ? "the cluster has no default StorageClass"
        : `the cluster has no StorageClass "${named}"`,
    where: `--context ${context}`,
    allowed: items.map(({ metadata }) => metadata.name).join(", ") || "none exist",
    todo: "make one, or name one in slipway:cluster.storageClass",
  });
}
