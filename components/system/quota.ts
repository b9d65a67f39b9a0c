import type { types } from "@pulumi/kubernetes";
import type { Footprint } from "../common/pods";
import { exporterFootprint } from "../data/exporter";
import { storeFootprints } from "../data/footprint";
import { formatBytes, formatCpu, parseBytes, parseCpu } from "../spec/quantities";
import type { Bytes, Cpu, SystemSpec } from "../spec/types";
import { jobFootprint, migrationFootprint, serviceFootprint } from "../workload/resources";

/**
 * The most that a system's namespace may hold: what its spec can grow to, with room for rolling updates, and no
 * more. Load balancers and node ports belong to the edge alone. Of stores outside of the cluster only their exporters are
 * here.
 */
export function quotaSpec(
  spec: SystemSpec,
  outside: readonly string[] = [],
): types.input.core.v1.ResourceQuotaSpec {
  const services = Object.values(spec.services);
  const footprints = [
    ...services.map(serviceFootprint),
    ...services.flatMap((service) => migrationFootprint(service) ?? []),
    ...Object.values(spec.jobs ?? {}).map(jobFootprint),
    ...Object.entries(spec.stores ?? {}).flatMap(([name, store]) =>
      outside.includes(name) ? [exporterFootprint()] : storeFootprints(store),
    ),
  ];
  const cpu = (side: "requests" | "limits"): string =>
    formatCpu(sum(footprints, ({ pods, resources }) => pods * parseCpu(resources[side].cpu as Cpu)));
  const bytes = (side: "requests" | "limits", name: "memory" | "ephemeral-storage"): string =>
    formatBytes(sum(footprints, ({ pods, resources }) => pods * parseBytes(resources[side][name] as Bytes)));
  const volumes = sum(footprints, ({ volumeBytes }) => volumeBytes);
  const claims = sum(footprints, ({ volumeBytes, claims: own = volumeBytes === 0 ? 0 : 1 }) => own);
  return {
    hard: {
      "requests.cpu": cpu("requests"),
      "limits.cpu": cpu("limits"),
      "requests.memory": bytes("requests", "memory"),
      "limits.memory": bytes("limits", "memory"),
      "requests.ephemeral-storage": bytes("requests", "ephemeral-storage"),
      "limits.ephemeral-storage": bytes("limits", "ephemeral-storage"),
      "requests.storage": volumes === 0 ? "0" : formatBytes(volumes),
      persistentvolumeclaims: String(claims),
      pods: String(sum(footprints, ({ pods }) => pods)),
      "services.loadbalancers": "0",
      "services.nodeports": "0",
    },
  };
}

/**
 * What a container gets that names nothing itself, as one that somebody starts by hand to look around: the quota
 * would refuse it otherwise. Every container of the platform's own names its sizes.
 */
export const limitRangeSpec: types.input.core.v1.LimitRangeSpec = {
  limits: [
    {
      type: "Container",
      defaultRequest: { cpu: "50m", memory: "64Mi", "ephemeral-storage": "64Mi" },
      default: { cpu: "250m", memory: "128Mi", "ephemeral-storage": "128Mi" },
    },
  ],
};

function sum(footprints: readonly Footprint[], amount: (footprint: Footprint) => number): number {
  return footprints.reduce((total, footprint) => total + amount(footprint), 0);
}
