import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { MetricFamily } from "../../components/monitoring/catalogue";
import { families } from "./exposition";

/** Milliseconds that a program may take until it answers, and that one answer may take. */
const startLimit = 90_000;
const answerLimit = 10_000;
/** Milliseconds between asking a program to end and ending it. */
const grace = 10_000;

/** Programs that run on the loopback until the session is over, in a temporary folder. */
export class Session {
  readonly folder = mkdtempSync(path.join(tmpdir(), "slipway-metrics-"));
  readonly #running: ChildProcess[] = [];

  /** Writes a file of the session, and tells its path. */
  write(name: string, content: string): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, content);
    return file;
  }

  /**
   * Starts a program and waits until `ready` answers.
   *
   * @throws Error with the end of what it said when it ends first, or does not answer in time.
   */
  async start(
    file: string,
    args: readonly string[],
    ready: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<ChildProcess> {
    const child = spawn(file, [...args], {
      cwd: this.folder,
      env: { PATH: process.env["PATH"], HOME: this.folder, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#running.push(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (piece) => (said = (said + String(piece)).slice(-2000)));
    child.on("error", (error) => (said += error.message));
    const until = Date.now() + startLimit;
    while (!(await answers(ready))) {
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (ended || Date.now() > until)
        throw new Error(`${path.basename(file)} ${ended ? "ended" : "does not answer"}: ${said}`);
      await pause(100);
    }
    return child;
  }

  /** The metrics that an exporter exposes there. @throws Error when it answers with anything but metrics. */
  async scrape(url: string, init: RequestInit = {}): Promise<Record<string, MetricFamily>> {
    // The text format has one name a line, which the newer ones that an exporter may prefer do not.
    const headers = { accept: "text/plain;version=0.0.4", ...(init.headers as Record<string, string>) };
    const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(answerLimit) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text.slice(0, 200)}`);
    return families(text);
  }

  /** Ends all programs, the youngest first, and removes the folder. */
  async end(): Promise<void> {
    for (const child of this.#running.reverse()) await stop(child);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks until the answer is as wanted. @throws Error when it is not in time. */
export async function eventually(what: string, wanted: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + startLimit;
  while (!(await wanted().catch(() => false))) {
    if (Date.now() > until) throw new Error(`still not so: ${what}`);
    await pause(200);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerLimit) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), grace);
  await gone;
  clearTimeout(late);
}
