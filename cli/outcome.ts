import { Console } from "node:console";
import { SlipwayError } from "../components/common/problems";
import type { Progress } from "../engine/progress";
import { findingSentence, PolicyViolationError } from "../engine/violations";
import { counted } from "./table";

/** Exit codes of the command; part of its public contract. */
export const exitCodes = { success: 0, failure: 1, usage: 2 } as const;

/** The command itself was wrong: an option, a value of one, or the name of a stack. */
export class UsageError extends SlipwayError {}

/** What a command ends with. */
export interface Outcome {
  readonly ok: boolean;
  /** The object that `--json` prints. */
  readonly json: object;
  /** What a person reads instead. */
  readonly text: string;
  /** Whether the text is what was asked for, good news or bad, and so belongs on standard output. Default: `ok`. */
  readonly isReport?: boolean;
  /** Default: success or failure, as `ok` says. */
  readonly code?: (typeof exitCodes)[keyof typeof exitCodes];
}

/** What an action is given. */
export interface Invocation {
  readonly progress: Progress;
  /** Aborted by Ctrl-C, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
}

/** Exit codes by signal, as shells give them: 128 and the signal's number. */
const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs one command to its end and leaves the process with its exit code.
 *
 * The first Ctrl-C (or SIGTERM, SIGHUP) asks the work to stop in order, the second leaves at once. With `--json`,
 * standard output gets one JSON object as its last thing and nothing else, not even what a program logs.
 */
export async function conclude(
  json: boolean,
  work: (invocation: Invocation) => Promise<Outcome>,
): Promise<never> {
  if (json) keepStandardOutput();
  const abort = new AbortController();
  let signalCode: number | undefined;
  for (const [name, code] of Object.entries(signalCodes)) {
    process.on(name, () => {
      if (signalCode !== undefined) process.exit(signalCode);
      signalCode = code;
      abort.abort();
    });
  }
  let outcome: Outcome;
  let code: number;
  try {
    // Only now, for what draws progress takes a while to load and `--help` needs none.
    const { cliProgress } = await import("./progress.js");
    outcome = await work({ progress: cliProgress(json, abort.signal), signal: abort.signal });
    code = outcome.code ?? (outcome.ok ? exitCodes.success : exitCodes.failure);
  } catch (error) {
    outcome = failed(error);
    code = error instanceof UsageError ? exitCodes.usage : exitCodes.failure;
  }
  return leave(json, outcome, signalCode ?? code);
}

/** Sends what a program logs to standard error, so that standard output gets the result and nothing else. */
export function keepStandardOutput(): void {
  globalThis.console = new Console(process.stderr, process.stderr);
}

/** Prints the outcome and leaves: an interrupted program may still hold timers and connections. */
export async function leave(json: boolean, outcome: Outcome, code: number): Promise<never> {
  const [stream, text] = json
    ? [process.stdout, JSON.stringify(outcome.json)]
    : [(outcome.isReport ?? outcome.ok) ? process.stdout : process.stderr, outcome.text];
  // Output to a pipe is written later; leaving before would cut it off.
  await new Promise<void>((resolve) => stream.write(`${text}\n`, () => resolve()));
  process.exit(code);
}

/** The outcome of a command that threw. Only the sentence of an error leaves the process, or one for each finding. */
export function failed(error: unknown): Outcome {
  const message = sentenceOf(error);
  const parts = error instanceof SlipwayError ? error.problem : {};
  if (!(error instanceof PolicyViolationError))
    return { ok: false, json: { ok: false, error: { message, ...parts } }, text: `slipway: ${message}` };
  const { findings, effect } = error;
  return {
    ok: false,
    json: { ok: false, error: { message, ...parts, findings } },
    text: [
      `slipway: ${counted(findings.length, "mandatory violation")}, ${effect}`,
      ...findings.map((finding) => `  ${findingSentence(finding)}`),
    ].join("\n"),
  };
}

function sentenceOf(error: unknown): string {
  if (error instanceof SlipwayError) return error.message;
  const said = error instanceof Error ? error.message : String(error);
  const [first = ""] = said.split("\n");
  return `unexpected failure: ${first.trim().replace(/\.$/, "")}.`;
}
