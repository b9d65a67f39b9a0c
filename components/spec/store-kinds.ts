import type { PinnedImage } from "../common/versions";
import type { StoreKey, StoreSpec } from "./types";

/** What is the same of every store of a kind, wherever it runs. */
export const storeKinds = {
  postgres: {
    port: 5432,
    /** Port of the exporter beside a store inside the cluster, on the path `/metrics`. */
    metricsPort: 9187,
    /** Major version → the image that is pinned for it. */
    images: { "15": "postgres:15" },
  },
  redis: {
    port: 6379,
    metricsPort: 9121,
    images: { "7": "redis:7", "8": "valkey:8" },
  },
} as const satisfies Record<
  StoreSpec["kind"],
  {
    readonly port: number;
    readonly metricsPort: number;
    readonly images: Readonly<Record<string, PinnedImage>>;
  }
>;

/** Keys of a store's connection Secret, the same in every stage. */
export const connectionKeys = ["host", "port", "username", "password", "database", "url"] as const;

/** Everything that a variable may take from a store, in the order in which messages list it. */
export const storeKeys: readonly StoreKey[] = [...connectionKeys, "readerHosts", "ca"];

/** Key, and name of the file, of the certificates by which clients verify a store. */
export const TRUST_KEY = "ca.crt";

/** Folder that a pod which uses a store finds the store's {@link TRUST_KEY} in. */
export function trustFolder(store: string): string {
  return `/etc/slipway/stores/${store}`;
}

/** File by which clients verify a store: `/etc/slipway/stores/postgres/ca.crt`. The same in every stage. */
export function trustPath(store: string): string {
  return `${trustFolder(store)}/${TRUST_KEY}`;
}

/** Name of the user and of the database of a store. Redis knows its databases by number. */
export function storeIdentity(system: string, store: StoreSpec): { username: string; database: string } {
  const account = system.replaceAll("-", "_");
  return store.kind === "postgres"
    ? { username: account, database: store.database ?? account }
    : { username: "default", database: "0" };
}

/** What a URL is made from; `name` is the store's name in the system. */
export interface UrlParts {
  readonly name: string;
  readonly host: string;
  readonly username: string;
  /** Holds no character that a URL gives a meaning. */
  readonly password: string;
  readonly database: string;
}

/**
 * The URL by which a client connects over TLS. That of PostgreSQL says that the client must verify the server's
 * certificate and host, and by which file. URLs of Redis have no such words: a client that trusts the file at
 * {@link trustPath}, or the variable `ca`, verifies by default.
 */
export function storeUrl(
  { kind }: StoreSpec,
  { name, host, username, password, database }: UrlParts,
): string {
  const { port } = storeKinds[kind];
  return kind === "postgres"
    ? `postgresql://${username}:${password}@${host}:${port}/${database}?sslmode=verify-full&sslrootcert=${trustPath(name)}`
    : `rediss://${username}:${password}@${host}:${port}`;
}
