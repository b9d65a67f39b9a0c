import type { Footprint } from "../common/pods";
import { parseBytes } from "../spec/quantities";
import type { StoreSpec } from "../spec/types";
import { storeResources } from "./pod";
import { postgresScratch } from "./postgres";
import { redisScratch } from "./redis";

/** What a store takes of its namespace's quota: one member, which is gone before its successor starts, and its volume. */
export function storeFootprint(store: StoreSpec): Footprint {
  const scratch = store.kind === "postgres" ? postgresScratch(store) : redisScratch;
  return { pods: 1, resources: storeResources(store, scratch), volumeBytes: parseBytes(store.storage) };
}
