import * as deserialize from "@pulumi/policy/deserialize";

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
export function deserializeOnce(sdk: object = deserialize): void {
  const functions = sdk as { deserializeProperties?: Deserialize };
  const original = functions.deserializeProperties;
  if (typeof original !== "function") return;
  const known = new WeakMap<object, unknown>();
  functions.deserializeProperties = (from, keepSecrets) => {
    // What keeps its secrets is for a remediation, which may change it.
    if (keepSecrets || typeof from !== "object") return original(from, keepSecrets);
    const found = known.get(from) ?? original(from, keepSecrets);
    known.set(from, found);
    return found;
  };
}
