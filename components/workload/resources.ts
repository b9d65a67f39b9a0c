import type { Footprint, PodResources, ScratchVolume } from "../common/pods";
import { formatBytes, formatCpu, parseBytes, parseCpu } from "../spec/quantities";
import { scratchName } from "../spec/services";
import type { ServiceSpec } from "../spec/types";

/** Disk for a container's logs: the kubelet keeps five files of 10Mi before it drops the oldest. */
const LOGS = parseBytes("64Mi");

/** A service's scratch directories as volumes. */
export function scratchOf(service: ServiceSpec): readonly ScratchVolume[] {
  return (service.scratch ?? []).map(({ path, size }) => ({
    volume: scratchName(path),
    path,
    sizeLimit: formatBytes(parseBytes(size)),
  }));
}

/**
 * Requests and limits of one pod of a service, in canonical form. Disk is promised in full: a pod that is evicted
 * because its neighbours filled the node has done nothing wrong.
 */
export function serviceResources(service: ServiceSpec): PodResources {
  const [cpuRequest, cpuLimit] = service.size.cpu;
  const [memoryRequest, memoryLimit] = service.size.memory;
  const scratch = (service.scratch ?? []).reduce((sum, { size }) => sum + parseBytes(size), 0);
  const disk = formatBytes(scratch + LOGS);
  return {
    requests: {
      cpu: formatCpu(parseCpu(cpuRequest)),
      memory: formatBytes(parseBytes(memoryRequest)),
      "ephemeral-storage": disk,
    },
    limits: {
      cpu: formatCpu(parseCpu(cpuLimit)),
      memory: formatBytes(parseBytes(memoryLimit)),
      "ephemeral-storage": disk,
    },
  };
}

/**
 * What a service can take at its most. In a rolling update that surges by one, pods of the old revision may still be
 * finishing their work when the new revision is complete, and a quota counts them until they are gone: so twice the
 * most replicas.
 */
export function serviceFootprint(service: ServiceSpec): Footprint {
  return { pods: 2 * service.replicas.max, resources: serviceResources(service), volumeBytes: 0 };
}
