import type { KubeObject, Written } from "../../kube/client";
import { isStatus, KubeError } from "../../kube/client";
import type { Props } from "../part";
import type { Cluster } from "./cluster";
import { managedFieldsOf } from "./managers";
import { annotation } from "./objects";
import type { Settings } from "./settings";

/** Beginnings of the names under which the provider itself wrote an object before it applied it. */
const ownUpdates = /^(pulumi-kubernetes|pulumi-kubernetes\.exe|pulumi-resource-kubernetes)$/;

/**
 * Whether an apply takes over fields that somebody else manages: by annotation, by argument, where nobody is known to
 * manage the object, and in previews that come before the provider took over its own earlier writes.
 *
 * @param live The object as it is; undefined for one that is to be created.
 */
export function forces(
  inputs: Props,
  live: KubeObject | undefined,
  { patchForce }: Pick<Settings, "patchForce">,
  preview: boolean,
): boolean {
  if (patchForce || annotation(inputs, "pulumi.com/patchForce") === "true") return true;
  if (live === undefined) return preview;
  const managers = managedFieldsOf(live);
  if (managers.length === 0) return true;
  return (
    preview && managers.some(({ operation, manager }) => operation === "Update" && ownUpdates.test(manager))
  );
}

/**
 * Applies an object.
 *
 * @throws KubeError 409 worded as by the official provider, for a field that somebody else manages.
 */
export async function apply(
  { client, signal }: Cluster,
  object: KubeObject,
  fieldManager: string,
  how: { readonly force: boolean; readonly dryRun: boolean },
): Promise<Written> {
  try {
    return await client.apply(object, { fieldManager, ...how, signal });
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    const { status, reason, message, causes } = error;
    const who = `the resource managed by field manager "${fieldManager}" had an apply conflict: ${message}`;
    throw new KubeError(status, reason, `server-side apply field conflict detected: ${who}`, causes);
  }
}
