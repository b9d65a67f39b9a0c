import { parseBytes, parseCpu } from "../quantities";
import { reservedNames } from "../reachability";
import { storeKinds } from "../store-kinds";
import type { StoreSpec, SystemSpec } from "../types";
import { checkBounds, checkName, list, readQuantity } from "./report";
import type { Report } from "./report";

/** Names of 63 bytes at most that need no quoting in SQL and no escape in a URL. */
const DATABASE = /^[a-z_][a-z0-9_]{0,62}$/;

/** Reports what contradicts itself in one store. */
export function checkStore(report: Report, name: string, store: StoreSpec, spec: SystemSpec): void {
  const field = `stores.${name}`;
  checkName(report, "stores", name);
  if (reservedNames.includes(name)) report("stores", name, `a name other than ${list(reservedNames)}`);
  // Both give their name to a Service of the namespace.
  if (name in spec.services) report("stores", name, "a name that no service has");
  const members = `${name}-members`;
  if (members in spec.services || members in (spec.stores ?? {})) {
    report("stores", name, `a name other than that of ${members} without its end`);
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
  const { persistence, database } = store as { readonly persistence?: unknown; readonly database?: unknown };
  if (kind === "redis") {
    if (persistence !== "aof" && persistence !== "none")
      report(`${field}.persistence`, persistence, "aof, none");
    if (database !== undefined) report(`${field}.database`, database, "no name, for redis has numbers");
  } else {
    if (persistence !== undefined)
      report(`${field}.persistence`, persistence, "nothing, for postgres always keeps data");
    if (database !== undefined && !(typeof database === "string" && DATABASE.test(database))) {
      report(
        `${field}.database`,
        database,
        "lower-case letters, digits and _, at most 63, not starting with a digit",
      );
    }
  }
}
