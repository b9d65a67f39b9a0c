import { preview } from "../../engine/operations";
import type { Progress } from "../../engine/progress";
import { ensureManifests } from "../../engine/tools";
import type { FoundTool, StackTarget } from "../../engine/types";
import type { KubeClient } from "../kube/client";
import type { StackConfig } from "../secrets";
import { kindsOf, requireKinds, requireStorageClass } from "./requirements";

/** A stack, and the cluster of a context that it is to be rehearsed on. */
export interface ContextSite {
  readonly context: string;
  readonly target: StackTarget;
  readonly engine: FoundTool;
  readonly client: KubeClient;
  readonly config: StackConfig;
}

/**
 * Finds out by a preview what kinds of object the stack makes, and makes sure that the cluster serves them all and
 * can bind the claims among them. The stack is there in the backend; the preview creates nothing.
 *
 * @throws SlipwayError that names what is missing and how to get it; whatever a preview throws.
 */
export async function checkContext(
  { context, target, engine, client, config }: ContextSite,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  await progress.step(`check the cluster of context ${context}`, async () => {
    const kinds = kindsOf((await preview(target, progress, { engine, signal })).steps);
    const crdFiles = async (): Promise<readonly string[]> =>
      (await ensureManifests(progress, { signal })).crds;
    await requireKinds(context, client, kinds, crdFiles);
    const { storageClass } = (config["slipway:cluster"] ?? {}) as { storageClass?: string };
    await requireStorageClass(context, client, kinds, storageClass);
  });
}
