import type { KubeObject } from "../../kube/client";
import { isStatus, KubeError } from "../../kube/client";
import type { DiffRequest, DiffResult, Props, UpdateRequest } from "../part";
import type { Path } from "../paths";
import { formatPath, parsePath, valueAt, withValueAt } from "../paths";
import { hasUnknown } from "../values";
import { jobReadiness } from "./await/workloads";
import type { Cluster } from "./cluster";
import { isMissingRight, isServed, isUnreachable } from "./cluster";
import { apply, forces } from "./conflicts";
import { settled } from "./create";
import { immutableChanges, needsNameFreed, planOf } from "./diff";
import type { ManagedFields } from "./managers";
import { isForeign, managedFieldsOf, takenOver } from "./managers";
import { annotation, fromObject, idOf, kindOf, refOfObject, toObject } from "./objects";
import { fieldManagerOf, previewOutputs } from "./outputs";

/** Compares inputs, asks the server whether what changed may change in place, and looks at Jobs that never ended. */
export async function diff(cluster: Cluster, request: DiffRequest): Promise<DiffResult> {
  const { changes, replaces } = planOf(kindOf(request.type), request, cluster.settings);
  const all = [...changes];
  let replaced = replaces;
  if (changes.length > 0 && replaces.length === 0) replaced = await refusedInPlace(cluster, request, changes);
  if (
    annotation(request.news, "pulumi.com/replaceUnready") === "true" &&
    !(await isFinishedJob(cluster, request))
  ) {
    const reason: Path = ["metadata", "annotations", "pulumi.com/replaceUnready"];
    all.push(reason);
    replaced = [...replaced, reason];
  }
  return {
    changes: all.map(formatPath),
    replaces: replaced.map(formatPath),
    deleteBeforeReplace: needsNameFreed(request),
  };
}

async function refusedInPlace(
  cluster: Cluster,
  { news, oldOutputs }: DiffRequest,
  changes: readonly Path[],
): Promise<readonly Path[]> {
  const { client, signal } = cluster;
  if (hasUnknown(news)) return [];
  try {
    const fieldManager = fieldManagerOf(news, oldOutputs);
    await client.apply(toObject(news), { fieldManager, force: true, dryRun: true, signal });
    return [];
  } catch (error) {
    // Whatever else the server has against it, the update says.
    if (error instanceof KubeError) return immutableChanges(error, changes);
    if (isUnreachable(error)) return [];
    throw error;
  }
}

async function isFinishedJob(
  { client, signal }: Cluster,
  { news, oldOutputs }: DiffRequest,
): Promise<boolean> {
  if (news["kind"] !== "Job" || hasUnknown(oldOutputs["metadata"])) return true;
  const live = await client.get(refOfObject(toObject(oldOutputs)), { signal });
  return live === undefined || jobReadiness(live).state === "ready";
}

/** Applies inputs to an object that exists, and waits until it is ready. */
export async function update(cluster: Cluster, request: UpdateRequest): Promise<{ readonly outputs: Props }> {
  const { inputs, oldOutputs, preview, timeoutSeconds } = request;
  if (preview && (hasUnknown(inputs) || !(await isServed(cluster, toObject(inputs)))))
    return { outputs: inputs };

  const fieldManager = fieldManagerOf(inputs, oldOutputs);
  try {
    const live = await liveOf(cluster, toObject(inputs), preview ? undefined : fieldManager);
    const object = toObject(withIgnored(inputs, live, fieldManager, request.ignoreChanges));
    const force = forces(inputs, live, cluster.settings, preview);
    const written = await apply(cluster, object, fieldManager, { force, dryRun: preview });
    if (preview) return { outputs: previewOutputs(written.object, fieldManager) };
    return await settled(cluster, written.object, inputs, fieldManager, timeoutSeconds);
  } catch (error) {
    if (preview && (isMissingRight(error) || isUnreachable(error))) return { outputs: inputs };
    throw error;
  }
}

/** The object as it is, with its creator's fields handed over to `fieldManager` where one is given. */
async function liveOf(
  { client, signal }: Cluster,
  object: KubeObject,
  fieldManager?: string,
): Promise<KubeObject> {
  const ref = refOfObject(object);
  for (let tries = 1; ; tries += 1) {
    const live = await client.get(ref, { signal });
    if (live === undefined)
      throw new Error(`${idOf(object)} is gone from the cluster; run a refresh, then it is created again`);
    const managers = fieldManager === undefined ? undefined : takenOver(managedFieldsOf(live), fieldManager);
    if (managers === undefined) return live;
    try {
      return (await client.patch(ref, handOver(live, managers), { type: "json", signal })).object;
    } catch (error) {
      // A controller wrote its status in between.
      if (!isStatus(error, 409) || tries === 10) throw error;
    }
  }
}

function handOver({ metadata }: KubeObject, managers: readonly ManagedFields[]): unknown {
  return [
    { op: "replace", path: "/metadata/managedFields", value: managers },
    { op: "replace", path: "/metadata/resourceVersion", value: metadata.resourceVersion },
  ];
}

/**
 * Inputs with each ignored field as it is in the cluster, so that an apply leaves it alone; without it where somebody
 * else manages it, so that an apply does not claim it.
 */
export function withIgnored(
  inputs: Props,
  live: KubeObject,
  fieldManager: string,
  ignoreChanges: readonly string[],
): Props {
  const managers = managedFieldsOf(live);
  return ignoreChanges.map(parsePath).reduce((result, path) => {
    const value = valueAt(fromObject(live), path);
    if (value === undefined) return result;
    return withValueAt(result, path, isForeign(managers, fieldManager, path) ? undefined : value) as Props;
  }, inputs);
}
