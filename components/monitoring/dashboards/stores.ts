import { chart } from "../../spec/panels";
import type { DashboardSpec } from "../../spec/types";

const STORE = "{{namespace}} {{service}}";
const by = "by (namespace, service)";

/** PostgreSQL and Redis of every system. */
export const stores: DashboardSpec = {
  uid: "slipway-stores",
  title: "Data stores",
  panels: [
    {
      title: "Stores that answer",
      kind: "stat",
      unit: "none",
      description: "1 answers its exporter, 0 does not.",
      queries: { [`PostgreSQL ${STORE}`]: `min ${by} (pg_up)`, [`Redis ${STORE}`]: `min ${by} (redis_up)` },
    },
    chart(
      "PostgreSQL: connections of the most",
      "percentunit",
      { [STORE]: `sum ${by} (pg_stat_activity_count) / max ${by} (pg_settings_max_connections)` },
      { thresholds: { warning: 0.8, critical: 0.9 } },
    ),
    chart("PostgreSQL: transactions", "ops", {
      [`${STORE} committed`]: `sum ${by} (rate(pg_stat_database_xact_commit[5m]))`,
      [`${STORE} rolled back`]: `sum ${by} (rate(pg_stat_database_xact_rollback[5m]))`,
    }),
    chart("PostgreSQL: longest transaction", "s", {
      [STORE]: `max ${by} (pg_stat_activity_max_tx_duration)`,
    }),
    chart("PostgreSQL: read from memory", "percentunit", {
      [STORE]: `sum ${by} (rate(pg_stat_database_blks_hit[5m])) / (sum ${by} (rate(pg_stat_database_blks_hit[5m])) + sum ${by} (rate(pg_stat_database_blks_read[5m])))`,
    }),
    chart("PostgreSQL: deadlocks", "ops", { [STORE]: `sum ${by} (rate(pg_stat_database_deadlocks[5m]))` }),
    chart("PostgreSQL: size", "bytes", { [STORE]: `sum ${by} (pg_database_size_bytes)` }),
    chart(
      "Redis: memory of the most",
      "percentunit",
      { [STORE]: `max ${by} (redis_memory_used_bytes) / (max ${by} (redis_memory_max_bytes) > 0)` },
      { thresholds: { warning: 0.8, critical: 0.95 } },
    ),
    chart("Redis: commands", "ops", { [STORE]: `sum ${by} (rate(redis_commands_processed_total[5m]))` }),
    chart("Redis: hit rate", "percentunit", {
      [STORE]: `sum ${by} (rate(redis_keyspace_hits_total[5m])) / (sum ${by} (rate(redis_keyspace_hits_total[5m])) + sum ${by} (rate(redis_keyspace_misses_total[5m])))`,
    }),
    chart("Redis: keys evicted", "ops", { [STORE]: `sum ${by} (rate(redis_evicted_keys_total[5m]))` }),
    chart("Redis: clients", "short", { [STORE]: `sum ${by} (redis_connected_clients)` }),
    chart(
      "Volumes in use",
      "percentunit",
      {
        "{{namespace}} {{persistentvolumeclaim}}":
          "max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes / kubelet_volume_stats_capacity_bytes)",
      },
      { thresholds: { warning: 0.8, critical: 0.9 }, width: 24 },
    ),
  ],
};
