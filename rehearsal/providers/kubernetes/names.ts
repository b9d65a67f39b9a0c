import { createHash, randomBytes } from "node:crypto";
import type { Props } from "../part";
import { isObject, withValueAt } from "../paths";
import { annotation, knownMetadata, metadataText } from "./objects";

/** Marks an object whose name the provider made up, as the official provider does. */
export const autonamed = "pulumi.com/autonamed";

export function isAutonamed(props: Props): boolean {
  return annotation(props, autonamed) === "true";
}

/**
 * The name that an object without one gets: `<logical name>-<8 hex digits>`, by chance, as with the official provider.
 *
 * @param seed The engine's: the same for the same resource in the same plan, else another each time. May be empty.
 */
export function autoname(urn: string, logicalName: string, seed: Buffer): string {
  const chance = seed.length > 0 ? seed : randomBytes(32);
  const digits = createHash("sha256").update(chance).update(urn).digest("hex");
  return `${logicalName}-${digits.slice(0, 8)}`;
}

/** What decides about a made-up name. */
export interface Naming {
  readonly urn: string;
  readonly logicalName: string;
  readonly seed: Buffer;
}

/**
 * Gives inputs without a name one: the one that the object already has, if it was made up too, else a new one. Inputs
 * whose name or whole metadata a preview does not know are left as they are.
 */
export function named({ urn, logicalName, seed }: Naming, inputs: Props, olds: Props | undefined): Props {
  const metadata = knownMetadata(inputs);
  if (metadata === undefined || metadata["name"] !== undefined) return inputs;
  const kept = olds !== undefined && isAutonamed(olds) ? metadataText(olds, "name") : undefined;
  const name = kept ?? autoname(urn, logicalName, seed);
  const withName = withValueAt(inputs, ["metadata", "name"], name) as Props;
  const { annotations = {} } = metadata;
  if (!isObject(annotations)) return withName;
  return withValueAt(withName, ["metadata", "annotations", autonamed], "true") as Props;
}
