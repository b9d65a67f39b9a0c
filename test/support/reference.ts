import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Build context of the reference service's image. */
export const referenceFolder = join(__dirname, "../../images/reference");

export interface Line {
  readonly message: string;
  readonly level: string;
  readonly [field: string]: unknown;
}

/** The service as its container runs it, on the loopback and a free port. */
export class ReferenceService {
  readonly lines: Line[] = [];
  url = "";
  readonly #child: ChildProcess;

  constructor(env: Record<string, string>) {
    this.#child = spawn(process.execPath, [join(referenceFolder, "server.mjs")], {
      env: { HOST: "127.0.0.1", PORT: "0", ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    createInterface({ input: this.#child.stdout! }).on("line", (text) => {
      const line = JSON.parse(text) as Line;
      this.lines.push(line);
      this.#child.emit("slipway-line", line);
    });
  }

  /** Waits for a log line with that message. */
  async logged(message: string): Promise<Line> {
    for (;;) {
      const found = this.lines.find((line) => line.message === message);
      if (found !== undefined) return found;
      await this.nextLine();
    }
  }

  /** Waits for one more line. */
  async nextLine(): Promise<void> {
    await once(this.#child, "slipway-line");
  }

  async ready(): Promise<this> {
    const { port } = await this.logged("listening");
    this.url = `http://127.0.0.1:${String(port)}`;
    return this;
  }

  async get(path: string, init: RequestInit = {}): Promise<{ status: number; type: string; body: string }> {
    const response = await fetch(this.url + path, init);
    return {
      status: response.status,
      type: response.headers.get("content-type") ?? "",
      body: await response.text(),
    };
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async exit(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "close");
    return this.#child.exitCode;
  }
}
