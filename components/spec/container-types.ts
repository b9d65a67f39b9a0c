import type { PinnedImage } from "../common/versions";
import type { Probes } from "./probe-types";
import type { Bytes, Size } from "./units";

/** A directory that the process writes to; it becomes a size-limited volume that lives as long as the pod. */
export interface Scratch {
  readonly path: string;
  readonly size: Bytes;
}

/**
 * A value of an environment variable: plain; a key of a store's secret (which also lets the service reach that
 * store); one of the system's own secrets; a key of the system's own config; or the system's public address in this
 * stage.
 */
export type EnvValue =
  | string
  | { readonly store: string; readonly key: StoreKey }
  | { readonly secret: string }
  | { readonly config: string; readonly key: string }
  | { readonly public: "host" | "url" };

/**
 * What a store gives to its users, whatever runs behind it. `readerHosts` are the hosts that answer reads, parted by
 * commas; a store without readers has its own host there. `ca` is the text of the certificates (PEM) by which a client
 * verifies any of its hosts; every pod that uses a store has them as a file too: `trustPath` in `store-kinds.ts`.
 */
export type StoreKey = "host" | "port" | "username" | "password" | "url" | "database" | "readerHosts" | "ca";

/** What a directory of read-only files is filled from: one of the system's configs, or one of its secrets (file `value`). */
export type Mount = { readonly config: string } | { readonly secret: string };

/** What one container runs, and what it gets. */
export interface ContainerSpec {
  /** Replaces the image's entry point. @default the image's own */
  readonly command?: readonly string[];
  /** Replaces the image's arguments. @default the image's own */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, EnvValue>>;
  readonly size: Size;
  /** Directories that the process writes to: everything else in the container is read-only. */
  readonly scratch?: readonly Scratch[];
  /** Directories of files, by path. */
  readonly mounts?: Readonly<Record<string, Mount>>;
}

/** A container beside a service's own: one that runs before it, or along with it. */
export interface HelperSpec extends ContainerSpec {
  /** Name of an image as in {@link ServiceSpec.image}, or one that `versions.json` pins. @default the service's own */
  readonly image?: string | { readonly pinned: PinnedImage };
  /** Paths of the service's scratch directories and volumes that this container sees too. */
  readonly shares?: readonly string[];
  /** Sidecars only: ports by name; the service's `metrics` may name one of them. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Sidecars only. The service's own container waits for the startup check. */
  readonly probes?: Partial<Probes>;
}

/** A set of texts that pods read as variables or files. A changed text is a new object and rolls its readers. */
export interface ConfigSpec {
  /** Text by key; a key is also a file name. */
  readonly data: Readonly<Record<string, string>>;
  /**
   * The texts are only those of the beginning: afterwards whoever runs the system changes them in the cluster, and
   * the platform never sets them back. Read as files, which follow within a minute; the object keeps exactly this name.
   *
   * @default false
   */
  readonly live?: boolean;
}
