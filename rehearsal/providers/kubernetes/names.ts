import { createHash } from "node:crypto";
import type { Props } from "../part";
import { isObject, withValueAt } from "../paths";
import { canonical } from "../values";
import { annotation, knownMetadata, metadataText } from "./objects";

/** Marks an object whose name the provider made up, as the official provider does. */
export const autonamed = "pulumi.com/autonamed";

export function isAutonamed(props: Props): boolean {
  return annotation(props, autonamed) === "true";
}

/**
 * The name that an object without one gets: `<logical name>-<8 hex digits>`.
 *
 * The digits come from the URN and the content, not from chance: when the engine dies after an object was created
 * and before it was recorded, the next run asks for the same name again and so finds it, rather than make a second.
 */
export function autoname(urn: string, logicalName: string, inputs: Props): string {
  const digits = createHash("sha256")
    .update(urn)
    .update("\0")
    .update(canonical(content(inputs)))
    .digest("hex");
  return `${logicalName}-${digits.slice(0, 8)}`;
}

/** Inputs without what naming itself puts into them. */
function content(inputs: Props): Props {
  const nameless = withValueAt(inputs, ["metadata", "name"], undefined);
  const unmarked = withValueAt(nameless, ["metadata", "annotations", autonamed], undefined) as Props;
  const annotations = knownMetadata(unmarked)?.["annotations"];
  const empty = isObject(annotations) && Object.keys(annotations).length === 0;
  return empty ? (withValueAt(unmarked, ["metadata", "annotations"], undefined) as Props) : unmarked;
}

/**
 * Gives inputs without a name one: the one that the object already has, if it was made up too, else a new one. Inputs
 * whose name or whole metadata a preview does not know are left as they are.
 */
export function named(urn: string, logicalName: string, inputs: Props, olds: Props | undefined): Props {
  const metadata = knownMetadata(inputs);
  if (metadata === undefined || metadata["name"] !== undefined) return inputs;
  const kept = olds !== undefined && isAutonamed(olds) ? metadataText(olds, "name") : undefined;
  const name = kept ?? autoname(urn, logicalName, inputs);
  const withName = withValueAt(inputs, ["metadata", "name"], name) as Props;
  const { annotations = {} } = metadata;
  if (!isObject(annotations)) return withName;
  return withValueAt(withName, ["metadata", "annotations", autonamed], "true") as Props;
}
