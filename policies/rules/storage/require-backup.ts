import { isAbsent, shown } from "../../core/json";
import type { Judgement } from "../../core/judgement";
import { Lookup, some } from "../../core/lookup";
import { stackRule } from "../../core/rule";
import type { Node } from "../../core/rule";
import { Cluster } from "../../kubernetes/graph";
import { holdsData, replicatedKinds, workloadsOf } from "../../kubernetes/workloads";
import { Backups } from "./backups";

/** What AWS Backup keeps, of what a system's data may be in. */
const stores = new Set([
  "aws:rds/instance:Instance",
  "aws:rds/cluster:Cluster",
  "aws:docdb/cluster:Cluster",
  "aws:neptune/cluster:Cluster",
  "aws:dynamodb/table:Table",
  "aws:efs/fileSystem:FileSystem",
]);

/** A backup that can be deleted with what it is of, or that nobody has ever read back, is none. */
export const requireBackup = stackRule({
  name: "slipway-stack-workload-require-backup",
  area: "storage",
  title: "What holds data is backed up",
  description:
    "Every workload with volumes and every database is in a backup plan, every vault is locked, and a drill restores what is in there.",
  level: "advisory",
  severity: "high",
  checks: [38],
  ids: ["BPG upgrades"],
  remedy:
    "Add a Velero Schedule for the namespace or an AWS Backup selection that names the store, a vault lock, and a restore drill.",
  url: "https://docs.aws.amazon.com/aws-backup/latest/devguide/whatisbackup.html",
  parameters: {
    drills: {
      type: "array",
      items: { type: "string" },
      default: ["restore-drill"],
      description:
        "Values of the label app.kubernetes.io/component by which a CronJob says that it restores.",
    },
  },
  judge: (graph, judgement, settings) => {
    const cluster = new Cluster(graph, judgement);
    const backups = new Backups(graph, cluster);
    let keepsData = false;
    for (const workload of workloadsOf(cluster, replicatedKinds)) {
      judgement.part(() => {
        if (!holdsData(workload)) return;
        keepsData = true;
        const { object } = workload;
        if (backups.coverNamespace(object.namespace, object.labels)) return;
        object.report(
          judgement,
          "metadata.name",
          `${object.label} keeps data and no backup covers it; add a Velero Schedule for its namespace, or the cluster to an AWS Backup selection.`,
        );
      });
    }
    for (const node of graph) {
      if (!stores.has(node.type)) continue;
      judgement.part(() => {
        // A replica holds what its source does, an instance of a cluster what the cluster does.
        const { replicateSourceDb } = node.props;
        if (!isAbsent(replicateSourceDb) && replicateSourceDb !== "") return;
        keepsData = true;
        if (backups.coverResource(node)) return;
        judgement.report(
          "",
          "no backup plan covers it; name its ARN or tags in an AWS Backup selection.",
          node.urn,
        );
      });
    }
    judgeVaults(graph, judgement);
    judgement.part(() => {
      if (!keepsData || hasDrill(graph, cluster, settings.texts("drills"))) return;
      judgement.report(
        "",
        "nothing tries whether what is backed up can be restored; add a restore testing plan, or a CronJob that restores.",
      );
    });
  },
});

function judgeVaults(graph: readonly Node[], judgement: Judgement): void {
  const locks = new Lookup(
    graph.filter(({ type }) => type === "aws:backup/vaultLockConfiguration:VaultLockConfiguration"),
    ({ props }) => (typeof props["backupVaultName"] === "string" ? [props["backupVaultName"]] : []),
  );
  for (const { type, props, urn } of graph) {
    if (type !== "aws:backup/vault:Vault") continue;
    judgement.part(() => {
      const { name } = props;
      if (typeof name === "string" && locks.some([name])) return;
      judgement.report(
        "name",
        `the vault ${shown(name)} is not locked, so that its backups can be deleted; add a VaultLockConfiguration.`,
        urn,
      );
    });
  }
}

function hasDrill(graph: readonly Node[], cluster: Cluster, drills: readonly string[]): boolean {
  if (graph.some(({ type }) => type === "aws:backup/restoreTestingPlan:RestoreTestingPlan")) return true;
  return some(cluster.all("batch/CronJob"), (job) => {
    const component = job.labels("app.kubernetes.io/component");
    return typeof component === "string" && drills.includes(component) && job.spec("suspend") !== true;
  });
}
