import type { types } from "@pulumi/kubernetes";
import { isStateful } from "../spec/services";
import type { ServiceSpec } from "../spec/types";

/** Counts pods of one revision only: else a rolling update would be spread against the pods that it replaces. */
function revision(service: ServiceSpec): string[] {
  return [isStateful(service) ? "controller-revision-hash" : "pod-template-hash"];
}

/**
 * Spreads pods evenly over zones.
 *
 * A preference, for a rule (`DoNotSchedule`) would keep pods Pending where nodes carry no zone, as on a laptop, and
 * when a zone fails: just then the others must take its share.
 */
export function zoneSpread(
  matchLabels: Record<string, string>,
  service: ServiceSpec,
): types.input.core.v1.TopologySpreadConstraint[] {
  return [
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels },
      matchLabelKeys: revision(service),
    },
  ];
}

/** Prefers nodes that run no pod of the same kind yet, so that one node takes one pod with it. */
export function nodeAntiAffinity(
  matchLabels: Record<string, string>,
  service: ServiceSpec,
): types.input.core.v1.Affinity {
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            topologyKey: "kubernetes.io/hostname",
            labelSelector: { matchLabels },
            matchLabelKeys: revision(service),
          },
        },
      ],
    },
  };
}
