import type { KubeObject } from "../../kube/client";
import type { Json, Props } from "../part";
import type { Path } from "../paths";
import { isObject, valueAt, withValueAt } from "../paths";
import { differences } from "../values";
import { fromObject, serverMetadata } from "./objects";

/**
 * Inputs as the cluster has them now: those fields that an apply of the inputs would change get their live value.
 * Only these, since the server writes the same value in its own way (a cpu of `0.1` as `100m`), and what others
 * added to the object is no drift.
 *
 * @param applied What the server says an apply of the inputs would give.
 */
export function withDrift(inputs: Props, applied: KubeObject, live: KubeObject): Props {
  const wanted = comparable(applied);
  const found = comparable(live);
  return differences(found, wanted).reduce((result, path) => overwrite(result, path, wanted, found), inputs);
}

/**
 * The same for an apply that the server refuses: each leaf of the inputs that the live object has differently.
 */
export function withPlainDrift(inputs: Props, live: KubeObject): Props {
  const found = comparable(live);
  return differences(found, inputs)
    .filter((path) => valueAt(inputs, path) !== undefined)
    .reduce<Props>((result, path) => withValueAt(result, path, valueAt(found, path)) as Props, inputs);
}

function overwrite(inputs: Props, path: Path, wanted: Props, found: Props): Props {
  const secret = stringDataPath(inputs, path);
  if (secret !== undefined) {
    const encoded = valueAt(found, path);
    const decoded = typeof encoded === "string" ? Buffer.from(encoded, "base64").toString() : undefined;
    return withValueAt(inputs, secret, decoded) as Props;
  }
  // A field that the inputs do not have is one of the server's or of somebody else.
  const owned = longestOwned(inputs, path);
  if (owned === undefined || (owned.length < path.length && isObject(valueAt(wanted, owned)))) return inputs;
  return withValueAt(inputs, owned, valueAt(found, owned)) as Props;
}

/** The path itself when the inputs have it, else its longest beginning that they have. */
function longestOwned(inputs: Props, path: Path): Path | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const start = path.slice(0, length);
    if (valueAt(inputs, start) !== undefined) return start;
  }
  return undefined;
}

/** A Secret's `stringData` is only ever written; the server keeps it encoded as `data`. */
function stringDataPath(inputs: Props, [top, key, ...rest]: Path): Path | undefined {
  if (inputs["kind"] !== "Secret" || top !== "data" || key === undefined || rest.length > 0) return undefined;
  const path: Path = ["stringData", key];
  return valueAt(inputs, path) === undefined ? undefined : path;
}

/** An object without its status and what the server counts and stamps. */
function comparable(object: KubeObject): Props {
  const props: Record<string, Json> = { ...fromObject(object) };
  Reflect.deleteProperty(props, "status");
  return serverMetadata.reduce<Props>(
    (result, field) => withValueAt(result, ["metadata", field], undefined) as Props,
    props,
  );
}
