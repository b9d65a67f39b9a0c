import type { KubeObject } from "../../kube/client";
import { isStatus } from "../../kube/client";
import type { DeleteRequest, Props, ReadRequest } from "../part";
import { PartialFailure } from "../part";
import { awaitGone, skipsAwait, timeoutOf } from "./await/await";
import { keyOf, readinessOnRead } from "./await/kinds";
import type { Cluster } from "./cluster";
import { isUnreachable } from "./cluster";
import { withDrift, withPlainDrift } from "./drift";
import { annotation, kindOf, parseId, toObject } from "./objects";
import { fieldManagerOf, importedInputs, outputsOf } from "./outputs";

/**
 * The object as it is now, and in its inputs the fields that drifted. Undefined when it is gone.
 *
 * @throws PartialFailure when it is there and is not ready: the engine takes it over all the same, and mends it next.
 */
export async function read(
  cluster: Cluster,
  { id, type, inputs, outputs }: ReadRequest,
): Promise<{ readonly id: string; readonly inputs: Props; readonly outputs: Props } | undefined> {
  const live = await find(cluster, type, id);
  if (live === undefined) return undefined;
  const known = inputs !== undefined && inputs["kind"] !== undefined ? inputs : undefined;
  const fieldManager = fieldManagerOf(known ?? {}, outputs);
  const found = {
    id,
    inputs: known === undefined ? importedInputs(live) : await drifted(cluster, known, live, fieldManager),
    outputs: outputsOf(live, fieldManager),
  };
  const readiness = known === undefined || skipsAwait(known) ? undefined : readinessOnRead(live);
  if (
    readiness === undefined ||
    readiness.state === "ready" ||
    annotation(known ?? {}, "pulumi.com/waitFor") !== undefined
  ) {
    return found;
  }
  throw new PartialFailure(id, found.inputs, found.outputs, [readiness.reason]);
}

async function drifted(
  { client, signal }: Cluster,
  inputs: Props,
  live: KubeObject,
  fieldManager: string,
): Promise<Props> {
  try {
    const dryRun = await client.apply(toObject(inputs), { fieldManager, force: true, dryRun: true, signal });
    return withDrift(inputs, dryRun.object, live);
  } catch (error) {
    // An apply is refused when the object was made anew with other values of fields that cannot change.
    if (isStatus(error, 422)) return withPlainDrift(inputs, live);
    throw error;
  }
}

/** Undefined when the object is gone, its kind with it, or by the provider's arguments the whole cluster. */
async function find(
  { client, settings, signal }: Cluster,
  type: string,
  id: string,
): Promise<KubeObject | undefined> {
  const { apiVersion, kind } = kindOf(type);
  try {
    return await client.get({ apiVersion, kind, ...parseId(id) }, { signal });
  } catch (error) {
    if (isStatus(error, 404) || (settings.deleteUnreachable && isUnreachable(error))) return undefined;
    throw error;
  }
}

/** Of these kinds, `pulumi.com/skipAwait` ends a delete at once too, as the official provider documents it. */
const skipsDelete = new Set([
  "/Namespace",
  "/Pod",
  "/ReplicationController",
  "apps/DaemonSet",
  "apps/Deployment",
  "apps/StatefulSet",
  "batch/Job",
]);

/** Deletes an object with all that it owns, and waits until it is gone. */
export async function remove(
  cluster: Cluster,
  { id, type, inputs, timeoutSeconds }: DeleteRequest,
): Promise<void> {
  const live = await find(cluster, type, id);
  if (live === undefined) return;
  const { apiVersion, kind } = live;
  const deleted = await cluster.client.delete(
    { apiVersion, kind, ...parseId(id) },
    { propagationPolicy: propagationOf(inputs), signal: cluster.signal },
  );
  if (!deleted || (skipsAwait(inputs) && skipsDelete.has(keyOf(live)))) return;
  await awaitGone(cluster, live, timeoutOf(inputs, timeoutSeconds));
}

function propagationOf(inputs: Props): "Background" | "Foreground" | "Orphan" {
  const asked = annotation(inputs, "pulumi.com/deletionPropagationPolicy")?.toLowerCase();
  if (asked === "background") return "Background";
  return asked === "orphan" ? "Orphan" : "Foreground";
}
