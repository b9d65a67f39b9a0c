import { readFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { parse } from "yaml";
import { SlipwayError } from "../components/common/problems";
import type { Progress } from "../engine/progress";
import type { OperationResult, StackTarget } from "../engine/types";
import { conclude, UsageError } from "./outcome";
import type { Invocation, Outcome } from "./outcome";
import { reachOf } from "./runners";
import { chosenStack, repository, stageOf } from "./stacks";

interface StackOptions {
  readonly stack?: string;
  readonly cwd: string;
  readonly json?: true;
  readonly yes?: true;
}

type Name = OperationResult["operation"];

const descriptions: Readonly<Record<Name, string>> = {
  preview: "show what `up` would do, with the verdicts of the policy pack; changes nothing",
  up: "bring a stack to what the program says; first previews, and changes nothing on a policy violation",
  refresh: "take over into the state what really exists",
  destroy: "delete all that a stack made",
};

/** Adds `preview`, `up`, `refresh` and `destroy`. */
export function addOperations(program: Command): void {
  for (const name of Object.keys(descriptions) as Name[]) {
    const command = program
      .command(name)
      .description(descriptions[name])
      .option("-s, --stack <name>", "the stack, e.g. staging")
      .option("-C, --cwd <folder>", "folder of Pulumi.yaml and the stack files", repository)
      .option("--json", "print one JSON object on standard output, all else on standard error");
    if (name === "destroy") command.option("--yes", "do not ask");
    command.action((options: StackOptions) =>
      conclude(options.json === true, (invocation) => operate(name, options, invocation)),
    );
  }
}

async function operate(
  name: Name,
  options: StackOptions,
  { progress, signal }: Invocation,
): Promise<Outcome> {
  const workDir = path.resolve(options.cwd);
  const stack = await chosenStack(workDir, options.stack);
  if (name === "destroy" && options.yes !== true) await confirm(stack, signal);
  // First, for building the engine may take minutes.
  const target = await targetOf(stack, workDir, hasPack.has(name) ? progress : undefined);
  const { ensureTool } = await import("../engine/tools/index.js");
  const engine = await ensureTool("pulumi", progress, { signal });
  const operations = await import("../engine/operations.js");
  const result = await operations[name](target, progress, { engine, signal, reach: reachOf(stack) });
  const { operationJson, renderOperation } = await import("./render-operation.js");
  return { ok: true, json: operationJson(stack, result), text: renderOperation(stack, result) };
}

/** What the policy pack judges. */
const hasPack: ReadonlySet<Name> = new Set(["preview", "up"]);

/**
 * The stack as the user has it: own backend, own login, own secrets provider.
 *
 * @param progress Is told what is worth knowing of the policy pack; undefined leaves the pack out.
 * @throws SlipwayError when there is no project, or the stage's configuration of the pack is wrong.
 */
export async function targetOf(
  stack: string,
  workDir: string,
  progress: Progress | undefined,
): Promise<StackTarget> {
  // Loaded when the engine is to run it, so that refresh and destroy do without.
  const load = () => import("../infra/index.js");
  return {
    stack,
    project: await projectIn(path.join(workDir, "Pulumi.yaml")),
    workDir,
    program: async () => (await load()).default(),
    load,
    env: {},
    ...(progress && { policyPack: await packOf(stack, workDir, progress) }),
  };
}

async function packOf(
  stack: string,
  workDir: string,
  progress: Progress,
): Promise<NonNullable<StackTarget["policyPack"]>> {
  const { packForStage } = await import("../engine/pack-config.js");
  return packForStage(path.join(repository, "policies"), await stageOf(workDir, stack), progress);
}

/** Name of the project in `file`. @throws SlipwayError when there is none. */
export async function projectIn(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  try {
    const { name } = (parse(text) ?? {}) as { readonly name?: unknown };
    if (typeof name === "string") return name;
  } catch {
    // Said below, with the rest of what it can be.
  }
  throw new SlipwayError({
    what: text === "" ? "there is no such file" : "it is not valid YAML with the name of a project",
    where: file,
    todo: "restore it from the repository, or name another folder with `--cwd`",
  });
}

/** @throws UsageError where nobody can be asked; SlipwayError when the answer is no. */
async function confirm(stack: string, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError({
      what: `destroying stack ${stack} was not confirmed, and there is no terminal to ask at`,
      where: "slipway destroy",
      todo: "add `--yes` when you are sure",
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  // The prompt takes Ctrl-C for itself.
  prompt.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    const answer = await prompt.question(`This deletes all of stack ${stack}. Type its name to go on: `, {
      signal,
    });
    if (answer.trim() === stack) return;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    prompt.close();
  }
  throw new SlipwayError({ what: `stack ${stack} was not destroyed`, where: "slipway destroy" });
}
