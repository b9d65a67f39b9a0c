import { chart } from "../../spec/panels";
import type { DashboardSpec } from "../../spec/types";

/**
 * What can be said today of data outliving its store. The stack makes no backups of its own yet: what is here are the
 * scheduled jobs that systems declare, and what the stores say of their own logs. Snapshots that AWS takes of managed
 * stores have no metric in the cluster.
 */
export const backups: DashboardSpec = {
  uid: "slipway-backups",
  title: "Backups",
  panels: [
    {
      title: "Last success of each scheduled job",
      kind: "table",
      unit: "dateTimeAsIso",
      queries: { at: "max by (namespace, cronjob) (kube_cronjob_status_last_successful_time) * 1000" },
    },
    chart(
      "Time since the last success of each scheduled job",
      "s",
      {
        "{{namespace}} {{cronjob}}":
          "time() - max by (namespace, cronjob) (kube_cronjob_status_last_successful_time)",
      },
      { description: "A daily job is late after 26 hours.", thresholds: { critical: 93_600 } },
    ),
    chart("Runs that failed", "short", {
      "{{namespace}} {{job_name}}": "sum by (namespace, job_name) (kube_job_status_failed) > 0",
    }),
    chart("PostgreSQL: parts of the log that could not be archived", "ops", {
      "{{namespace}} {{service}}": "sum by (namespace, service) (rate(pg_stat_archiver_failed_count[5m]))",
    }),
    {
      title: "Redis: the last write of its log",
      kind: "stat",
      unit: "none",
      description: "1 succeeded, 0 failed; of stores that keep a log.",
      queries: { "{{namespace}} {{service}}": "min by (namespace, service) (redis_aof_last_write_status)" },
    },
    chart("Redis: size of its log", "bytes", {
      "{{namespace}} {{service}}": "max by (namespace, service) (redis_aof_current_size_bytes)",
    }),
  ],
};
