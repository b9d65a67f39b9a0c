import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import path from "node:path";

const root = path.resolve(__dirname, "..", "..", "..");

/** How a run of the command ended, and what it printed. */
export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Over the test's own environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Is told the process at its start. */
  readonly started?: (child: ChildProcess) => void;
  /** Sees what was written to standard error so far, each time that there is more. */
  readonly onError?: (soFar: string, child: ChildProcess) => void;
}

/** Runs this checkout's `slipway` as a process of its own, without the wrapper that installs packages first. */
export function slipway(words: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child = spawn(process.execPath, ["--import", "tsx", "cli/main.ts", ...words], {
    cwd: root,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  options.started?.(child);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    options.onError?.(stderr, child);
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
    child.on("exit", (code, signal) => {
      // What a killed command started may hold its pipes a while longer.
      if (signal !== null) resolve({ code, signal, stdout, stderr });
    });
  });
}
