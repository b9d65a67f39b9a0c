import type { ScratchVolume } from "../common/pods";
import { pinnedImage } from "../common/versions";
import { formatBytes, parseBytes } from "../spec/quantities";
import { storeKinds } from "../spec/store-kinds";
import type { PostgresSpec } from "../spec/types";
import { scratch } from "./pod";
import type { Helper, StoreObjects, StoreProcess } from "./pod";
import { reloadHelper, TLS_FOLDER } from "./reload";

const { port, metricsPort, images } = storeKinds.postgres;
const DATA = "/var/lib/postgresql/data";
const SOCKETS = "/var/run/postgresql";
const SETTINGS = "/etc/slipway/postgres";
const SECRETS = "/etc/slipway/secrets";
const INIT = "/docker-entrypoint-initdb.d";

/** The role that reads statistics, and the user of the exporter's image, `nobody`, that may be it. */
const MONITOR = "slipway_monitor";
const EXPORTER_USER = 65_534;

/**
 * Who may connect how: from outside the pod over TLS with a password and never as superuser; inside the pod by the
 * user that the kernel vouches for. What no line allows is refused, plain TCP with it.
 */
const ACCESS = [
  "local   all  postgres         peer",
  `local   all  ${MONITOR}  peer map=monitor`,
  "hostssl all  postgres    all  reject",
  "hostssl all  all         all  scram-sha-256",
  "",
].join("\n");

const USERS = `monitor nobody ${MONITOR}\n`;

/** Keys of the Secret that a new database is made with. */
export const POSTGRES_SECRETS = ["password", "admin-password"] as const;

interface Identity {
  readonly username: string;
  readonly database: string;
}

/** Content of the ConfigMap: who may connect, and what a new, empty store is made into. */
export function postgresFiles({ username, database }: Identity): Readonly<Record<string, string>> {
  return { "pg_hba.conf": ACCESS, "pg_ident.conf": USERS, "init.sql": initialization(username, database) };
}

/**
 * Run once, by the image's entry point, as superuser. The account owns its database and nothing beyond; the figures of
 * all statements are for the exporter and who else looks after the server, so their view is in the server's own database.
 */
function initialization(username: string, database: string): string {
  return [
    `\\set password \`cat ${SECRETS}/password\``,
    "CREATE EXTENSION pg_stat_statements;",
    `CREATE ROLE ${MONITOR} LOGIN;`,
    `GRANT pg_monitor TO ${MONITOR};`,
    `CREATE ROLE "${username}" LOGIN PASSWORD :'password';`,
    `CREATE DATABASE "${database}" OWNER "${username}";`,
    `REVOKE ALL ON DATABASE "${database}" FROM PUBLIC;`,
    "",
  ].join("\n");
}

/** Settings that the server starts with. */
function postgresSettings(store: PostgresSpec): Readonly<Record<string, string>> {
  return {
    // A quarter of memory for the buffer cache; PostgreSQL leaves the rest to the kernel's.
    shared_buffers: `${Math.floor(quarter(store) / 1024)}kB`,
    shared_preload_libraries: "pg_stat_statements",
    // It would keep the text of ALTER ROLE, and with that a password.
    "pg_stat_statements.track_utility": "off",
    hba_file: `${SETTINGS}/pg_hba.conf`,
    ident_file: `${SETTINGS}/pg_ident.conf`,
    ssl: "on",
    ssl_cert_file: `${TLS_FOLDER}/tls.crt`,
    ssl_key_file: `${TLS_FOLDER}/tls.key`,
    ssl_min_protocol_version: "TLSv1.2",
  };
}

/** PostgreSQL as the official image runs it: the entry point makes the database at the first start. */
export function postgresProcess(
  store: PostgresSpec,
  { username, database }: Identity,
  { tls, secret, settings }: StoreObjects,
): StoreProcess {
  const image = pinnedImage(images[store.version]);
  return {
    image,
    // User and group `postgres` of the alpine image.
    user: 70,
    group: 70,
    port: { name: "postgres", number: port },
    args: Object.entries(postgresSettings(store)).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    env: [
      { name: "PGDATA", value: `${DATA}/pgdata` },
      { name: "POSTGRES_INITDB_ARGS", value: "--data-checksums" },
      { name: "POSTGRES_PASSWORD_FILE", value: `${SECRETS}/admin-password` },
    ],
    // The volume's root holds lost+found and belongs to root, and initdb wants a folder of its own.
    dataPath: DATA,
    scratch: postgresScratch(store),
    files: [
      { volume: "tls", path: TLS_FOLDER, from: { secret: tls }, keys: ["tls.crt", "tls.key"] },
      { volume: "secrets", path: SECRETS, from: { secret }, keys: POSTGRES_SECRETS },
      {
        volume: "settings",
        path: SETTINGS,
        from: { configMap: settings },
        keys: ["pg_hba.conf", "pg_ident.conf"],
      },
      { volume: "init", path: INIT, from: { configMap: settings }, keys: ["init.sql"] },
    ],
    helpers: postgresHelpers(image),
    // By TCP: at the first start the entry point runs a server on the socket alone, which is not the one to wait for.
    ping: [
      "pg_isready",
      "--host=127.0.0.1",
      `--port=${port}`,
      `--username=${username}`,
      `--dbname=${database}`,
    ],
  };
}

/** What its exporter gathers beyond what it does by itself, wherever the database runs. */
export const POSTGRES_EXPORTER_ARGS = ["--collector.database_wraparound"] as const;

/** What runs beside a PostgreSQL. Both reach it by its socket, where no password is asked. */
function postgresHelpers(image: string): readonly Helper[] {
  const dsn = `host=${SOCKETS} user=${MONITOR} dbname=postgres sslmode=disable`;
  return [
    {
      name: "exporter",
      image: pinnedImage("postgres-exporter"),
      user: EXPORTER_USER,
      size: { cpu: ["10m", "100m"], memory: "48Mi" },
      // Not on by default: how near the database is to the end of its transaction ids.
      args: [...POSTGRES_EXPORTER_ARGS],
      env: [{ name: "DATA_SOURCE_NAME", value: dsn }],
      port: { name: "metrics", number: metricsPort },
      sees: ["run"],
    },
    reloadHelper(image, `psql -XAtq -h ${SOCKETS} -U postgres -d postgres -c 'SELECT pg_reload_conf()'`, {
      env: [],
      sees: ["run"],
    }),
  ];
}

/** Directories that PostgreSQL writes to besides its data. */
export function postgresScratch(store: PostgresSpec): readonly ScratchVolume[] {
  return [
    scratch("tmp", "/tmp", 64),
    scratch("run", SOCKETS, 1),
    // Parallel queries share memory here, and a container gets only 64Mi of it.
    { volume: "shm", path: "/dev/shm", sizeLimit: formatBytes(quarter(store)), memory: true },
  ];
}

function quarter(store: PostgresSpec): number {
  return parseBytes(store.size.memory) / 4;
}
