import { fork } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { FoundTool, StackTarget } from "../engine/types";

/** What one process is to preview. */
export interface PreviewTask {
  readonly target: Omit<StackTarget, "program" | "load">;
  readonly engine: FoundTool;
  readonly kubeconfig: string;
  /** The stack's own program, or the resources in a file, flat. */
  readonly program: { readonly kind: "stack" } | { readonly kind: "flat"; readonly recording: string };
  /** A file into which all that the program registers is written. */
  readonly record?: string;
}

/** When a preview reached what, in seconds from the start of its process. */
export interface PreviewTimes {
  /** The modules of the engine are there. */
  readonly loaded: number;
  /** The engine asked for the program. */
  readonly program: number;
  /** The engine took in the first resource, the stack's own aside. */
  readonly first: number;
  /** The engine took in the last one. */
  readonly last: number;
  readonly end: number;
}

export interface PreviewSample extends PreviewTimes {
  /** How many resources the engine took in, components too. */
  readonly resources: number;
}

/** What the process answers; its times are milliseconds on the clock of {@link now}. */
export type PreviewAnswer = { readonly sample: PreviewSample } | { readonly error: string };

/** Milliseconds on a clock that all processes of the machine share. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

export interface ProcessOptions {
  readonly signal: AbortSignal;
  /** A folder in which the process leaves a CPU profile. */
  readonly profile?: string;
}

/** Runs a preview in a process of its own, for a second one in the same process would find everything warm. */
export function previewInProcess(task: PreviewTask, options: ProcessOptions): Promise<PreviewSample> {
  const { signal, profile } = options;
  return new Promise((resolve, reject) => {
    const start = now();
    const child = fork(path.join(__dirname, "run-preview.ts"), [], {
      execArgv: [
        "--import",
        pathToFileURL(require.resolve("tsx")).href,
        ...(profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`]),
      ],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      // Ctrl-C at a terminal reaches this process alone, which then stops the other one.
      detached: true,
      signal,
    });
    let answer: PreviewAnswer | undefined;
    child.on("message", (message) => {
      answer = message as PreviewAnswer;
    });
    child.on("error", reject);
    // Not before its end, for a profile is written last.
    child.on("exit", (code) => {
      if (answer === undefined)
        reject(new Error(`a preview ended with code ${String(code)}, saying nothing`));
      else if ("error" in answer) reject(new Error(answer.error));
      else resolve(sinceStart(answer.sample, start));
    });
    child.send(task);
  });
}

function sinceStart({ resources, ...times }: PreviewSample, start: number): PreviewSample {
  const seconds = (at: number): number => (at - start) / 1000;
  return {
    loaded: seconds(times.loaded),
    program: seconds(times.program),
    first: seconds(times.first),
    last: seconds(times.last),
    end: seconds(times.end),
    resources,
  };
}
