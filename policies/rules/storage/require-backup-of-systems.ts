import { stackRule } from "../../core/rule";
import { Cluster } from "../../kubernetes/graph";
import { platformParameter, systemsOf } from "../../kubernetes/systems";
import { Backups } from "./backups";

/** What a system is made of is backed up with its data, so that it can be had again as it was. */
export const requireBackupOfSystems = stackRule({
  name: "slipway-stack-system-require-backup",
  area: "storage",
  title: "Systems are backed up",
  description: "Every namespace of a system is covered by a backup.",
  level: "advisory",
  severity: "high",
  checks: [38],
  ids: ["BPG upgrades"],
  remedy: "Add a Velero Schedule that includes the namespace, or the cluster to an AWS Backup selection.",
  url: "https://velero.io/docs/main/backup-reference/",
  parameters: platformParameter,
  judge: (graph, judgement, settings) => {
    const cluster = new Cluster(graph, judgement);
    const backups = new Backups(graph, cluster);
    for (const system of systemsOf(cluster, judgement, settings)) {
      for (const namespace of system.namespaces) {
        judgement.part(() => {
          if (backups.coverNamespace(namespace.name)) return;
          namespace.report(
            judgement,
            "metadata.name",
            `the system ${system.name} has no backup of ${namespace.label}; add a Velero Schedule that includes it.`,
          );
        });
      }
    }
  },
});
