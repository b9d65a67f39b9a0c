import path from "node:path";
import { Option } from "commander";
import type { Command } from "commander";
import type { ProviderChoice } from "../rehearsal/report";
import { conclude, UsageError } from "./outcome";
import type { Invocation, Outcome } from "./outcome";
import { chosenStack, repository } from "./stacks";

interface Options {
  readonly stack?: string;
  readonly cwd: string;
  readonly json?: true;
  readonly keep?: true;
  readonly stop?: true;
  readonly providers: ProviderChoice;
  readonly context?: string;
  readonly compute?: "auto" | "managed";
  readonly images: "hash" | "build";
}

const defaultStack = "staging";

/** Adds `rehearse`. */
export function addRehearse(program: Command): void {
  program
    .command("rehearse")
    .description(
      "try a stack as a whole with the real engine, policy pack and API server; needs no cloud account",
    )
    .argument("[stack]", `the stack (default: ${defaultStack})`)
    .option("-s, --stack <name>", "the stack, in place of the argument")
    .option("-C, --cwd <folder>", "folder of Pulumi.yaml and the stack files", repository)
    .option("--json", "print the report as one JSON object on standard output, all else on standard error")
    .option("--keep", "leave the control plane and all on it up, and tell its KUBECONFIG")
    .option("--stop", "rehearse nothing; stop the control planes that you kept")
    .addOption(
      new Option("--providers <choice>", "providers for Kubernetes and random; clouds are always stand-ins")
        .choices(["auto", "official", "stand-in"])
        .default("auto"),
    )
    .option("--context <name>", "a context of your KUBECONFIG, in place of the embedded control plane")
    .addOption(
      new Option("--compute <kind>", "who runs the nodes, in place of the stack's own").choices([
        "auto",
        "managed",
      ]),
    )
    .addOption(
      new Option(
        "--images <way>",
        "how an image gets its digest: from its build context, or built by a Docker daemon",
      )
        .choices(["hash", "build"])
        .default("hash"),
    )
    .action((stack: string | undefined, options: Options) =>
      conclude(options.json === true, (invocation) =>
        options.stop === true ? stop() : run(stack, options, invocation),
      ),
    );
}

async function run(
  named: string | undefined,
  options: Options,
  { progress, signal }: Invocation,
): Promise<Outcome> {
  if (named !== undefined && options.stack !== undefined && named !== options.stack) {
    throw new UsageError({
      what: `two stacks are named, ${named} and ${options.stack}`,
      where: "slipway rehearse",
      allowed: "one",
      todo: "leave one out",
    });
  }
  if (options.keep === true && options.context !== undefined) {
    throw new UsageError({
      what: "`--keep` keeps an embedded control plane, and with `--context` there is none",
      where: "slipway rehearse",
      allowed: "one of the two",
      todo: `leave one out; to put a stack on the cluster of ${options.context} and leave it there, use \`slipway up\``,
    });
  }
  const root = path.resolve(options.cwd);
  const stack = await chosenStack(root, named ?? options.stack ?? defaultStack);
  const { keep, providers, context, compute, images } = options;
  const { rehearse } = await import("../rehearsal/rehearse.js");
  const report = await rehearse(
    {
      stack,
      root,
      keep: keep === true,
      providers,
      images,
      ...(context === undefined ? {} : { context }),
      ...(compute === undefined ? {} : { compute }),
    },
    progress,
    signal,
  );
  const { renderReport } = await import("./render-report.js");
  return { ok: report.ok, json: report, text: renderReport(report) };
}

async function stop(): Promise<Outcome> {
  const { stopKept } = await import("../rehearsal/kept.js");
  const stopped = await stopKept();
  const text =
    stopped.length === 0
      ? "no control plane is kept"
      : stopped
          .map(({ folder, processes }) =>
            processes.length === 0
              ? `removed ${folder}; its control plane had ended`
              : `stopped the control plane in ${folder}: ${processes.join(", ")}`,
          )
          .join("\n");
  return { ok: true, json: { ok: true, stopped }, text };
}
