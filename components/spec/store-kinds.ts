import type { PinnedImage } from "../common/versions";
import type { StoreKey, StoreSpec } from "./types";

/** What is the same of every store of a kind, wherever it runs. */
export const storeKinds = {
  postgres: {
    port: 5432,
    /** Major version → the image that is pinned for it. */
    images: { "15": "postgres:15" },
  },
  redis: {
    port: 6379,
    images: { "7": "redis:7", "8": "valkey:8" },
  },
} as const satisfies Record<
  StoreSpec["kind"],
  { readonly port: number; readonly images: Readonly<Record<string, PinnedImage>> }
>;

/** Every key of a store's secret, in the order in which messages list them. */
export const storeKeys: readonly StoreKey[] = ["host", "port", "username", "password", "database", "url"];

/** Name of the user and of the database of a store. Redis knows its databases by number. */
export function storeIdentity(system: string, store: StoreSpec): { username: string; database: string } {
  const account = system.replaceAll("-", "_");
  return store.kind === "postgres"
    ? { username: account, database: store.database ?? account }
    : { username: "default", database: "0" };
}

/** The URL by which a client connects. `password` must hold no character that a URL gives a meaning. */
export function storeUrl(
  store: StoreSpec,
  {
    host,
    username,
    password,
    database,
  }: Readonly<Record<"host" | "username" | "password" | "database", string>>,
): string {
  const { port } = storeKinds[store.kind];
  return store.kind === "postgres"
    ? `postgresql://${username}:${password}@${host}:${port}/${database}`
    : `redis://:${password}@${host}:${port}`;
}
