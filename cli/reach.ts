import path from "node:path";
import type { Command } from "commander";
import { projectIn } from "./operations";
import { conclude } from "./outcome";
import type { Invocation, Outcome } from "./outcome";
import { reachOf } from "./runners";
import { chosenStack, repository } from "./stacks";

interface Options {
  readonly stack?: string;
  readonly cwd: string;
  readonly json?: true;
}

/** Adds `reach`: for pipelines whose `up` is not that of `slipway`, which asks by itself. */
export function addReach(program: Command): void {
  program
    .command("reach")
    .description("make sure that the API server of a stack's cluster can be reached from this machine")
    .option("-s, --stack <name>", "the stack, e.g. staging")
    .option("-C, --cwd <folder>", "folder of Pulumi.yaml and the stack files", repository)
    .option("--json", "print one JSON object on standard output, all else on standard error")
    .action((options: Options) =>
      conclude(options.json === true, (invocation) => reach(options, invocation)),
    );
}

async function reach(options: Options, { progress, signal }: Invocation): Promise<Outcome> {
  const workDir = path.resolve(options.cwd);
  const stack = await chosenStack(workDir, options.stack);
  const { ensureTool } = await import("../engine/tools/index.js");
  const engine = await ensureTool("pulumi", progress, { signal });
  const operations = await import("../engine/operations.js");
  const target = {
    stack,
    project: await projectIn(path.join(workDir, "Pulumi.yaml")),
    workDir,
    program: () => Promise.resolve(),
    env: {},
  };
  const apiServers = await operations.reach(target, progress, { engine, signal, reach: reachOf(stack) });
  return {
    ok: true,
    json: { ok: true, stack, apiServers },
    text:
      apiServers.length === 0
        ? `stack ${stack} has made no cluster yet`
        : apiServers
            .map(({ cluster, endpoint }) => `cluster ${cluster}: ${endpoint} can be reached`)
            .join("\n"),
  };
}
