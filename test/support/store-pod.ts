import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { userInfo } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { types } from "@pulumi/kubernetes";
import { copyPrograms } from "./debian";
import type { Programs } from "./debian";
import { temporaryFolder } from "./temporary";

const run = promisify(execFile);

type PodSpec = types.input.core.v1.PodSpec;
type Container = types.input.core.v1.Container;

/** What a program said and how it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** PostgreSQL refuses to be root; Debian's `nobody` is who the exporter's image runs as, too. */
const NOBODY = 65_534;

/**
 * The folders of a rendered pod in a temporary folder of this machine, so that its command lines, files and scripts
 * run as they are, but for where things lie and on which port the store answers.
 */
export class LocalPod {
  readonly folder = temporaryFolder("slipway-store-");
  readonly user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  readonly #running = new Set<ChildProcess>();

  private constructor(
    readonly programs: Programs,
    readonly port: number,
    private readonly originalPort: number,
    private readonly folders: readonly string[],
  ) {}

  /** @param folders Absolute paths in the pod that it writes to or reads. */
  static async start(
    programs: Programs,
    originalPort: number,
    folders: readonly string[],
  ): Promise<LocalPod> {
    const made = new LocalPod(programs, await freePort(), originalPort, folders);
    chmodSync(made.folder, 0o755);
    for (const folder of folders) made.#own(made.path(folder));
    const isRoot = made.user.uid !== undefined;
    return isRoot
      ? Object.assign(made, { programs: copyPrograms(programs, path.join(made.folder, "programs")) })
      : made;
  }

  /** Name of the user that everything runs as. */
  get userName(): string {
    return this.user.uid === undefined ? userInfo().username : "nobody";
  }

  path(inPod: string): string {
    return path.join(this.folder, inPod);
  }

  /** A text of the pod as it is here. */
  here(text: string): string {
    const folders = [...this.folders].sort((a, b) => b.length - a.length);
    return text
      .replaceAll(new RegExp(folders.join("|"), "g"), (folder) => this.path(folder))
      .replaceAll(new RegExp(`(?<!\\d)${this.originalPort}(?!\\d)`, "g"), String(this.port));
  }

  write(inPod: string, content: string, mode = 0o440): void {
    const file = this.path(inPod);
    rmSync(file, { force: true });
    writeFileSync(file, content, { mode: 0o600 });
    if (this.user.uid !== undefined) chownSync(file, this.user.uid, this.user.gid);
    chmodSync(file, mode === 0o440 && this.user.uid !== undefined ? 0o400 : mode & 0o600);
  }

  /** Environment of a container, with the values that its Secrets would give. */
  env(container: Container, secrets: Readonly<Record<string, string>> = {}): Record<string, string> {
    const vars = (container.env as types.input.core.v1.EnvVar[] | undefined) ?? [];
    return Object.fromEntries(
      vars.map(({ name, value, valueFrom }) => {
        const key = (valueFrom as { secretKeyRef?: { key: string } } | undefined)?.secretKeyRef?.key ?? "";
        return [String(name), this.here(String(value ?? secrets[key] ?? ""))];
      }),
    );
  }

  /** Runs a program to its end. A failure is told, not thrown. */
  async run(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    try {
      const { stdout, stderr } = await run(this.#found(command), [...args], {
        ...this.user,
        cwd: this.folder,
        env: this.#env(env),
        timeout: 60_000,
      });
      return { code: 0, stdout, stderr };
    } catch (error) {
      const { code, stdout = "", stderr = "", message } = error as Partial<Ended> & Error;
      return { code: typeof code === "number" ? code : 1, stdout, stderr: stderr === "" ? message : stderr };
    }
  }

  /** Starts a program that goes on running; it is ended with the pod. */
  spawn(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): { readonly process: ChildProcess; readonly said: () => string } {
    const child = spawn(this.#found(command), [...args], {
      ...this.user,
      cwd: this.folder,
      env: this.#env(env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout.on("data", (chunk) => (said += String(chunk)));
    child.stderr.on("data", (chunk) => (said += String(chunk)));
    this.#running.add(child);
    child.on("exit", () => this.#running.delete(child));
    return { process: child, said: () => said };
  }

  /** Ends one program in order, as the kubelet does. */
  async stop(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
    await gone;
    clearTimeout(late);
  }

  async remove(): Promise<void> {
    await Promise.all([...this.#running].map((child) => this.stop(child)));
    rmSync(this.folder, { recursive: true, force: true });
  }

  #own(folder: string): void {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    if (this.user.uid !== undefined) chownSync(folder, this.user.uid, this.user.gid);
    chmodSync(folder, 0o700);
  }

  #found(command: string): string {
    return command === "sh" ? "/bin/sh" : this.programs.path(command);
  }

  /** The store's own programs come first, as in its image. */
  #env(env: Readonly<Record<string, string>>): Record<string, string> {
    const own = ["psql", "redis-cli", "redis-server"].map((name) => path.dirname(this.programs.path(name)));
    const folders = [...new Set(own.filter((folder) => folder !== "."))];
    return {
      PATH: [...folders, "/usr/bin", "/bin"].join(":"),
      HOME: this.folder,
      ...this.programs.env,
      ...env,
    };
  }
}

/** The container or sidecar of that name. */
export function containerOf(pod: PodSpec, name: string): Container {
  const all = [
    ...((pod.initContainers as Container[] | undefined) ?? []),
    ...(pod.containers as Container[]),
  ];
  const found = all.find((container) => container.name === name);
  if (found === undefined) throw new Error(`the pod has no container ${name}`);
  return found;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
