import type * as pulumi from "@pulumi/pulumi";
import type { StoreSpec } from "../spec/types";

/** What a store of either sort is made from. */
export interface StoreArgs {
  /** The system that it belongs to, e.g. `daira`. */
  readonly system: string;
  /** Its name in the system, e.g. `postgres`: the name of its objects and, in the cluster, its host name. */
  readonly store: string;
  readonly spec: StoreSpec;
  readonly owner: string;
  readonly stage: string;
  readonly namespace: pulumi.Input<string>;
  /** How many passwords there have been; one more makes a new one and puts it in force. @default 1 */
  readonly rotation?: number;
  /** Keeps the data and the passwords from being deleted, and leaves them behind when the stack lets go of them. */
  readonly protect: boolean;
}

export interface InClusterStoreArgs extends StoreArgs {
  /** Storage class of the volume; undefined takes the cluster's default. */
  readonly storageClass: pulumi.Input<string> | undefined;
  /** What must exist before its certificates: cert-manager, where the stack installs it. @default none */
  readonly certificatesAfter?: readonly pulumi.Resource[];
  /** What must exist before its pod: quota, network policies, node pools. */
  readonly podsAfter: readonly pulumi.Resource[];
}

/** What a system needs to know of a store, wherever it runs. */
export interface StoreContract {
  /** Name of the Secret with the connection: `host`, `port`, `username`, `password`, `database`, `url`. */
  readonly secretName: pulumi.Output<string>;
  /** Secret and key of the certificates by which clients verify the store. */
  readonly trust: { readonly secret: pulumi.Output<string>; readonly key: string };
  /** Host under which clients reach it, which its certificate covers. */
  readonly host: pulumi.Output<string>;
  /**
   * Hosts that answer reads, one at least, each covered by a certificate of the same authorities: those of the readers,
   * or the store's own where it has none.
   */
  readonly readerHosts: readonly pulumi.Output<string>[];
  /** What a pod that uses the store must come after. */
  readonly ready: pulumi.Resource;
}
