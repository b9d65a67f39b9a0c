import { lstatSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { storeKeys, TRUST_KEY } from "../../../components/spec/store-kinds";
import type { KubeClient } from "../../../rehearsal/kube/client";
import type { Place } from "../../support/leaks";

/** A password of the program, or what a rehearsal puts in the place of a secret of the config: one word, and long. */
const generated = /^[\w.-]{32,}$/;

/** Keys of a store's Secrets that anybody may read; its URL has the password in it, which has a key of its own. */
const open: ReadonlySet<string> = new Set([...storeKeys.filter((key) => key !== "password"), TRUST_KEY]);

/** Every generated value that the Secrets of a cluster hold, once each, under a name that says where it was found. */
export async function generatedIn(
  client: Pick<KubeClient, "list">,
): Promise<Readonly<Record<string, string>>> {
  const { items } = await client.list({ apiVersion: "v1", kind: "Secret" });
  const found = items.flatMap(({ metadata: { namespace = "", name }, data = {} }) =>
    Object.entries(data as Record<string, string>)
      .map(([key, encoded]) => ({ key, value: Buffer.from(encoded, "base64").toString() }))
      .filter(({ key, value }) => !open.has(key) && generated.test(value))
      .map(({ key, value }) => [value, `${namespace}/${name}/${key}`] as const),
  );
  return Object.fromEntries([...new Map(found)].map(([value, name]) => [name, value]));
}

/** Every file below a folder, named by its path from there, but for those below some of its folders. */
export function filesBelow(folder: string, without: readonly string[] = []): Place[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => !without.some((left) => name === left || name.startsWith(left + path.sep)))
    .filter((name) => lstatSync(path.join(folder, name)).isFile())
    .map((name) => [name, readFileSync(path.join(folder, name))]);
}
