import type { ScratchVolume } from "../common/pods";
import { pinnedImage } from "../common/versions";
import { formatBytes, parseBytes } from "../spec/quantities";
import { storeKinds } from "../spec/store-kinds";
import type { PostgresSpec } from "../spec/types";
import { scratch, secretVariable } from "./pod";
import type { SecretKey, StoreProcess } from "./pod";

const { port, images } = storeKinds.postgres;
const DATA = "/var/lib/postgresql/data";

/** PostgreSQL as the official image runs it: the entry point makes the database at the first start. */
export function postgresProcess(
  store: PostgresSpec,
  { username, database }: { readonly username: string; readonly database: string },
  password: SecretKey,
): StoreProcess {
  return {
    image: pinnedImage(images[store.version]),
    // User and group `postgres` of the alpine image.
    user: 70,
    group: 70,
    port: { name: "postgres", number: port },
    // A quarter of memory for the buffer cache; PostgreSQL leaves the rest to the kernel's.
    args: ["-c", `shared_buffers=${Math.floor(quarter(store) / 1024)}kB`],
    env: [
      { name: "PGDATA", value: `${DATA}/pgdata` },
      { name: "POSTGRES_DB", value: database },
      { name: "POSTGRES_INITDB_ARGS", value: "--data-checksums" },
      secretVariable("POSTGRES_PASSWORD", password),
      { name: "POSTGRES_USER", value: username },
    ],
    // The volume's root holds lost+found and belongs to root, and initdb wants a folder of its own.
    dataPath: DATA,
    scratch: postgresScratch(store),
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

/** Directories that PostgreSQL writes to besides its data. */
export function postgresScratch(store: PostgresSpec): readonly ScratchVolume[] {
  return [
    scratch("tmp", "/tmp", 64),
    scratch("run", "/var/run/postgresql", 1),
    // Parallel queries share memory here, and a container gets only 64Mi of it.
    { volume: "shm", path: "/dev/shm", sizeLimit: formatBytes(quarter(store)), memory: true },
  ];
}

function quarter(store: PostgresSpec): number {
  return parseBytes(store.size.memory) / 4;
}
