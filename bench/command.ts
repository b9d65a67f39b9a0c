import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { SlipwayError } from "../components/common/problems";
import type { RehearsalReport } from "../rehearsal/report";

const launcher = path.resolve(__dirname, "..", "bin", "slipway.mjs");

interface Command {
  readonly args: readonly string[];
  /** Over this process's own environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/** Runs `slipway … --json` as a user does, and gives its standard output. */
async function slipway({ args, env, signal, onLine }: Command): Promise<string> {
  const child = spawn(process.execPath, [launcher, ...args, "--json"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A signal asks the command once to stop in order; from a terminal it would come twice.
    detached: true,
    signal,
    killSignal: "SIGTERM",
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  if (onLine !== undefined) createInterface({ input: child.stderr }).on("line", onLine);
  else child.stderr.resume();
  const code = await new Promise<number | null>((resolve, reject) => {
    let failure: Error | undefined;
    child.on("error", (error) => {
      failure = error;
    });
    // Also after an abort: what it started must be gone before this process leaves.
    child.on("close", (status) => (failure === undefined ? resolve(status) : reject(failure)));
  });
  if (code === 0) return stdout;
  throw new SlipwayError({
    what: `\`slipway ${args.join(" ")}\` ended with exit code ${String(code)}`,
    where: "bench",
    todo: "run it by itself to see why",
  });
}

/** A line that the command writes for a resource, e.g. `  aws:ec2/vpc:Vpc network create`; the stack's own aside. */
const resourceLine = /^ {2}(?!pulumi:pulumi:Stack )\S+:\S+:\S+ \S+ create$/;

/** Seconds from the start of `slipway preview` until it shows the first resource. */
export async function secondsToFirstResource(
  stack: string,
  folder: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number> {
  const start = performance.now();
  let seconds = Number.NaN;
  await slipway({
    args: ["preview", "--stack", stack, "--cwd", folder],
    env,
    signal,
    onLine: (line) => {
      if (Number.isNaN(seconds) && resourceLine.test(line)) seconds = (performance.now() - start) / 1000;
    },
  });
  return seconds;
}

/** The report of one whole rehearsal, and the seconds that the command took. */
export async function rehearsal(
  stack: string,
  signal: AbortSignal,
): Promise<{ readonly seconds: number; readonly report: RehearsalReport }> {
  const start = performance.now();
  const stdout = await slipway({
    args: ["rehearse", "--stack", stack, "--providers", "stand-in"],
    env: {},
    signal,
  });
  return { seconds: (performance.now() - start) / 1000, report: JSON.parse(stdout) as RehearsalReport };
}
