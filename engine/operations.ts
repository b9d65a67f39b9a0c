import type { Stack } from "@pulumi/pulumi/automation";
import { SlipwayError } from "../components/common/problems";
import { dataLosses, refuseDataLoss } from "./data-loss";
import { resourceLabel } from "./layers";
import type { Progress } from "./progress";
import { attempt, changing, commonOptions, open, reached, refreshed, settle, standing } from "./session";
import type { Listen, OperationOptions, Session } from "./session";
import { requireReachable } from "./reach";
import type { ApiServer, Reach } from "./reach";
import { isStackMissing } from "./stack";
import type { OperationResult, StackTarget } from "./types";

export type { OperationOptions } from "./session";

export interface UpOptions extends OperationOptions {
  /** Compare the state with what exists before anything is planned. Default: false. */
  readonly refresh?: boolean;
  /** Fail, before anything is changed, when there is something to change. Default: false. */
  readonly expectNoChanges?: boolean;
  /** URNs to which the operation is limited. Default: the whole stack. */
  readonly targets?: readonly string[];
}

export interface DestroyOptions extends OperationOptions {
  /** Go on with the rest when a resource cannot be deleted. Default: false. */
  readonly continueOnError?: boolean;
}

/**
 * Shows what `up` would do, policy pack included.
 *
 * @throws PolicyViolationError for a mandatory violation; SlipwayError with one sentence for anything else.
 */
export async function preview(
  target: StackTarget,
  progress: Progress,
  options: UpOptions,
): Promise<OperationResult> {
  const session = await open("preview", target, progress, options);
  if (options.reach !== undefined) await reached(session, "preview");
  return attempt(session, "preview", (listen) => plan(session, options, listen));
}

/**
 * Brings the stack to what the program says, and creates it in the backend where it is not there yet.
 *
 * It always previews first and changes nothing when that finds a mandatory violation: during the update itself the
 * engine would stop the offending resource alone, while its siblings in flight are still created. Nor does it change
 * anything when a store would be replaced or deleted that config does not name under `slipway:confirm`. What a killed
 * engine left behind (its lock, operations under way) is cleared up before: docs/adr/0006-recovery.md.
 * A stack whose API server cannot be reached is left as it is, where `options.reach` asks for that.
 *
 * @throws like {@link preview}; LockedError when another run, not known to be dead, works on the stack.
 */
export async function up(
  target: StackTarget,
  progress: Progress,
  options: UpOptions,
): Promise<OperationResult> {
  const session = await open("up", target, progress, options);
  // Before the preview: what a killed engine made and the state lacks, a preview would make again, and may fail on.
  await settle(session, (await reached(session, "up")).pending);
  const gate = await attempt(session, "preview", (listen) => planNew(session, options, listen));
  if (options.expectNoChanges === true) refuseChanges(target.stack, gate);
  // Asking for the config takes a run of the CLI, so only when there is something to confirm.
  if (dataLosses(gate.steps).length > 0) {
    refuseDataLoss(target.stack, gate.steps, await session.opened.confirmed());
  }
  return changing(session, "up", async (listen) => {
    const { outputs } = await session.opened.stack.up({
      ...updateOptions(target, options, listen),
      showSecrets: false,
    });
    return outputs;
  });
}

/**
 * Takes over into the state what really exists, also of what was under way when an engine was killed.
 *
 * @throws like {@link up}, the policy pack aside.
 */
export async function refresh(
  target: StackTarget,
  progress: Progress,
  options: OperationOptions,
): Promise<OperationResult> {
  const session = await open("refresh", target, progress, options);
  return refreshed(session, (await reached(session, "refresh")).pending);
}

/**
 * Deletes all that the stack made. The stack itself, its history and its config stay.
 *
 * While a resource is protected nothing at all is deleted: the engine itself would refuse that resource only, and
 * delete what stands beside it.
 *
 * @throws like {@link up}, the policy pack aside; also when a resource is protected.
 */
export async function destroy(
  target: StackTarget,
  progress: Progress,
  options: DestroyOptions,
): Promise<OperationResult> {
  const session = await open("destroy", target, progress, options);
  const { pending, isProtected } = await reached(session, "destroy");
  if (isProtected.length > 0) throw protectedError(target.stack, isProtected);
  if (pending.length > 0) {
    await settle(session, pending);
    // What was taken into the state may be protected too.
    const settled = await standing(session, "destroy");
    if (settled.isProtected.length > 0) throw protectedError(target.stack, settled.isProtected);
  }
  return changing(session, "destroy", async (listen) => {
    await session.opened.stack.destroy({
      ...commonOptions(options, listen),
      ...(options.continueOnError === true && { continueOnError: true }),
      showSecrets: false,
    });
  });
}

/**
 * Makes sure that the API servers of the stack's own clusters can be reached from here; does nothing else.
 *
 * @returns these; none before the first `up`.
 * @throws SlipwayError when one cannot be reached, or the state cannot be read.
 */
export async function reach(
  target: StackTarget,
  progress: Progress,
  options: OperationOptions & { readonly reach: Reach },
): Promise<readonly ApiServer[]> {
  const { apiServers } = await standing(await open("preview", target, progress, options), "preview");
  await requireReachable(`stack ${target.stack}`, target.stack, apiServers, options.reach);
  return apiServers;
}

const mostNamed = 5;

async function plan({ opened, target }: Session, options: UpOptions, listen: Listen): Promise<void> {
  await opened.stack.preview(updateOptions(target, options, listen));
}

async function planNew(session: Session, options: UpOptions, listen: Listen): Promise<void> {
  try {
    await plan(session, options, listen);
  } catch (error) {
    if (!isStackMissing(error)) throw error;
    await session.opened.create();
    await plan(session, options, listen);
  }
}

function updateOptions(
  { policyPack }: StackTarget,
  options: UpOptions,
  listen: Listen,
): NonNullable<Parameters<Stack["preview"]>[0]> {
  return {
    ...commonOptions(options, listen),
    ...(options.refresh === true && { refresh: true }),
    ...(options.targets && { target: [...options.targets] }),
    ...(policyPack && { policyPacks: [listItem(policyPack.path)] }),
    ...(policyPack?.config !== undefined && { policyPackConfigs: [listItem(policyPack.config)] }),
  };
}

/** The flag takes a comma-separated list; a path may hold a comma. */
function listItem(path: string): string {
  return /[",]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path;
}

function refuseChanges(stack: string, { changes, steps }: OperationResult): void {
  if (changes.create + changes.update + changes.replace + changes.delete === 0) return;
  const changed = steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${resourceLabel(urn)}`);
  throw new SlipwayError({
    what: `stack ${stack} was to be unchanged, but there is to do: ${firstFew(changed)}`,
    todo: "look at `slipway preview`; nothing was changed",
  });
}

function protectedError(stack: string, urns: readonly string[]): SlipwayError {
  return new SlipwayError({
    what: `stack ${stack} is protected from being destroyed: ${firstFew(urns.map(resourceLabel))}`,
    where: `destroy of stack ${stack}`,
    todo: `lift the protection in Pulumi.${stack}.yaml, run \`slipway up -s ${stack}\`, then destroy it; nothing was changed`,
  });
}

function firstFew(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return names.slice(0, mostNamed).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
