import { parseBytes, parseCpu } from "../quantities";
import { reservedNames } from "../reachability";
import { storeIdentity, storeKinds } from "../store-kinds";
import type { StoreSpec, SystemSpec } from "../types";
import { checkBounds, checkInteger, checkName, list, readQuantity } from "./report";
import type { Report } from "./report";

/** Names of 63 bytes at most that need no quoting in SQL and no escape in a URL. */
const DATABASE = /^[a-z_][a-z0-9_]{0,62}$/;

/** Accounts that PostgreSQL or RDS keeps to itself, or the store has for its own upkeep. */
const RESERVED_ACCOUNT = /^(?:postgres|admin|user|public|none|rdsadmin|(?:pg|rds|slipway)_.*)$/;
const RESERVED_DATABASE = /^(?:postgres|template0|template1|rdsadmin)$/;

/**
 * Most members beside the primary. RDS takes 15 read replicas
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html), ElastiCache 5 replicas, of which one
 * is the standby (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.Redis.Groups.html).
 */
const MOST_READERS = { postgres: 15, redis: 4 } as const;

/** Ends of the names of what a store makes beside itself: its Service for members, and the pods that change its password. */
const COMPANIONS = ["members", "rotation"];

/** Reports what contradicts itself in one store. */
export function checkStore(report: Report, name: string, store: StoreSpec, spec: SystemSpec): void {
  const field = `stores.${name}`;
  checkName(report, "stores", name);
  if (reservedNames.includes(name)) report("stores", name, `a name other than ${list(reservedNames)}`);
  // Both give their name to a Service of the namespace.
  if (name in spec.services) report("stores", name, "a name that no service has");
  for (const companion of COMPANIONS.map((end) => `${name}-${end}`)) {
    if (companion in spec.services || companion in (spec.stores ?? {}) || companion in (spec.jobs ?? {})) {
      report("stores", name, `a name other than that of ${companion} without its end`);
    }
  }
  const { kind } = store;
  if (!Object.hasOwn(storeKinds, kind)) {
    report(`${field}.kind`, kind, list(Object.keys(storeKinds)));
    return;
  }
  const versions = Object.keys(storeKinds[kind].images);
  if (!versions.includes(store.version)) report(`${field}.version`, store.version, list(versions));
  readQuantity(report, `${field}.storage`, store.storage, parseBytes);
  checkBounds(report, `${field}.size.cpu`, store.size.cpu, parseCpu);
  readQuantity(report, `${field}.size.memory`, store.size.memory, parseBytes);
  if (store.readers !== undefined) {
    checkInteger(report, `${field}.readers`, store.readers, 0, MOST_READERS[kind]);
  }
  const { persistence, database } = store as { readonly persistence?: unknown; readonly database?: unknown };
  if (kind === "redis") {
    if (persistence !== "aof" && persistence !== "none")
      report(`${field}.persistence`, persistence, "aof, none");
    if (database !== undefined) report(`${field}.database`, database, "no name, for redis has numbers");
  } else {
    if (persistence !== undefined)
      report(`${field}.persistence`, persistence, "nothing, for postgres always keeps data");
    if (database !== undefined && !(typeof database === "string" && isDatabase(database))) {
      report(
        `${field}.database`,
        database,
        "lower-case letters, digits and _, at most 63, not starting with a digit, and none that PostgreSQL has itself",
      );
    }
    const { username } = storeIdentity(spec.name, store);
    if (RESERVED_ACCOUNT.test(username)) {
      report("name", spec.name, `a name whose account "${username}" PostgreSQL lets others have`);
    }
  }
}

function isDatabase(name: string): boolean {
  return DATABASE.test(name) && !RESERVED_DATABASE.test(name);
}
