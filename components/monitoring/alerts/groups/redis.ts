import type { AlertGroup } from "../types";

const IN = 'namespace="$namespace"';
const STORE = "{{ $labels.service }} of {{ $labels.namespace }}";

/** Alerts on a Redis or Valkey; the label `service` names the store. */
export const redisAlerts: AlertGroup = {
  RedisDown: {
    scope: "redis",
    query: `max by (namespace, service) (redis_up{${IN}}) == 0`,
    for: "1m",
    severity: "critical",
    summary: `The Redis ${STORE} does not answer`,
    description: "The exporter beside it cannot connect.",
  },
  RedisRejectedConnections: {
    scope: "redis",
    query: `sum by (namespace, service) (increase(redis_rejected_connections_total{${IN}}[5m])) > 0`,
    for: "1m",
    severity: "high",
    summary: `The Redis ${STORE} turns clients away`,
    description: "It refused {{ $value | humanize }} connections in 5 minutes, for it has as many as it may.",
  },
  RedisOutOfMemory: {
    scope: "redis",
    // A plain cache is to be full. One that keeps data can drop only what has an expiry, and then refuses writes.
    query: `100 * max by (namespace, service) (redis_memory_used_bytes{${IN}}
      and on (instance) redis_instance_info{maxmemory_policy!~"allkeys-.+",${IN}})
      / max by (namespace, service) (redis_memory_max_bytes{${IN}} > 0)`,
    above: 90,
    range: [50, 99],
    for: "5m",
    severity: "high",
    summary: `The Redis ${STORE} is almost full`,
    description: "It uses {{ $value | humanize }} % of its memory; once that is full it refuses writes.",
  },
  RedisEvictingKeys: {
    scope: "redis",
    query: `sum by (namespace, service) (rate(redis_evicted_keys_total{${IN}}[5m]))`,
    above: 50,
    range: [1, 100000],
    for: "15m",
    severity: "warning",
    summary: `The Redis ${STORE} drops keys for want of memory`,
    description:
      "{{ $value | humanize }} keys a second: a cache this small helps little, or sessions end early.",
  },
  RedisReplicationBroken: {
    scope: "redis",
    query: `min by (namespace, service) (redis_master_link_up{${IN}}) == 0`,
    for: "2m",
    severity: "high",
    summary: `A reader of the Redis ${STORE} has lost its primary`,
    description: "What it answers grows old, and nothing is there to take over.",
  },
};
