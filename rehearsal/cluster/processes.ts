import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SlipwayError } from "../../components/common/problems";
import type { ClusterFiles } from "./files";
import type { ProcessRecord } from "./leftovers";
import { Watchdog } from "./watchdog";

interface Running {
  readonly child: ChildProcess;
  /** Resolves with one sentence when the process is gone. */
  readonly ended: Promise<Error>;
  over: boolean;
}

/** The processes of one cluster, each with a log file, none of which outlives this process unless it is kept. */
export class Processes {
  readonly #running = new Map<string, Running>();
  readonly #watchdog: Watchdog;
  #stopping: Promise<void> | undefined;
  #kept = false;
  /** Resolves with the first process that ends while nobody stops it. */
  readonly failed: Promise<Error>;
  #fail: (error: Error) => void = () => undefined;

  constructor(private readonly files: ClusterFiles) {
    this.#watchdog = new Watchdog(files.folder);
    this.failed = new Promise((resolve) => (this.#fail = resolve));
  }

  get pids(): Record<string, number> {
    return Object.fromEntries([...this.#running].map(([name, { child }]) => [name, child.pid ?? 0]));
  }

  /** Starts a process in the cluster's folder. Resolves with one sentence when it ends. */
  start(name: string, command: string, args: readonly string[]): Promise<Error> {
    const log = openSync(this.#logOf(name), "w", 0o600);
    const child = spawn(command, args, {
      cwd: this.files.folder,
      stdio: ["ignore", log, log],
      // Nothing of the user's own settings, and a home that may be written to.
      env: { PATH: process.env["PATH"], HOME: this.files.folder },
      // Ctrl-C must reach only this process, which then stops the others in order.
      detached: true,
    });
    closeSync(log);
    if (child.pid !== undefined) this.#watchdog.watch(child.pid);
    const running: Running = {
      child,
      over: false,
      ended: new Promise((resolve) => {
        const end = (how: string) => {
          running.over = true;
          resolve(this.#problem(name, how));
        };
        child.once("exit", (code, signal) => end(signal === null ? `exit code ${code ?? "?"}` : signal));
        child.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
      }),
    };
    this.#running.set(name, running);
    this.#record();
    return running.ended;
  }

  /** From now on a process that ends is a failure. */
  guard(): void {
    for (const { ended } of this.#running.values()) {
      void ended.then((error) => {
        if (this.#stopping === undefined) this.#fail(error);
      });
    }
  }

  /** Ends one process that may be started again. */
  async drop(name: string): Promise<void> {
    await this.#end(name, 1_000);
    this.#running.delete(name);
  }

  /** Ends all processes, those first that call the others. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Lets the processes outlive this one. */
  keep(): void {
    this.#kept = true;
    for (const { child } of this.#running.values()) child.unref();
    this.#record();
    void this.#watchdog.dismiss();
  }

  /** The last line of a process's log, for a message. */
  lastLine(name: string): string {
    try {
      const lines = readFileSync(this.#logOf(name), "utf8").trimEnd().split("\n");
      return (lines.at(-1) ?? "").slice(0, 400);
    } catch {
      return "";
    }
  }

  async #stop(): Promise<void> {
    await Promise.all(
      ["kwok", "kube-scheduler", "kube-controller-manager"].map((name) => this.#end(name, 2_000)),
    );
    await this.#end("kube-apiserver", 4_000);
    await this.#end("etcd", 2_000);
    await this.#watchdog.dismiss();
    rmSync(this.files.processes, { force: true });
  }

  /** Asks a process to end and kills it after `patience` milliseconds. */
  async #end(name: string, patience: number): Promise<void> {
    const running = this.#running.get(name);
    if (running === undefined || running.over) return;
    running.child.ref();
    running.child.kill("SIGTERM");
    const timer = setTimeout(() => running.child.kill("SIGKILL"), patience);
    await running.ended;
    clearTimeout(timer);
  }

  #problem(name: string, how: string): Error {
    const last = this.lastLine(name);
    return new SlipwayError({
      what: `${name} ended early (${how})${last === "" ? "" : `, and its last line is: ${last}`}`,
      where: "embedded cluster",
      todo: `the whole log is ${this.#logOf(name)}`,
    });
  }

  #record(): void {
    const record: ProcessRecord = { ...(this.#kept ? {} : { owner: process.pid }), processes: this.pids };
    writeFileSync(this.files.processes, JSON.stringify(record), { mode: 0o600 });
  }

  #logOf(name: string): string {
    return path.join(this.files.logs, `${name}.log`);
  }
}
