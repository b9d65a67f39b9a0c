import { createRequire } from "node:module";

type Deserialize = (from: object, keepSecrets: boolean) => unknown;

/**
 * Lets the SDK turn each message into an object once, not once for every rule.
 *
 * The server of `@pulumi/policy` 1.21 does so anew for each rule that takes more than one type of resource, which for
 * all rules and a stack of 600 resources is about a second of every preview, and it has no setting for that. Rules only
 * read what they are given, so they may share it. Where a later SDK is built another way nothing is changed.
 *
 * @param sdk The SDK's module, whose function the server calls by name.
 */
export function deserializeOnce(sdk: unknown = deserializing()): void {
  const { deserializeProperties: original } = (sdk ?? {}) as { deserializeProperties?: Deserialize };
  if (typeof original !== "function") return;
  const known = new WeakMap<object, unknown>();
  const remembering: Deserialize = (from, keepSecrets) => {
    // What keeps its secrets is for a remediation, which may change it.
    if (keepSecrets) return original(from, keepSecrets);
    const found = known.get(from) ?? original(from, keepSecrets);
    known.set(from, found);
    return found;
  };
  // It throws nothing where the function cannot be replaced.
  Reflect.set(sdk as object, "deserializeProperties", remembering);
}

/** Not by an import, which would give a copy of the module; undefined where the SDK has no such module. */
function deserializing(): unknown {
  try {
    return createRequire(__filename)("@pulumi/policy/deserialize");
  } catch {
    return undefined;
  }
}
