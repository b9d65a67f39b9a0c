import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";

// Reads process ids until its standard input ends, which is when the parent is gone in whatever way, then kills those
// that still run in the folder. A shell, so that it costs next to nothing.
const script = `
pids=
while IFS= read -r pid; do pids="$pids $pid"; done
for pid in $pids; do
  line=$({ tr '\\0' ' ' <"/proc/$pid/cmdline" || ps -o args= -p "$pid"; } 2>/dev/null)
  case "$line" in *"$1"*) kill -KILL "$pid" ;; esac
done
`;

/** Kills processes when this one dies, even by SIGKILL. */
export class Watchdog {
  readonly #process: ChildProcess;
  readonly #gone: Promise<void>;

  /** @param folder Named in the arguments of every process that is watched. */
  constructor(folder: string) {
    this.#process = spawn("sh", ["-c", script, "slipway-watchdog", folder], {
      stdio: ["pipe", "ignore", "ignore"],
      // Ctrl-C reaches every process of the terminal's group; this one must outlive it.
      detached: true,
    });
    this.#gone = new Promise((resolve) => {
      this.#process.once("exit", () => resolve());
      this.#process.once("error", () => resolve());
    });
    // A write to a watchdog that was killed is no reason to fail.
    this.#process.stdin?.on("error", () => undefined);
  }

  watch(pid: number): void {
    this.#process.stdin?.write(`${pid}\n`);
  }

  /** Ends the watch and leaves the processes alone. */
  async dismiss(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#gone;
  }
}
