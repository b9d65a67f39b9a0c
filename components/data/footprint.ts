import type { Footprint, PodResources } from "../common/pods";
import { formatBytes, formatCpu, parseBytes, parseCpu } from "../spec/quantities";
import type { Bytes, Cpu, StoreSpec } from "../spec/types";
import { containerResources } from "./pod";
import { postgresProcess } from "./postgres";
import { redisProcess } from "./redis";
import { rotationResources } from "./rotation";

const NOWHERE = { tls: "", secret: "", settings: "" };

/**
 * What a store inside the cluster takes of its namespace's quota: one member, which is gone before its successor
 * starts, its volume, and the pod that may be changing its password.
 */
export function storeFootprints(store: StoreSpec): readonly Footprint[] {
  const process =
    store.kind === "postgres"
      ? postgresProcess(store, { username: "", database: "" }, NOWHERE)
      : redisProcess(store, NOWHERE);
  const containers = [
    containerResources(store.size, process.scratch),
    ...process.helpers.map(({ size }) => containerResources(size)),
  ];
  return [
    { pods: 1, resources: total(containers), volumeBytes: parseBytes(store.storage) },
    { pods: 1, resources: rotationResources, volumeBytes: 0 },
  ];
}

function total(containers: readonly PodResources[]): PodResources {
  const side = (name: "requests" | "limits"): PodResources["requests"] => {
    const bytes = (of: "memory" | "ephemeral-storage"): string =>
      formatBytes(containers.reduce((sum, each) => sum + parseBytes(each[name][of] as Bytes), 0));
    return {
      cpu: formatCpu(containers.reduce((sum, each) => sum + parseCpu(each[name].cpu as Cpu), 0)),
      memory: bytes("memory"),
      "ephemeral-storage": bytes("ephemeral-storage"),
    };
  };
  return { requests: side("requests"), limits: side("limits") };
}
