import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeClient } from "../kube/client";
import { kubeClient, KubeError, KubeUnreachable } from "../kube/client";
import type { Tokens } from "./access";
import { kubeconfigText } from "./access";
import { apiServerArguments, etcdArguments } from "./commands";
import type { ClusterFiles } from "./files";
import { freePort } from "./ports";
import type { Processes } from "./processes";
import type { ClusterOptions } from "./types";

/** Milliseconds between two looks at a server that is starting. */
const interval = 50;
/** Milliseconds that etcd and the API server may take on a slow machine. */
const patience = 90_000;
/** How often another process may take a port between its choice and its use. */
const portTries = 5;

export interface ApiServer {
  readonly server: string;
  readonly ca: string;
  readonly kubeconfig: string;
  readonly client: KubeClient;
  readonly version: string;
  /** Resolves when etcd or the API server ends. */
  readonly ended: Promise<Error>;
}

export interface ControlPlaneOptions {
  readonly files: ClusterFiles;
  readonly processes: Processes;
  readonly tokens: Tokens;
  readonly tools: ClusterOptions["tools"];
  /** Port that the user chose. */
  readonly port: number | undefined;
  readonly signal: AbortSignal;
}

/** Starts etcd and the API server and waits until it is ready. @throws SlipwayError when one of them ends. */
export async function startApiServer(options: ControlPlaneOptions): Promise<ApiServer> {
  const { files, processes, tools } = options;
  const etcd = processes.start("etcd", tools.etcd.path, etcdArguments(files));
  for (let tries = 1; ; tries += 1) {
    const port = options.port ?? (await freePort());
    const ended = processes.start(
      "kube-apiserver",
      tools["kube-apiserver"].path,
      apiServerArguments(files, port),
    );
    const result = await ready(options, port, Promise.race([etcd, ended]));
    if (!(result instanceof Error)) return result;
    const taken = /address already in use/.test(processes.lastLine("kube-apiserver"));
    if (!taken || options.port !== undefined || tries === portTries) throw result;
    await processes.drop("kube-apiserver");
  }
}

/** Resolves to an Error when a process ends first. */
async function ready(
  { files, tokens, signal }: ControlPlaneOptions,
  port: number,
  ended: Promise<Error>,
): Promise<ApiServer | Error> {
  const server = `https://127.0.0.1:${port}`;
  let problem: Error | undefined;
  void ended.then((error) => (problem = error));
  let client: KubeClient | undefined;
  const deadline = performance.now() + patience;
  for (;;) {
    signal.throwIfAborted();
    if (problem !== undefined) return problem;
    const ca = await readFile(files.authority, "utf8").catch(() => "");
    // The file holds two certificates; it is not whole before the second one ends.
    if ((ca.match(/END CERTIFICATE/g) ?? []).length >= 2) {
      const kubeconfig = kubeconfigText("admin", server, ca, tokens.admin);
      client ??= kubeClient({ kubeconfig });
      const version = await versionWhenReady(client, signal);
      if (version !== undefined) {
        await writeFile(files.kubeconfig, kubeconfig, { mode: 0o600 });
        return { server, ca, kubeconfig, client, version, ended };
      }
    }
    if (performance.now() > deadline)
      return new Error(`the API server is not ready after ${patience / 1000} s`);
    await sleep(interval, undefined, { signal });
  }
}

async function versionWhenReady(client: KubeClient, signal: AbortSignal): Promise<string | undefined> {
  try {
    await client.request({ method: "GET", path: "/readyz", timeout: 2_000, signal });
    const { body } = await client.request({ method: "GET", path: "/version", timeout: 2_000, signal });
    return (body as { gitVersion: string }).gitVersion;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof KubeError || error instanceof KubeUnreachable) return undefined;
    throw error;
  }
}
