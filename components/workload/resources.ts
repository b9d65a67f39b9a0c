import type { Footprint, PodResources } from "../common/pods";
import { formatBytes, formatCpu, parseBytes, parseCpu } from "../spec/quantities";
import { migrationOf } from "../spec/services";
import type { Bytes, ContainerSpec, Cpu, JobSpec, ServiceSpec, WorkloadSpec } from "../spec/types";

/** Disk for a container's logs: the kubelet keeps five files of 10Mi before it drops the oldest. */
const LOGS = parseBytes("64Mi");

/**
 * Requests and limits of one container, in canonical form. Disk is promised in full: a pod that is evicted because
 * its neighbours filled the node has done nothing wrong.
 */
export function containerResources({ size, scratch = [] }: ContainerSpec): PodResources {
  const [cpuRequest, cpuLimit] = size.cpu;
  const [memoryRequest, memoryLimit] = size.memory;
  const disk = formatBytes(scratch.reduce((sum, own) => sum + parseBytes(own.size), LOGS));
  const side = (cpu: Cpu, memory: Bytes): PodResources["requests"] => ({
    cpu: formatCpu(parseCpu(cpu)),
    memory: formatBytes(parseBytes(memory)),
    "ephemeral-storage": disk,
  });
  return { requests: side(cpuRequest, memoryRequest), limits: side(cpuLimit, memoryLimit) };
}

/**
 * What the scheduler and a quota count for one pod: its own container and all sidecars together, or a container that
 * runs before it where that one takes more.
 */
export function podResources(workload: WorkloadSpec): PodResources {
  const { init = {}, sidecars = {} } = workload as Partial<ServiceSpec>;
  const own = containerResources(workload);
  const before = Object.values(init).map(containerResources);
  const beside = Object.values(sidecars).map(containerResources);
  return combine((side) => {
    const most = (name: keyof PodResources["requests"], read: (text: string) => number): number =>
      Math.max(...[own, ...before].map((one) => read(one[side][name]))) +
      beside.reduce((sum, one) => sum + read(one[side][name]), 0);
    return {
      cpu: formatCpu(most("cpu", (text) => parseCpu(text as Cpu))),
      memory: formatBytes(most("memory", (text) => parseBytes(text as Bytes))),
      "ephemeral-storage": formatBytes(most("ephemeral-storage", (text) => parseBytes(text as Bytes))),
    };
  });
}

function combine(side: (side: keyof PodResources) => PodResources["requests"]): PodResources {
  return { requests: side("requests"), limits: side("limits") };
}

/**
 * What a service can take at its most. In a rolling update that surges, pods of the old revision may still be finishing
 * their work when the new revision is complete, and a quota counts them until they are gone: so twice the most
 * replicas. Pods with volumes are replaced in their place, one after the other.
 */
export function serviceFootprint(service: ServiceSpec): Footprint {
  const { replicas, volumes = {} } = service;
  const inPlace = Object.keys(volumes).length > 0;
  const claims = Object.values(volumes).map(({ size, claim }) => ({
    count: claim === "perReplica" ? replicas.max : 1,
    bytes: parseBytes(size),
  }));
  return {
    pods: inPlace ? replicas.max : 2 * replicas.max,
    resources: podResources(service),
    volumeBytes: claims.reduce((sum, { count, bytes }) => sum + count * bytes, 0),
    claims: claims.reduce((sum, { count }) => sum + count, 0),
  };
}

/** What a service's migration takes; undefined for a service without one. The last one may still be going away. */
export function migrationFootprint(service: ServiceSpec): Footprint | undefined {
  const migration = migrationOf(service);
  return migration === undefined
    ? undefined
    : { pods: 2, resources: podResources(migration), volumeBytes: 0 };
}

/** What a job takes: one run, and another where it may take the last one's place. */
export function jobFootprint(job: JobSpec): Footprint {
  const pods = job.schedule !== undefined && job.concurrency !== "Replace" ? 1 : 2;
  return { pods, resources: podResources(job), volumeBytes: 0 };
}
