import type { EngineEvent, OutputMap, Stack } from "@pulumi/pulumi/automation";
import { explain, InterruptedError, LockedError } from "./errors";
import { eventLog } from "./events";
import type { EventLog } from "./events";
import { resourceLabel } from "./layers";
import { isAbandoned, removeLock } from "./locks";
import type { LockHolder } from "./locks";
import type { Progress } from "./progress";
import { requireReachable } from "./reach";
import type { Reach } from "./reach";
import { openStack } from "./stack";
import type { OpenStack, PendingOperation, ProgramFailure, Standing } from "./stack";
import type { FoundTool, OperationResult, StackTarget } from "./types";
import { PolicyViolationError } from "./violations";

export interface OperationOptions {
  /** The Pulumi CLI, as `engine/tools` found it. */
  readonly engine: FoundTool;
  /** Aborted: the engine is asked once to stop in order, and the operation ends with an InterruptedError. */
  readonly signal?: AbortSignal;
  /** Makes sure of the stack's API servers before anything else is done. Default: they are not tried. */
  readonly reach?: Reach;
}

/** One operation on one stack. */
export interface Session {
  readonly target: StackTarget;
  readonly progress: Progress;
  readonly options: OperationOptions;
  readonly opened: OpenStack;
  readonly failure: ProgramFailure;
}

/** Gets the engine's events. */
export type Listen = (event: EngineEvent) => void;
/** Runs the engine once; gives the stack's outputs where the operation has any. */
type Work = (listen: Listen) => Promise<OutputMap | void>; // eslint-disable-line @typescript-eslint/no-invalid-void-type

/** @throws InterruptedError when it is aborted already; SlipwayError when the engine cannot be run. */
export async function open(
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

/** What the state says that matters before it is changed. */
export async function standing(
  { opened, target }: Session,
  operation: OperationResult["operation"],
): Promise<Standing> {
  try {
    return await opened.standing();
  } catch (error) {
    throw explain(error, { operation, target, errors: [] });
  }
}

/** What {@link standing} tells, once the API servers of the stack can be reached where that is asked for. */
export async function reached(session: Session, operation: OperationResult["operation"]): Promise<Standing> {
  const found = await standing(session, operation);
  const { stack } = session.target;
  const { reach } = session.options;
  if (reach !== undefined)
    await requireReachable(`${operation} of stack ${stack}`, stack, found.apiServers, reach);
  return found;
}

/** One run of the engine as a step of the progress; whatever goes wrong leaves as one sentence. */
export async function attempt(
  session: Session,
  operation: OperationResult["operation"],
  work: Work,
): Promise<OperationResult> {
  const { target, progress, options, failure } = session;
  const start = performance.now();
  const resultOf = (log: EventLog, outputs: OutputMap): OperationResult => ({
    operation,
    seconds: (performance.now() - start) / 1000,
    changes: log.changes(),
    steps: log.steps(),
    findings: log.findings(),
    remediations: log.remediations(),
    outputs: masked(outputs),
  });
  return progress.step(`${operation} of stack ${target.stack}`, async (say) => {
    const log = eventLog(say);
    delete failure.error;
    try {
      if (options.signal?.aborted === true) throw new InterruptedError(operation, target.stack);
      const outputs = (await work(log.listen)) ?? {};
      refuseViolations(log.touched(), resultOf(log, outputs));
      return resultOf(log, outputs);
    } catch (error) {
      if (options.signal?.aborted === true) throw new InterruptedError(operation, target.stack);
      if (failure.error === undefined) refuseViolations(log.touched(), resultOf(log, {}));
      throw explain(error, { operation, target, errors: log.errors(), program: failure.error });
    }
  });
}

function refuseViolations(touched: boolean, result: OperationResult): void {
  const mandatory = result.findings.filter(({ level }) => level === "mandatory");
  if (mandatory.length > 0) throw new PolicyViolationError(mandatory, touched, result);
}

/** An operation that takes the stack's lock: when a dead engine holds it, clears up after that and tries again. */
export async function changing(
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
    // A refresh clears up by itself.
    if (operation !== "refresh") await settle(session, (await standing(session, operation)).pending);
    return attempt(session, operation, work);
  }
}

async function areAbandoned(holders: readonly LockHolder[]): Promise<boolean> {
  return holders.length > 0 && (await Promise.all(holders.map(isAbandoned))).every(Boolean);
}

/** Clears what a killed engine had under way, by looking what became of it. */
export async function settle(session: Session, pending: readonly PendingOperation[]): Promise<void> {
  if (pending.length > 0) await refreshed(session, pending);
}

/**
 * A refresh, and a line that stays for each operation that a killed engine had under way. What it was creating is taken
 * into the state where that is possible, and out again when it does not exist; the rest is dropped from it.
 */
export async function refreshed(
  session: Session,
  pending: readonly PendingOperation[],
): Promise<OperationResult> {
  const { opened, options, progress } = session;
  let taken: readonly string[] = [];
  const result = await changing(session, "refresh", async (listen) => {
    taken = pending.some(({ type }) => type === "creating") ? await opened.recover() : [];
    await opened.stack.refresh({
      ...commonOptions(options, listen),
      showSecrets: false,
      clearPendingCreates: true,
    });
  });
  const gone = new Set(result.steps.filter(({ op }) => op === "delete").map(({ urn }) => urn));
  // Only now: while another run held the stack, these were its own.
  for (const { type, urn } of pending) {
    const fate = fateOf(type, taken.includes(urn), gone.has(urn));
    progress.note(`an earlier run was cut off while ${type} ${resourceLabel(urn)}: ${fate}`);
  }
  return result;
}

function fateOf(type: string, isTaken: boolean, isGone: boolean): string {
  if (type !== "creating") return "the state has it as it really is";
  if (!isTaken) return "if it exists, the state does not know of it; look for it, and import or delete it";
  return isGone ? "it had not come to be" : "it exists, and the state has it now";
}

type Common = Pick<NonNullable<Parameters<Stack["up"]>[0]>, "onEvent" | "signal">;

/** What every run of the engine is given. */
export function commonOptions({ signal }: OperationOptions, onEvent: Listen): Common {
  return { onEvent, ...(signal && { signal }) };
}

function masked(outputs: OutputMap): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { value, secret }]) => [
      name,
      secret ? "[secret]" : (value as unknown),
    ]),
  );
}
