import type { AlertGroup } from "../types";

/** Percent of one metric of a volume in another. */
function share(part: string, whole: string): string {
  const ofVolume = (metric: string): string =>
    `max by (namespace, persistentvolumeclaim) (${metric}{namespace=~"$namespace"})`;
  return `100 * ${ofVolume(part)} / ${ofVolume(whole)}`;
}

/** Alerts on the volumes of pods. */
export const storageAlerts: AlertGroup = {
  KubePersistentVolumeFillingUp: {
    scope: "workload",
    query: share("kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes"),
    below: 10,
    range: [1, 50],
    for: "5m",
    severity: "high",
    summary: "The volume {{ $labels.persistentvolumeclaim }} of {{ $labels.namespace }} is almost full",
    description: "{{ $value | humanize }} % of it are free. What cannot write to it stops.",
  },
  KubePersistentVolumeInodesFillingUp: {
    scope: "workload",
    query: share("kubelet_volume_stats_inodes_free", "kubelet_volume_stats_inodes"),
    below: 10,
    range: [1, 50],
    for: "5m",
    severity: "high",
    summary:
      "The volume {{ $labels.persistentvolumeclaim }} of {{ $labels.namespace }} can hold few more files",
    description: "{{ $value | humanize }} % of its inodes are free. What cannot write a file to it stops.",
  },
};
