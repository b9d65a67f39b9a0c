import type { EngineEvent, OutputMap, Stack } from "@pulumi/pulumi/automation";
import { SlipwayError } from "../components/common/problems";
import { explain, InterruptedError, LockedError } from "./errors";
import { eventLog } from "./events";
import { resourceLabel } from "./layers";
import { isAbandoned, removeLock } from "./locks";
import type { LockHolder } from "./locks";
import type { Progress } from "./progress";
import { isStackMissing, openStack } from "./stack";
import type { OpenStack, PendingOperation, ProgramFailure, Standing } from "./stack";
import type { FoundTool, OperationResult, StackTarget } from "./types";
import { PolicyViolationError } from "./violations";

export interface OperationOptions {
  /** The Pulumi CLI, as `engine/tools` found it. */
  readonly engine: FoundTool;
  /** Aborted: the engine is asked once to stop in order, and the operation ends with an InterruptedError. */
  readonly signal?: AbortSignal;
}

export interface UpOptions extends OperationOptions {
  /** Compare the state with what exists before anything is planned. Default: false. */
  readonly refresh?: boolean;
  /** Fail, before anything is changed, when there is something to change. Default: false. */
  readonly expectNoChanges?: boolean;
  /** URNs to which the operation is limited. Default: the whole stack. */
  readonly targets?: readonly string[];
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
  return attempt(session, "preview", (listen) => plan(session, options, listen));
}

/**
 * Brings the stack to what the program says, and creates it in the backend where it is not there yet.
 *
 * It always previews first and changes nothing when that finds a mandatory violation: during the update itself the
 * engine would stop the offending resource alone, while its siblings in flight are still created. What a killed
 * engine left behind (its lock, operations under way) is cleared up before.
 *
 * @throws like {@link preview}; LockedError when another run, not known to be dead, works on the stack.
 */
export async function up(
  target: StackTarget,
  progress: Progress,
  options: UpOptions,
): Promise<OperationResult> {
  const session = await open("up", target, progress, options);
  const left = standing(session, "up");
  try {
    const gate = await attempt(session, "preview", (listen) => planNew(session, options, listen));
    if (options.expectNoChanges === true) refuseChanges(target.stack, gate);
  } finally {
    await left.catch(() => undefined);
  }
  await settle(session, (await left).pending);
  return changing(session, "up", async (listen) => {
    const { outputs } = await session.opened.stack.up({
      ...updateOptions(target, options, listen),
      showSecrets: false,
    });
    return outputs;
  });
}

/**
 * Takes over into the state what really exists. What was under way when an engine was killed is dropped from it.
 *
 * @throws like {@link up}, the policy pack aside.
 */
export async function refresh(
  target: StackTarget,
  progress: Progress,
  options: OperationOptions,
): Promise<OperationResult> {
  const session = await open("refresh", target, progress, options);
  return changing(session, "refresh", (listen) => refreshOnce(session, listen));
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
  options: OperationOptions,
): Promise<OperationResult> {
  const session = await open("destroy", target, progress, options);
  const { pending, isProtected } = await standing(session, "destroy");
  if (isProtected.length > 0) throw protectedError(target.stack, isProtected);
  await settle(session, pending);
  return changing(session, "destroy", async (listen) => {
    await session.opened.stack.destroy({ ...commonOptions(options, listen), showSecrets: false });
  });
}

const mostNamed = 5;

interface Session {
  readonly target: StackTarget;
  readonly progress: Progress;
  readonly options: OperationOptions;
  readonly opened: OpenStack;
  readonly failure: ProgramFailure;
}

type Listen = (event: EngineEvent) => void;
/** Runs the engine once; gives the stack's outputs where the operation has any. */
type Work = (listen: Listen) => Promise<OutputMap | void>; // eslint-disable-line @typescript-eslint/no-invalid-void-type

async function open(
  operation: OperationResult["operation"],
  target: StackTarget,
  progress: Progress,
  options: OperationOptions,
): Promise<Session> {
  if (options.signal?.aborted === true) throw new InterruptedError(operation, target.stack);
  const failure: ProgramFailure = {};
  try {
    return { target, progress, options, failure, opened: await openStack(target, options.engine, failure) };
  } catch (error) {
    throw explain(error, { operation, target, errors: [] });
  }
}

async function standing(
  { opened, target }: Session,
  operation: OperationResult["operation"],
): Promise<Standing> {
  try {
    return await opened.standing();
  } catch (error) {
    throw explain(error, { operation, target, errors: [] });
  }
}

/** One run of the engine as a step of the progress; whatever goes wrong leaves as one sentence. */
async function attempt(
  session: Session,
  operation: OperationResult["operation"],
  work: Work,
): Promise<OperationResult> {
  const { target, progress, options, failure } = session;
  const start = performance.now();
  const { log, outputs } = await progress.step(`${operation} of stack ${target.stack}`, async (say) => {
    const log = eventLog(say);
    delete failure.error;
    try {
      if (options.signal?.aborted === true) throw new InterruptedError(operation, target.stack);
      const outputs = (await work(log.listen)) ?? {};
      refuseViolations(log);
      return { log, outputs };
    } catch (error) {
      if (options.signal?.aborted === true) throw new InterruptedError(operation, target.stack);
      if (failure.error === undefined) refuseViolations(log);
      throw explain(error, { operation, target, errors: log.errors(), program: failure.error });
    }
  });
  return {
    operation,
    seconds: (performance.now() - start) / 1000,
    changes: log.changes(),
    steps: log.steps(),
    findings: log.findings(),
    outputs: masked(outputs),
  };
}

function refuseViolations(log: ReturnType<typeof eventLog>): void {
  const mandatory = log.findings().filter(({ level }) => level === "mandatory");
  if (mandatory.length > 0) throw new PolicyViolationError(mandatory, log.touched());
}

/** An operation that takes the stack's lock: when a dead engine holds it, clears up after that and tries again. */
async function changing(
  session: Session,
  operation: OperationResult["operation"],
  work: Work,
): Promise<OperationResult> {
  try {
    return await attempt(session, operation, work);
  } catch (error) {
    if (!(error instanceof LockedError) || !(await areAbandoned(error.holders))) throw error;
    const { opened, progress } = session;
    for (const holder of error.holders) {
      progress.note(
        `process ${holder.pid} that locked stack ${session.target.stack} is gone: its lock is taken away`,
      );
      await removeLock(holder, () => opened.stack.cancel());
    }
    await settle(session, (await standing(session, operation)).pending);
    return attempt(session, operation, work);
  }
}

async function areAbandoned(holders: readonly LockHolder[]): Promise<boolean> {
  return holders.length > 0 && (await Promise.all(holders.map(isAbandoned))).every(Boolean);
}

/** Clears what a killed engine had under way, by looking what became of it. */
async function settle(session: Session, pending: readonly PendingOperation[]): Promise<void> {
  if (pending.length === 0) return;
  for (const { type, urn } of pending) {
    session.progress.note(
      type === "creating"
        ? `the last run was cut off while creating ${resourceLabel(urn)}: if it exists, it is no longer in the state`
        : `the last run was cut off while ${type} ${resourceLabel(urn)}: the state now takes it as it really is`,
    );
  }
  await changing(session, "refresh", (listen) => refreshOnce(session, listen));
}

async function refreshOnce({ opened, options }: Session, listen: Listen): Promise<void> {
  await opened.stack.refresh({
    ...commonOptions(options, listen),
    showSecrets: false,
    clearPendingCreates: true,
  });
}

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

type Common = Pick<NonNullable<Parameters<Stack["up"]>[0]>, "onEvent" | "signal">;

function commonOptions({ signal }: OperationOptions, onEvent: Listen): Common {
  return { onEvent, ...(signal && { signal }) };
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

function masked(outputs: OutputMap): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { value, secret }]) => [
      name,
      secret ? "[secret]" : (value as unknown),
    ]),
  );
}
