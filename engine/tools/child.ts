import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { Interrupted } from "./failures";

/** What became of a program. */
export interface ChildResult {
  /** Exit code; null when a signal or the time limit ended it, or when it could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  /** The end of its error output, 64 KiB at most. */
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface ChildOptions {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly cwd?: string;
  /** Milliseconds after which it is ended. @default none */
  readonly limit?: number;
  readonly signal?: AbortSignal | undefined;
}

const kept = 64 * 1024;
/** Milliseconds between asking a process group to end and ending it. */
const grace = 3000;
const running = new Set<ChildProcess>();
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

process.on("exit", () => {
  for (const child of running) endGroup(child, "SIGKILL");
});

/**
 * Runs a program to its end, in a process group of its own, so that ending it ends the compilers that it started.
 * A non-zero exit is no error here.
 *
 * @throws SlipwayError when `signal` is aborted, or this process is told to end, meanwhile.
 */
export function runChild(file: string, args: readonly string[], options: ChildOptions): Promise<ChildResult> {
  const { env, cwd, limit, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(new Interrupted(path.basename(file)));
      return;
    }
    const child = spawn(file, args, {
      env,
      ...(cwd !== undefined && { cwd }),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    running.add(child);
    let stdout = "";
    let stderr = "";
    let ending: "limit" | "stop" | undefined;
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout = (stdout + text).slice(-kept)));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-kept)));

    const timers: NodeJS.Timeout[] = [];
    const end = (why: "limit" | "stop"): void => {
      ending ??= why;
      endGroup(child, "SIGTERM");
      timers.push(setTimeout(() => endGroup(child, "SIGKILL"), grace));
    };
    const stop = (): void => end("stop");
    if (limit !== undefined) timers.push(setTimeout(() => end("limit"), limit));
    signal?.addEventListener("abort", stop, { once: true });
    // A group of its own does not hear the terminal's Ctrl-C, so it is passed on.
    for (const name of endings) process.once(name, stop);

    const settle = (): void => {
      running.delete(child);
      timers.forEach(clearTimeout);
      signal?.removeEventListener("abort", stop);
      for (const name of endings) process.removeListener(name, stop);
    };
    child.on("error", (error) => {
      settle();
      resolve({ code: null, stdout, stderr: error.message, timedOut: false });
    });
    child.on("close", (code) => {
      settle();
      if (ending === "stop") reject(new Interrupted(path.basename(file)));
      else resolve({ code, stdout, stderr, timedOut: ending === "limit" });
    });
  });
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended by itself.
  }
}
