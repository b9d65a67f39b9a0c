import { isAbsent, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

interface Retention {
  readonly field: string;
  /** Days where nothing is said. */
  readonly byDefault: number;
  readonly parameter: "databaseDays" | "cacheDays";
}

const database: Retention = { field: "backupRetentionPeriod", byDefault: 1, parameter: "databaseDays" };
const cache: Retention = { field: "snapshotRetentionLimit", byDefault: 0, parameter: "cacheDays" };

const retentions: Readonly<Record<string, Retention>> = {
  "aws:rds/instance:Instance": { ...database, byDefault: 0 },
  "aws:rds/cluster:Cluster": database,
  "aws:docdb/cluster:Cluster": database,
  "aws:neptune/cluster:Cluster": database,
  "aws:elasticache/replicationGroup:ReplicationGroup": cache,
  "aws:elasticache/serverlessCache:ServerlessCache": cache,
  "aws:memorydb/cluster:Cluster": cache,
};

/** A mistake is often found days later. Search domains keep a fortnight of snapshots by themselves. */
export const requireBackupRetention = resourceRule({
  name: "aws-data-store-require-backup-retention",
  area: "storage",
  title: "Backups are kept long enough",
  description: "Databases and caches keep a week of automatic backups or more.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "high",
  checks: [37],
  ids: ["AWS FSBP"],
  remedy: "Set backupRetentionPeriod, or snapshotRetentionLimit of a cache, to 7 or more.",
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html",
  parameters: {
    databaseDays: {
      type: "integer",
      minimum: 1,
      maximum: 35,
      default: 7,
      description: "Fewest days that backups of databases are kept.",
    },
    cacheDays: {
      type: "integer",
      minimum: 0,
      maximum: 35,
      default: 7,
      description: "Fewest days that snapshots of caches are kept.",
    },
  },
  types: Object.keys(retentions),
  judge: ({ type, props }, judgement, settings) => {
    judgement.part(() => {
      const retention = retentions[type];
      if (retention === undefined) return;
      const { field, byDefault, parameter } = retention;
      const days = props[field];
      const fewest = settings.number(parameter);
      if (isAbsent(days) ? byDefault >= fewest : typeof days === "number" && days >= fewest) return;
      // A read replica is made again from its source.
      if (type === "aws:rds/instance:Instance" && !isAbsent(props["replicateSourceDb"])) return;
      judgement.report(
        field,
        `backups are kept too short: ${field} is ${shown(days)}; set it to ${fewest} or more.`,
      );
    });
  },
});
