import { setTimeout as sleep } from "node:timers/promises";
import type { KubeObject } from "../../kube/client";
import { isStatus, KubeError } from "../../kube/client";
import type { CreateRequest, Props } from "../part";
import { PartialFailure } from "../part";
import { hasUnknown } from "../values";
import { awaitReady, NotReady } from "./await/await";
import type { Cluster } from "./cluster";
import { apply, forces } from "./conflicts";
import { isMissingRight, isNamespaced, isServed, isUnreachable } from "./cluster";
import { idOf, toObject } from "./objects";
import { creator, fieldManagerOf, outputsOf, previewOutputs } from "./outputs";

/** Seconds before each further try of a create whose namespace or kind is not there yet. */
const retrySeconds = [0.5, 1, 2, 4, 8];

/** Creates an object, which must not exist yet, and waits until it is ready. */
export async function create(
  cluster: Cluster,
  { inputs, timeoutSeconds }: CreateRequest,
): Promise<{ readonly id: string; readonly outputs: Props }> {
  const { client, settings, signal } = cluster;
  const fieldManager = fieldManagerOf(inputs, undefined);
  const object = await objectOf(cluster, inputs);
  const written = await retried(signal, async () =>
    settings.upsert
      ? await apply(cluster, object, fieldManager, {
          force: forces(inputs, undefined, settings, false),
          dryRun: false,
        })
      : await client.create(object, { fieldManager: creator, signal }),
  );
  return settled(cluster, written.object, inputs, fieldManager, timeoutSeconds);
}

/** Waits for what was written. @throws PartialFailure when it exists and is not ready. */
export async function settled(
  cluster: Cluster,
  written: KubeObject,
  inputs: Props,
  fieldManager: string,
  timeoutSeconds: number,
): Promise<{ readonly id: string; readonly outputs: Props }> {
  const id = idOf(written);
  try {
    const live = await awaitReady(cluster, written, inputs, timeoutSeconds);
    return { id, outputs: outputsOf(live, fieldManager) };
  } catch (error) {
    // It exists, however the wait for it ended.
    const last = error instanceof NotReady ? error.last : written;
    const reasons = error instanceof NotReady ? error.reasons : [(error as Error).message];
    throw new PartialFailure(id, inputs, outputsOf(last, fieldManager), reasons);
  }
}

/**
 * What a create would give, as the server says on a dry run. Where it cannot say (unknown values, a kind or
 * namespace that is still to come, an object that is still to be replaced), the inputs.
 */
export async function previewCreate(cluster: Cluster, { inputs }: CreateRequest): Promise<Props> {
  if (hasUnknown(inputs)) return inputs;
  try {
    if (!(await isServed(cluster, toObject(inputs)))) return inputs;
    const object = await objectOf(cluster, inputs);
    const { object: dryRun } = await cluster.client.create(object, {
      fieldManager: creator,
      dryRun: true,
      signal: cluster.signal,
    });
    return previewOutputs(dryRun, fieldManagerOf(inputs, undefined));
  } catch (error) {
    if (isStatus(error, 404)) await validateElsewhere(cluster, toObject(inputs));
    else if (!isStatus(error, 409) && !isMissingRight(error) && !isUnreachable(error)) throw error;
    return inputs;
  }
}

/**
 * The namespace is still to come, so the server validates nothing in it. It does in the namespace `default`, which
 * is always there; of its answers only those count that are about the object itself.
 */
async function validateElsewhere({ client, signal }: Cluster, object: KubeObject): Promise<void> {
  const elsewhere = { ...object, metadata: { ...object.metadata, namespace: "default" } };
  try {
    await client.create(elsewhere, { fieldManager: creator, dryRun: true, signal });
  } catch (error) {
    if (isStatus(error, 400) || isStatus(error, 422)) throw error;
    if (!(error instanceof KubeError) && !isUnreachable(error)) throw error;
  }
}

/** Check gives a namespace to kinds that the server did not serve yet; here it is known whether they have one. */
async function objectOf(cluster: Cluster, inputs: Props): Promise<KubeObject> {
  const object = toObject(inputs);
  if (object.metadata.namespace === undefined) return object;
  if ((await isNamespaced(cluster, object.apiVersion, object.kind)) !== false) return object;
  const metadata: Record<string, unknown> & { name: string } = { ...object.metadata };
  Reflect.deleteProperty(metadata, "namespace");
  return { ...object, metadata };
}

/** Objects are created side by side, so a namespace or a kind may come a moment later than what needs it. */
async function retried<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (const seconds of retrySeconds) {
    try {
      return await work();
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
      await sleep(seconds * 1000, undefined, { signal });
    }
  }
  return work();
}
