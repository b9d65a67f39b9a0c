import path from "node:path";
import { POSTGRES_EXPORTER_ARGS } from "../../components/data/postgres";
import { findPrograms } from "../../test/support/debian";
import { LocalPod } from "../../test/support/store-pod";
import type { MetricFamily } from "../../components/monitoring/catalogue";
import type { Exporter } from "./exporter";
import { joined } from "./exposition";
import { goProgram } from "./go-program";
import { eventually, freePort } from "./session";

const data = "/data";

/** Neither exporter's pinned version is served by the module proxy: these are the nearest ones that are. */
const postgresVersion = "0.19.1";
const redisVersion = "1.88.0";

export const postgresExporter: Exporter = {
  name: "postgres-exporter",
  version: postgresVersion,
  recorded:
    "beside a PostgreSQL 15 of Debian with a table that is read and written, a standby's slot, " +
    "and a transaction that waits for a lock; the pinned 0.20.1 could not be built here",
  async record(session) {
    const programs = await findPrograms(["postgres", "initdb", "psql", "pg_isready"], "postgresql-15");
    const pod = await LocalPod.start(programs, 5432, [data]);
    try {
      const folder = path.join(pod.path(data), "pg");
      const sql = (...commands: string[]): Promise<unknown> =>
        pod.run("psql", [
          ...["-h", "127.0.0.1", "-p", String(pod.port), "-U", "postgres"],
          ...commands.flatMap((command) => ["-c", command]),
        ]);
      await pod.run("initdb", ["-D", folder, "--username=postgres", "--no-sync", "--auth=trust"]);
      const settings = [
        ...["listen_addresses=127.0.0.1", `unix_socket_directories=${pod.path(data)}`, "wal_level=replica"],
        ...["shared_preload_libraries=pg_stat_statements", "archive_mode=on", "archive_command=false"],
      ].flatMap((setting) => ["-c", setting]);
      pod.spawn("postgres", ["-D", folder, "-p", String(pod.port), ...settings]);
      const ping = ["-h", "127.0.0.1", "-p", String(pod.port)];
      await eventually("PostgreSQL answers", async () => (await pod.run("pg_isready", ping)).code === 0);
      await sql(
        "CREATE EXTENSION pg_stat_statements",
        "CREATE TABLE things (id int PRIMARY KEY, name text)",
        "INSERT INTO things SELECT i, 'thing ' || i FROM generate_series(1, 1000) i",
        "SELECT count(*) FROM things WHERE id < 10",
        "DELETE FROM things WHERE id > 500",
        "ANALYZE things",
        "SELECT pg_create_physical_replication_slot('standby', true)",
      );
      const connection = ["-h", "127.0.0.1", "-p", String(pod.port), "-U", "postgres"];
      // A row only: the exporter would itself wait for a table that is locked.
      const change = "UPDATE things SET name = 'x' WHERE id = 1";
      pod.spawn("psql", [...connection, "-c", `BEGIN; ${change}; SELECT pg_sleep(60)`]);
      pod.spawn("psql", [...connection, "-c", change]);

      const module = "github.com/prometheus-community/postgres_exporter";
      const ldflags = `-X github.com/prometheus/common/version.Version=${postgresVersion}`;
      const main = "cmd/postgres_exporter";
      const program = { name: "postgres_exporter", module, version: postgresVersion, main, ldflags };
      const at = `127.0.0.1:${await freePort()}`;
      await session.start(
        await goProgram(program),
        [
          `--web.listen-address=${at}`,
          // What the pods of stores are told.
          ...POSTGRES_EXPORTER_ARGS,
          "--collector.stat_statements",
          "--collector.long_running_transactions",
        ],
        `http://${at}/`,
        { DATA_SOURCE_NAME: `postgresql://postgres@127.0.0.1:${pod.port}/postgres?sslmode=disable` },
      );
      return await session.scrape(`http://${at}/metrics`);
    } finally {
      await pod.remove();
    }
  },
};

export const redisExporter: Exporter = {
  name: "redis-exporter",
  version: redisVersion,
  recorded:
    "beside a Redis 7 of Debian, and beside its replica, with an append-only file, some keys and a " +
    "slow command; the pinned 1.89.0 could not be built here",
  async record(session) {
    const programs = await findPrograms(["redis-server", "redis-cli"], "redis-server");
    const pod = await LocalPod.start(programs, 6379, [data]);
    try {
      const port = String(pod.port);
      const replica = String(await freePort());
      const cli = (...command: string[]): Promise<{ readonly stdout: string }> =>
        pod.run("redis-cli", ["-p", port, ...command]);
      const common = ["--bind", "127.0.0.1", "--dir", pod.path(data), "--maxmemory-policy", "allkeys-lru"];
      const settings = [
        "--maxmemory",
        "64mb",
        "--slowlog-log-slower-than",
        "0",
        "--latency-monitor-threshold",
        "1",
      ];
      pod.spawn("redis-server", ["--port", port, "--appendonly", "yes", ...common, ...settings]);
      await eventually("Redis answers", async () => (await cli("ping")).stdout.trim() === "PONG");
      pod.spawn("redis-server", ["--port", replica, ...common, "--replicaof", "127.0.0.1", port]);
      for (let key = 0; key < 20; key += 1) await cli("set", `key:${key}`, "x".repeat(1000), "EX", "1000");
      await cli("get", "key:1");
      await cli("get", "missing");
      await cli("wrong-command");
      await cli("debug", "sleep", "0.01");
      await eventually("the replica is connected", async () =>
        /connected_slaves:1[^]*state=online/.test((await cli("info", "replication")).stdout),
      );

      const ldflags = `-X main.BuildVersion=v${redisVersion}`;
      const module = "github.com/oliver006/redis_exporter";
      const program = await goProgram({ name: "redis_exporter", module, version: redisVersion, ldflags });
      let found: Record<string, MetricFamily> = {};
      for (const server of [port, replica]) {
        const at = `127.0.0.1:${await freePort()}`;
        await session.start(program, [`--web.listen-address=${at}`], `http://${at}/health`, {
          REDIS_ADDR: `redis://127.0.0.1:${server}`,
        });
        found = joined(found, await session.scrape(`http://${at}/metrics`));
      }
      return found;
    } finally {
      await pod.remove();
    }
  },
};
