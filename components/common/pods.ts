import type { types } from "@pulumi/kubernetes";

/** Security context of a pod under Pod Security `restricted`; volumes belong to the group. */
export function podSecurity(user: number, group = user): types.input.core.v1.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: group,
    fsGroup: group,
    // Without it every start walks the whole volume to set the group.
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** Security context of every container: no way to more rights, and nothing to write to but its volumes. */
export const containerSecurity: types.input.core.v1.SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
};

/** Resources of one pod as the scheduler and a quota count them. */
export interface PodResources {
  readonly requests: Readonly<Record<"cpu" | "memory" | "ephemeral-storage", string>>;
  readonly limits: Readonly<Record<"cpu" | "memory" | "ephemeral-storage", string>>;
}

/** How many pods of one kind there can be at once, and what each takes. */
export interface Footprint {
  readonly pods: number;
  readonly resources: PodResources;
  /** Bytes of persistent volume of all of them together. */
  readonly volumeBytes: number;
  /** Claims for these bytes. @default one, where there are any */
  readonly claims?: number;
}

/** A volume of the node's own disk at a path; `volume` is its name in the pod. */
export interface ScratchVolume {
  readonly volume: string;
  readonly path: string;
  readonly sizeLimit: `${number}${"Ki" | "Mi" | "Gi" | "Ti"}`;
  /** Held in memory, and counted against the container's memory limit. */
  readonly memory?: boolean;
}

/** The pod's side of scratch volumes. */
export function scratchVolumes(scratch: readonly ScratchVolume[]): types.input.core.v1.Volume[] {
  return scratch.map(({ volume, sizeLimit, memory }) => ({
    name: volume,
    emptyDir: { sizeLimit, ...(memory === true ? { medium: "Memory" } : {}) },
  }));
}

/** The container's side of scratch volumes. */
export function scratchMounts(scratch: readonly ScratchVolume[]): types.input.core.v1.VolumeMount[] {
  return scratch.map(({ volume, path }) => ({ name: volume, mountPath: path }));
}

/** A field with a list, or no field: the API server drops an empty list, which would read as drift ever after. */
export function unlessEmpty<K extends string, T>(field: K, list: T[]): Partial<Record<K, T[]>> {
  return list.length === 0 ? {} : ({ [field]: list } as Record<K, T[]>);
}

/**
 * Spreads pods over zones and nodes where it can: as a rule it would keep pods from starting elsewhere when a zone is
 * lost, and on a laptop, whose nodes have none.
 */
export function preferSpread(
  matchLabels: Readonly<Record<string, string>>,
): types.input.core.v1.TopologySpreadConstraint[] {
  return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: { ...matchLabels } },
  }));
}
