import type { Bounds, Bytes, Cpu } from "./units";

/** What a store's pod gets. Memory has one value: a store that is promised less than it may use is evicted first. */
export interface StoreSize {
  readonly cpu: Bounds<Cpu>;
  readonly memory: Bytes;
}

interface StoreBase {
  /** Size of the volume; it can grow and never shrink. Half of it in stages that run at half size. */
  readonly storage: Bytes;
  /** Size of the pod; a managed store gets the smallest machine that has as much. */
  readonly size: StoreSize;
  /**
   * Further members that only answer reads, where the store is a managed one; inside the cluster it has one member.
   * They come beside the standby that every managed store has, and services find them by the key `readerHosts`.
   * @default 0
   */
  readonly readers?: number;
}

export interface PostgresSpec extends StoreBase {
  readonly kind: "postgres";
  /** Major version. */
  readonly version: "15";
  /** Name of the database. @default the system's name, with `_` for `-` */
  readonly database?: string;
}

export interface RedisSpec extends StoreBase {
  readonly kind: "redis";
  /** Major version; 8 is Valkey, which speaks the same protocol. */
  readonly version: "7" | "8";
  /** `aof` keeps data over a restart and evicts only keys with an expiry; `none` is a plain cache. */
  readonly persistence: "aof" | "none";
}

/** A place for data. Inside the cluster its name is its host name for the system's services. */
export type StoreSpec = PostgresSpec | RedisSpec;
