import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Argument, InvalidArgumentError } from "commander";
import type { Command } from "commander";
import { parse } from "yaml";
import { MONITORING_NAMESPACE } from "../components/common/monitoring";
import { SlipwayError } from "../components/common/problems";
import { toolPorts } from "../components/monitoring/grafana/datasources";
import { HTTP_PORT, secretKeys } from "../components/monitoring/grafana/settings";
import { stages } from "../infra/stages";
import { conclude } from "./outcome";
import type { Invocation, Outcome } from "./outcome";
import { portForward } from "./port-forward";
import { chosenStack, repository } from "./stacks";

interface Options {
  readonly stack?: string;
  readonly cwd: string;
  readonly port?: number;
}

/** Ports of the tools' Services; the same ones are opened here. */
const tools: Readonly<Record<string, number>> = { grafana: HTTP_PORT, ...toolPorts };
const MOST = 65_535;

/** Adds `open`. It has no `--json`: what it prints is for whoever waits in front of it. */
export function addOpen(program: Command): void {
  program
    .command("open")
    .description("open a way to a tool of the monitoring stack, and say where it is and how to log in")
    .addArgument(new Argument("<tool>", "which one").choices(Object.keys(tools)))
    .option("-s, --stack <name>", "the stack, e.g. staging")
    .option("-C, --cwd <folder>", "folder of Pulumi.yaml and the stack files", repository)
    .option(
      "-p, --port <number>",
      "port of this machine; 0 takes a free one (default: the tool's own)",
      portIn,
    )
    .action((tool: string, options: Options) =>
      conclude(false, (invocation) => open(tool, options, invocation)),
    );
}

function portIn(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= MOST) return port;
  throw new InvalidArgumentError(`A whole number from 0 to ${MOST}.`);
}

async function open(
  tool: string,
  { stack: named, cwd, port }: Options,
  invocation: Invocation,
): Promise<Outcome> {
  const workDir = path.resolve(cwd);
  const stack = await chosenStack(workDir, named);
  const remote = tools[tool];
  if (remote === undefined) throw new Error(`no port of ${tool}, which commander lets pass only with one`);
  const folder = await mkdtemp(path.join(tmpdir(), "slipway-open-"));
  try {
    const cluster = await clusterOf(stack, workDir, folder, invocation);
    const way = { service: tool, remote, local: port ?? remote, cluster };
    await portForward(way, invocation.signal, (local) => {
      process.stdout.write(`${greeting(tool, stack, local, cluster).join("\n")}\n`);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { ok: true, json: { ok: true }, text: `${tool} of stack ${stack} is closed` };
}

/**
 * What tells kubectl the cluster: on AWS the kubeconfig among the stack's outputs, which holds no credential; elsewhere
 * the user's own, at the context that the stack's config names.
 */
async function clusterOf(
  stack: string,
  workDir: string,
  folder: string,
  { progress, signal }: Invocation,
): Promise<readonly string[]> {
  const file = path.join(workDir, `Pulumi.${stack}.yaml`);
  const { config = {} } = (parse(await readFile(file, "utf8")) ?? {}) as { config?: Record<string, unknown> };
  const { context } = (config["slipway:cluster"] ?? {}) as { readonly context?: string };
  if (stages[String(config["slipway:stage"])]?.cloud === "existing") {
    return context === undefined ? [] : ["--context", context];
  }
  const { ensureTool } = await import("../engine/tools/index.js");
  const { stackOutputs } = await import("../engine/outputs.js");
  const engine = await ensureTool("pulumi", progress, { signal });
  const { kubeconfig } = await stackOutputs({ stack, workDir, env: {} }, engine, signal);
  if (typeof kubeconfig !== "string") {
    throw new SlipwayError({
      where: `outputs of stack ${stack}`,
      what: "there is no kubeconfig: the stack has no cluster",
      todo: `bring it up: slipway up -s ${stack}`,
    });
  }
  const written = path.join(folder, "kubeconfig");
  await writeFile(written, kubeconfig, { mode: 0o600 });
  return ["--kubeconfig", written];
}

function greeting(tool: string, stack: string, port: number, cluster: readonly string[]): string[] {
  return [
    `${tool} of stack ${stack}: http://localhost:${port}`,
    ...(tool === "grafana"
      ? loginTo(cluster)
      : [`login: none; whoever may forward a port to it sees all of it`]),
    ...(tool === "loki"
      ? ["it has no pages of its own: ask it with logcli, or see the logs in Grafana"]
      : []),
    "Ctrl-C closes it",
  ];
}

/** The password itself is printed nowhere. */
function loginTo(cluster: readonly string[]): string[] {
  const kubectl = ["kubectl", ...cluster, "--namespace", MONITORING_NAMESPACE].join(" ");
  return [
    "login: admin, and the password that this prints in another terminal, while the way is open:",
    `  ${kubectl} get secret --selector app.kubernetes.io/name=grafana --output jsonpath='{.items[0].data.${secretKeys.adminPassword}}' | base64 --decode`,
  ];
}
