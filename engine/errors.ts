import { SlipwayError } from "../components/common/problems";
import type { Problem } from "../components/common/problems";
import { CommandFailure } from "./command";
import { plain } from "./events";
import type { Diagnostic } from "./events";
import { resourceLabel, urnParts } from "./layers";
import { knownProblem } from "./known-problems";
import { isLockConflict, lockHolders } from "./locks";
import type { LockHolder } from "./locks";
import { protectedProblem } from "./protected";
import type { OperationResult, StackTarget } from "./types";

/** An operation was stopped by its AbortSignal. */
export class InterruptedError extends SlipwayError {
  constructor(operation: OperationResult["operation"], stack: string) {
    super({
      what: `the ${operation} of stack ${stack} was interrupted; what was under way was brought to its end`,
      todo: "run it again to go on",
    });
    this.name = "InterruptedError";
  }
}

/** Another run works on the stack, or died while it did. */
export class LockedError extends SlipwayError {
  /** Who holds the stack; empty where the backend does not tell. */
  readonly holders: readonly LockHolder[];

  constructor(stack: string, holders: readonly LockHolder[]) {
    const who = holders.map(
      ({ user, host, pid, since }) => `${user}@${host} (process ${pid}) since ${since}`,
    );
    super({
      what: `stack ${stack} is locked by ${who.length === 0 ? "another run" : who.join(" and ")}`,
      allowed: "one run on a stack at a time",
      todo: `wait for it to end or, when you know that it is dead, run \`pulumi cancel -s ${stack}\` and try again`,
    });
    this.name = "LockedError";
    this.holders = holders;
  }
}

export interface FailureContext {
  readonly operation: OperationResult["operation"];
  readonly target: Pick<StackTarget, "stack" | "env">;
  /** What the engine reported as errors. */
  readonly errors: readonly Diagnostic[];
  /** What the program threw, if it did. */
  readonly program?: unknown;
}

/**
 * Turns whatever the Automation API throws into one sentence: what, where, what is allowed, what to do. It has no
 * stack trace, and no value of an environment variable that names a secret.
 */
export function explain(thrown: unknown, context: FailureContext): SlipwayError {
  if (thrown instanceof SlipwayError) return thrown;
  if (context.program instanceof SlipwayError) return context.program;
  const text = textOf(thrown, context);
  if (isLockConflict(text)) return new LockedError(context.target.stack, lockHolders(text));
  const { operation, errors } = context;
  const { stack } = context.target;
  const problem =
    protectedProblem(errors, { operation, stack }) ??
    knownProblem(text, stack) ??
    unknownProblem(thrown, context);
  return redacted(problem, context.target.env);
}

/**
 * What the engine said of itself, the stack or a provider plugin. What a resource's diagnostic quotes is left out: a
 * pod that ran out of disk is not this machine out of disk.
 */
function textOf(thrown: unknown, { errors }: FailureContext): string {
  const own = thrown instanceof CommandFailure ? thrown.output.stderr : describe(thrown);
  const engines = errors.filter(({ urn }) => urn === "" || urnParts(urn).type.startsWith("pulumi:"));
  return plain([own, ...engines.map(({ message }) => message)].join("\n"));
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { code } = thrown as NodeJS.ErrnoException;
  return code === undefined ? thrown.message : `${code}: ${thrown.message}`;
}

// What the engine adds when something else was reported already.
const echoes =
  /^(?:(?:preview|update|refresh|destroy) (?:failed|canceled)|One or more errors occurred\b.*|.*Check logs for more details\.?)$/s;
const mostShown = 5;
const longest = 600;

function unknownProblem(thrown: unknown, { operation, target, errors, program }: FailureContext): Problem {
  const where = `${operation} of stack ${target.stack}`;
  if (thrown instanceof CommandFailure && thrown.output.signal !== undefined) {
    return {
      what: `the engine was killed by ${thrown.output.signal}`,
      where,
      todo: "run it again: it finds out what was under way, and goes on from there",
    };
  }
  // A resource that failed may make the program fail in turn; the first is the cause.
  if (program !== undefined && errors.every(({ urn }) => urn === ""))
    return { what: `the program failed: ${oneLine(describe(program))}`, where: placeOf(program) ?? where };
  const told = [...new Set(errors.filter(({ message }) => !echoes.test(message)).map(diagnosticSentence))];
  if (told.length === 1 && errors.every(({ urn }) => urn === "")) return { what: told[0] ?? "" };
  if (told.length > 0) {
    const more = told.length > mostShown ? ` (and ${told.length - mostShown} more)` : "";
    return { what: told.slice(0, mostShown).join("; ") + more, where };
  }
  if (thrown instanceof CommandFailure) {
    const { stdout, stderr, code } = thrown.output;
    const said = oneLine(plain(stderr).replaceAll(/^error: /gm, "")) || oneLine(shownErrors(stdout));
    return {
      what: said === "" ? `the engine ended with exit code ${String(code)} and said nothing` : said,
      where,
    };
  }
  return { what: oneLine(describe(thrown)), where };
}

/** The errors in what the engine shows of its progress: all there is where it told of none in any other way. */
function shownErrors(stdout: string): string {
  return [...plain(stdout).matchAll(/^\s*error: (.+)$/gm)]
    .map(([, error = ""]) => error)
    .filter((error) => !echoes.test(error))
    .join("; ");
}

function diagnosticSentence({ urn, message }: Diagnostic): string {
  const text = oneLine(message.replace(/^Unhandled exception: (?:\w*Error: )?/, ""));
  // What has no resource may be a sentence of ours, thrown in an apply; it stays whole.
  if (urn === "" || urnParts(urn).type === "pulumi:pulumi:Stack") return text;
  return `${resourceLabel(urn)}: ${text.length > longest ? `${text.slice(0, longest)}…` : text}`;
}

/** Without the frames of a stack trace, on one line, and without a full stop at its end. */
function oneLine(text: string): string {
  const lines = text.split("\n").filter((line) => !/^\s+at .+(?::\d+|<anonymous>|\(native\))\)?$/.test(line));
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ")
    .replace(/\.$/, "");
}

/** The first place in the user's own code on an error's way: `infra/index.ts:12`. */
function placeOf(error: unknown): string | undefined {
  const frames = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  const own = frames.find(
    (line) => /^\s+at /.test(line) && !/node_modules|node:|\(native\)|<anonymous>\)?$/.test(line),
  );
  const [, file, line] = /\(?((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*):(\d+):\d+\)?$/.exec(own ?? "") ?? [];
  if (file === undefined || line === undefined) return undefined;
  const short = file.replace(/^file:\/\//, "").replace(`${process.cwd()}/`, "");
  return `${short}:${line}`;
}

const secretName = /PASS|SECRET|TOKEN|CREDENTIAL|_KEY/i;
const shortestSecret = 4;

/** Masks logins in addresses, and the values of variables that name a secret. */
function redacted(problem: Problem, env: Readonly<Record<string, string>>): SlipwayError {
  const values = Object.entries({ ...process.env, ...env })
    .filter(([name, value]) => secretName.test(name) && value !== undefined && value.length >= shortestSecret)
    .map(([, value]) => value ?? "");
  const clean = (text: string): string =>
    values
      .reduce((left, value) => left.replaceAll(value, "[secret]"), text)
      .replaceAll(/\/\/[^\s/@]+@/g, "//[secret]@");
  const parts = Object.entries(problem as unknown as Record<string, string>);
  return new SlipwayError(
    Object.fromEntries(parts.map(([name, text]) => [name, clean(text)])) as unknown as Problem,
  );
}
