import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm, symlink, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import type { FoundTool } from "./types";

/** What one run of the engine's command line printed, and how it ended. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it, e.g. `SIGKILL`. */
  readonly signal?: string;
}

/** A run that did not end with exit code 0. Its message is for logs; `engine/errors.ts` makes the sentence. */
export class CommandFailure extends Error {
  readonly output: CommandOutput;

  constructor(output: CommandOutput) {
    super(`the engine ended with code ${String(output.code)}`);
    this.name = "CommandFailure";
    this.output = output;
  }
}

type Listener = (text: string) => void;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  // Whoever leaves in the middle (a second Ctrl-C) must not leave an engine behind.
  for (const child of running) child.kill("SIGTERM");
});

/**
 * The Automation API's handle on the Pulumi CLI at `tool.path`.
 *
 * Its way to start the CLI is replaced by one of our own, for two reasons. Ctrl-C at a terminal goes to the whole
 * process group: the engine would get it from the terminal and again from the AbortSignal, and takes the second as
 * "stop at once", which leaves a lock; so the engine gets a process group of its own. And the API looks for the CLI
 * as `bin/pulumi` of some folder, while a tool may sit anywhere.
 *
 * @param started Is told the arguments as soon as a process of the engine runs.
 */
export async function engineCommand(
  tool: Pick<FoundTool, "path">,
  started: (args: readonly string[]) => void = () => undefined,
): Promise<PulumiCommand> {
  const command = await locate(tool.path);
  const run = (
    args: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string>>,
    onOutput?: Listener,
    onError?: Listener,
    signal?: AbortSignal,
  ): Promise<CommandOutput> => {
    const running = execute(tool.path, args, {
      cwd,
      env,
      ...(onOutput && { onOutput }),
      ...(onError && { onError }),
      ...(signal && { signal }),
    });
    started(args);
    return running;
  };
  return Object.defineProperty(command, "run", { value: run });
}

async function locate(tool: string): Promise<PulumiCommand> {
  // The version is checked where the tool is found; the SDK's own minimum would refuse a pinned older engine.
  const options = { skipVersionCheck: true };
  const folder = path.dirname(tool);
  if (path.basename(folder) === "bin" && path.basename(tool) === "pulumi") {
    return PulumiCommand.get({ ...options, root: path.dirname(folder) });
  }
  const root = await mkdtemp(path.join(tmpdir(), "slipway-engine-"));
  try {
    await mkdir(path.join(root, "bin"));
    await symlink(tool, path.join(root, "bin", "pulumi"));
    return await PulumiCommand.get({ ...options, root });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

interface ExecuteOptions {
  readonly cwd: string;
  /** Over this process's own environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly onOutput?: Listener;
  readonly onError?: Listener;
  readonly signal?: AbortSignal;
}

/** Runs the CLI to its end. An aborted signal asks it once to stop in order; it then still ends by itself. */
export function execute(
  tool: string,
  args: readonly string[],
  options: ExecuteOptions,
): Promise<CommandOutput> {
  const { cwd, env, onOutput, onError, signal } = options;
  const search = [path.dirname(tool), env["PATH"] ?? process.env["PATH"] ?? ""].join(path.delimiter);
  return new Promise((resolve, reject) => {
    const child = spawn(
      tool,
      [...args, ...(args.includes("--non-interactive") ? [] : ["--non-interactive"])],
      {
        cwd,
        env: { ...process.env, ...env, PATH: search, PULUMI_AUTOMATION_API: "true" },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      },
    );
    running.add(child);
    const stop = (): void => void child.kill("SIGINT");
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted === true) stop();
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      onOutput?.(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      onError?.(text);
    });
    const end = (): void => {
      running.delete(child);
      signal?.removeEventListener("abort", stop);
    };
    child.on("error", (error) => {
      end();
      reject(error);
    });
    child.on("close", (code, by) => {
      end();
      if (code === 0) resolve({ stdout, stderr, code });
      else reject(new CommandFailure({ stdout, stderr, code, ...(by !== null && { signal: by }) }));
    });
  });
}
