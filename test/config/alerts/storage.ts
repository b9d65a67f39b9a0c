import type { AlertCase } from "../../support/promtool";

const shop = { system: "shop", namespace: "shop", team: "retail" };
const at =
  '{job="kubelet",instance="10.0.3.1:10250",node="node-a",namespace="shop",persistentvolumeclaim="data-db-0"}';

/** A volume of which so many of a thousand are free. */
function volume(free: number): Readonly<Record<string, string>> {
  return {
    [`kubelet_volume_stats_available_bytes${at}`]: `${free}x20`,
    [`kubelet_volume_stats_capacity_bytes${at}`]: "1000x20",
  };
}

function inodes(free: number): Readonly<Record<string, string>> {
  return {
    [`kubelet_volume_stats_inodes_free${at}`]: `${free}x20`,
    [`kubelet_volume_stats_inodes${at}`]: "1000x20",
  };
}

export const storageCases: readonly AlertCase[] = [
  {
    alert: "KubePersistentVolumeFillingUp",
    name: "9.2 % of the bytes are free",
    series: volume(92),
    at: "6m",
    fires: [
      {
        labels: { ...shop, persistentvolumeclaim: "data-db-0", severity: "high" },
        summary: "The volume data-db-0 of shop is almost full",
        description: "9.2 % of it are free. What cannot write to it stops.",
      },
    ],
  },
  {
    alert: "KubePersistentVolumeFillingUp",
    name: "11 % of the bytes are free",
    series: volume(110),
    at: "6m",
    fires: [],
  },
  {
    alert: "KubePersistentVolumeInodesFillingUp",
    name: "9.2 % of the inodes are free",
    series: inodes(92),
    at: "6m",
    fires: [
      {
        labels: { ...shop, persistentvolumeclaim: "data-db-0", severity: "high" },
        summary: "The volume data-db-0 of shop can hold few more files",
        description: "9.2 % of its inodes are free. What cannot write a file to it stops.",
      },
    ],
  },
  {
    alert: "KubePersistentVolumeInodesFillingUp",
    name: "11 % of the inodes are free",
    series: inodes(110),
    at: "6m",
    fires: [],
  },
];
