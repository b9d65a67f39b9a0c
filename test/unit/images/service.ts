import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Folder of the reference service's image. */
export const folder = join(__dirname, "../../../images/reference");
/** What runs its sources as they are; the image has them without their types. */
const fromSource = ["--import", "tsx", join(folder, "src/main.ts")];

export interface Line {
  readonly message: string;
  readonly level: string;
  readonly [field: string]: unknown;
}

/** The reference service as a process of its own, on the loopback and a free port. */
export class Service {
  readonly lines: Line[] = [];
  url = "";
  readonly #child: ChildProcess;

  constructor(env: Record<string, string> = {}, args: readonly string[] = fromSource) {
    this.#child = spawn(process.execPath, args, {
      cwd: join(__dirname, "../../.."),
      env: { PATH: process.env["PATH"], HOST: "127.0.0.1", PORT: "0", ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    createInterface({ input: this.#child.stdout! }).on("line", (text) => {
      this.lines.push(JSON.parse(text) as Line);
      this.#child.emit("slipway-line");
    });
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Waits for a log line with that message; fails when the process ends without it. */
  async logged(message: string): Promise<Line> {
    for (;;) {
      const found = this.lines.find((line) => line.message === message);
      if (found !== undefined) return found;
      if (this.#hasEnded()) throw new Error(`the service ended without saying "${message}"`);
      await Promise.race([once(this.#child, "slipway-line"), once(this.#child, "close")]);
    }
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

  /** The value of a series as a scrape shows it; undefined when there is none. */
  async series(series: string): Promise<number | undefined> {
    const { body } = await this.get("/metrics");
    const line = body.split("\n").find((text) => text.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }

  /** The log line of the request for that path. */
  async request(path: string): Promise<Line> {
    for (;;) {
      const found = this.lines.find((line) => line.message === "request" && line["path"] === path);
      if (found !== undefined) return found;
      await once(this.#child, "slipway-line");
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async exit(): Promise<number | null> {
    if (!this.#hasEnded()) await once(this.#child, "close");
    return this.#child.exitCode;
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

/** Services of one block of tests, all ended after each of them. */
export function services(): (env?: Record<string, string>) => Promise<Service> {
  let running: Service[] = [];
  afterEach(async () => {
    for (const service of running) {
      service.kill("SIGKILL");
      await service.exit();
    }
    running = [];
  });
  return (env) => {
    const service = new Service(env);
    running.push(service);
    return service.ready();
  };
}

/** One service that all tests of a block share. */
export function sharedService(env: Record<string, string> = {}): () => Service {
  let service: Service | undefined;
  before(async () => {
    service = await new Service(env).ready();
  });
  after(async () => {
    service?.kill("SIGKILL");
    await service?.exit();
  });
  return () => service!;
}
