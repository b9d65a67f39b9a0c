import type { AlertCase } from "../../support/promtool";

const shop = { system: "shop", namespace: "shop", team: "retail" };
const main = { ...shop, service: "db" };
const cache = { ...shop, service: "cache" };

/** Labels of an exporter's target, and those of the metric. */
function at(store: "db" | "cache", labels = ""): string {
  const kind = store === "db" ? "postgres" : "redis";
  const target = `job="${store}",system="shop",namespace="shop",pod="${store}-0",instance="10.0.5.1:9187"`;
  return `{${target},service="${store}",store="${kind}"${labels === "" ? "" : `,${labels}`}}`;
}

/** Connections in use, of 200: those of the app, and ten that are the database's own. */
function connections(app: number): Readonly<Record<string, string>> {
  return {
    [`pg_stat_activity_count${at("db", 'datname="shop",state="idle"')}`]: `${app}x20`,
    [`pg_stat_activity_count${at("db", 'datname="postgres",state="active"')}`]: "10x20",
    [`pg_settings_max_connections${at("db")}`]: "200x20",
  };
}

function behind(seconds: number, replica: 0 | 1): Readonly<Record<string, string>> {
  return {
    [`pg_replication_lag_seconds${at("db")}`]: `${seconds}x20`,
    [`pg_replication_is_replica${at("db")}`]: `${replica}x20`,
  };
}

function memory(used: number, policy: string, most = 1000): Readonly<Record<string, string>> {
  return {
    [`redis_memory_used_bytes${at("cache")}`]: `${used}x20`,
    [`redis_memory_max_bytes${at("cache")}`]: `${most}x20`,
    [`redis_instance_info${at("cache", `role="master",maxmemory_policy="${policy}"`)}`]: "1x20",
  };
}

export const postgresCases: readonly AlertCase[] = [
  {
    alert: "PostgresDown",
    name: "the exporter cannot connect",
    series: { [`pg_up${at("db")}`]: "1 0x10" },
    at: "3m",
    fires: [
      {
        labels: { ...main, severity: "critical" },
        summary: "The database db of shop does not answer",
        description: "The exporter beside it cannot connect.",
      },
    ],
  },
  {
    alert: "PostgresDown",
    name: "the exporter can connect",
    series: { [`pg_up${at("db")}`]: "1x10" },
    at: "3m",
    fires: [],
  },

  {
    alert: "PostgresReplicationLagHigh",
    name: "a reader is 33 seconds behind",
    series: behind(33, 1),
    at: "6m",
    fires: [
      {
        labels: { ...main, severity: "high" },
        summary: "A reader of the database db of shop is behind",
        description: "By 33s: what it answers is that old, and so is a standby that takes over.",
      },
    ],
  },
  {
    alert: "PostgresReplicationLagHigh",
    name: "a reader is 27 seconds behind",
    series: behind(27, 1),
    at: "6m",
    fires: [],
  },
  {
    alert: "PostgresReplicationLagHigh",
    name: "it is no reader",
    series: behind(3000, 0),
    at: "6m",
    fires: [],
  },

  {
    alert: "PostgresTooManyConnections",
    name: "170 of 200 are in use",
    series: connections(160),
    at: "6m",
    fires: [
      {
        labels: { ...main, severity: "high" },
        summary: "The database db of shop has few connections left",
        description: "85 % of them are in use; the one after the last is refused.",
      },
    ],
  },
  {
    alert: "PostgresTooManyConnections",
    name: "150 of 200 are in use",
    series: connections(140),
    at: "6m",
    fires: [],
  },

  {
    alert: "PostgresDeadlocks",
    name: "5.5 in ten minutes",
    series: { [`pg_stat_database_deadlocks${at("db", 'datname="shop"')}`]: "0+0.55x30" },
    at: "20m",
    fires: [
      {
        labels: { ...main, datname: "shop", severity: "warning" },
        summary: "Transactions in the database db of shop block each other",
        description: "5.5 deadlocks in shop in 10 minutes; each one ends a transaction.",
      },
    ],
  },
  {
    alert: "PostgresDeadlocks",
    name: "4.5 in ten minutes",
    series: { [`pg_stat_database_deadlocks${at("db", 'datname="shop"')}`]: "0+0.45x30" },
    at: "20m",
    fires: [],
  },

  {
    alert: "PostgresTransactionIdsRunOut",
    name: "55 % of them are used up",
    // 0.55 * 2^31
    series: {
      [`pg_database_wraparound_age_datfrozenxid_seconds${at("db", 'datname="shop"')}`]: "1181116006x40",
    },
    at: "31m",
    fires: [
      {
        labels: { ...main, datname: "shop", severity: "critical" },
        summary: "The database db of shop runs out of transaction ids",
        description: "55 % are used up in shop: vacuum does not keep up.",
      },
    ],
  },
  {
    alert: "PostgresTransactionIdsRunOut",
    name: "45 % of them are",
    series: {
      [`pg_database_wraparound_age_datfrozenxid_seconds${at("db", 'datname="shop"')}`]: "966367641x40",
    },
    at: "31m",
    fires: [],
  },

  {
    alert: "PostgresArchiveFailing",
    name: "every minute an attempt fails",
    series: { [`pg_stat_archiver_failed_count${at("db")}`]: "3+1x30" },
    at: "20m",
    fires: [
      {
        labels: { ...main, severity: "critical" },
        summary: "The database db of shop cannot archive its log",
        description: "Backups can be restored only to the time before, and its volume fills.",
      },
    ],
  },
  {
    alert: "PostgresArchiveFailing",
    name: "some failed long ago",
    series: { [`pg_stat_archiver_failed_count${at("db")}`]: "3x30" },
    at: "20m",
    fires: [],
  },
];

export const redisCases: readonly AlertCase[] = [
  {
    alert: "RedisDown",
    name: "the exporter cannot connect",
    series: { [`redis_up${at("cache")}`]: "1 0x10" },
    at: "3m",
    fires: [
      {
        labels: { ...cache, severity: "critical" },
        summary: "The Redis cache of shop does not answer",
        description: "The exporter beside it cannot connect.",
      },
    ],
  },
  {
    alert: "RedisDown",
    name: "the exporter can connect",
    series: { [`redis_up${at("cache")}`]: "1x10" },
    at: "3m",
    fires: [],
  },

  {
    alert: "RedisRejectedConnections",
    name: "two a minute are refused",
    series: { [`redis_rejected_connections_total${at("cache")}`]: "0+2x20" },
    at: "10m",
    fires: [
      {
        labels: { ...cache, severity: "high" },
        summary: "The Redis cache of shop turns clients away",
        description: "It refused 10 connections in 5 minutes, for it has as many as it may.",
      },
    ],
  },
  {
    alert: "RedisRejectedConnections",
    name: "some were refused long ago",
    series: { [`redis_rejected_connections_total${at("cache")}`]: "12x20" },
    at: "10m",
    fires: [],
  },

  {
    alert: "RedisOutOfMemory",
    name: "one that keeps data uses 95 %",
    series: memory(950, "volatile-lru"),
    at: "6m",
    fires: [
      {
        labels: { ...cache, severity: "high" },
        summary: "The Redis cache of shop is almost full",
        description: "It uses 95 % of its memory; once that is full it refuses writes.",
      },
    ],
  },
  {
    alert: "RedisOutOfMemory",
    name: "one that keeps data uses 85 %",
    series: memory(850, "volatile-lru"),
    at: "6m",
    fires: [],
  },
  {
    alert: "RedisOutOfMemory",
    name: "it may use all that there is",
    series: memory(950, "noeviction", 0),
    at: "6m",
    fires: [],
  },
  {
    alert: "RedisOutOfMemory",
    name: "a plain cache is full",
    series: memory(999, "allkeys-lru"),
    at: "6m",
    fires: [],
  },

  {
    alert: "RedisEvictingKeys",
    name: "55 keys a second are dropped",
    series: { [`redis_evicted_keys_total${at("cache")}`]: "0+3300x40" },
    at: "25m",
    fires: [
      {
        labels: { ...cache, severity: "warning" },
        summary: "The Redis cache of shop drops keys for want of memory",
        description: "55 keys a second: a cache this small helps little, or sessions end early.",
      },
    ],
  },
  {
    alert: "RedisEvictingKeys",
    name: "45 keys a second are dropped",
    series: { [`redis_evicted_keys_total${at("cache")}`]: "0+2700x40" },
    at: "25m",
    fires: [],
  },

  {
    alert: "RedisReplicationBroken",
    name: "a reader has lost its primary",
    series: { [`redis_master_link_up${at("cache", 'master_host="10.0.5.9",master_port="6379"')}`]: "0x10" },
    at: "3m",
    fires: [
      {
        labels: { ...cache, severity: "high" },
        summary: "A reader of the Redis cache of shop has lost its primary",
        description: "What it answers grows old, and nothing is there to take over.",
      },
    ],
  },
  {
    alert: "RedisReplicationBroken",
    name: "a reader follows its primary",
    series: { [`redis_master_link_up${at("cache", 'master_host="10.0.5.9",master_port="6379"')}`]: "1x10" },
    at: "3m",
    fires: [],
  },
];
