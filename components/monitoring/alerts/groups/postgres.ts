import type { AlertGroup } from "../types";

const IN = 'namespace="$namespace"';
const STORE = "{{ $labels.service }} of {{ $labels.namespace }}";

/** Alerts on a PostgreSQL; the label `service` names the store. */
export const postgresAlerts: AlertGroup = {
  PostgresDown: {
    scope: "postgres",
    query: `max by (namespace, service) (pg_up{${IN}}) == 0`,
    for: "1m",
    severity: "critical",
    summary: `The database ${STORE} does not answer`,
    description: "The exporter beside it cannot connect.",
  },
  PostgresReplicationLagHigh: {
    scope: "postgres",
    query: `max by (namespace, service) (pg_replication_lag_seconds{${IN}}
      and on (instance) pg_replication_is_replica{${IN}} == 1)`,
    above: 30,
    range: [1, 3600],
    for: "5m",
    severity: "high",
    summary: `A reader of the database ${STORE} is behind`,
    description:
      "By {{ $value | humanizeDuration }}: what it answers is that old, and so is a standby that takes over.",
  },
  PostgresTooManyConnections: {
    scope: "postgres",
    query: `100 * sum by (namespace, service) (pg_stat_activity_count{${IN}})
      / min by (namespace, service) (pg_settings_max_connections{${IN}})`,
    above: 80,
    range: [30, 99],
    for: "5m",
    severity: "high",
    summary: `The database ${STORE} has few connections left`,
    description: "{{ $value | humanize }} % of them are in use; the one after the last is refused.",
  },
  PostgresDeadlocks: {
    scope: "postgres",
    query: `sum by (namespace, service, datname) (increase(pg_stat_database_deadlocks{${IN}}[10m]))`,
    above: 5,
    range: [1, 1000],
    for: "1m",
    severity: "warning",
    summary: `Transactions in the database ${STORE} block each other`,
    description:
      "{{ $value | humanize }} deadlocks in {{ $labels.datname }} in 10 minutes; each one ends a transaction.",
  },
  PostgresTransactionIdsRunOut: {
    scope: "postgres",
    // Named after seconds, but it counts transactions; at 2^31 the database stops.
    query: `100 * max by (namespace, service, datname) (pg_database_wraparound_age_datfrozenxid_seconds{${IN}}) / 2147483648`,
    above: 50,
    range: [15, 90],
    for: "30m",
    severity: "critical",
    summary: `The database ${STORE} runs out of transaction ids`,
    description: "{{ $value | humanize }} % are used up in {{ $labels.datname }}: vacuum does not keep up.",
  },
  PostgresArchiveFailing: {
    scope: "postgres",
    query: `sum by (namespace, service) (increase(pg_stat_archiver_failed_count{${IN}}[15m])) > 0`,
    for: "5m",
    severity: "critical",
    summary: `The database ${STORE} cannot archive its log`,
    description: "Backups can be restored only to the time before, and its volume fills.",
  },
};
