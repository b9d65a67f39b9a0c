import { Option } from "commander";
import type { Command } from "commander";
import { conclude, keepStandardOutput, UsageError } from "./outcome";
import type { Format } from "./policy/review";
import { repository } from "./stacks";

interface FormatFlags {
  readonly format: Format;
  readonly json?: true;
}

interface ReviewFlags extends FormatFlags {
  readonly stack?: string;
  readonly cwd: string;
  readonly area: readonly string[];
  readonly rule: readonly string[];
  readonly changes?: boolean;
  readonly sarif?: string;
}

interface ScanFlags extends FormatFlags {
  readonly area: readonly string[];
  readonly config?: string;
}

/** Adds `policy`, with `explain` and `scan` below it. */
export function addPolicy(program: Command): void {
  const policy = program
    .command("policy")
    .description("preview a stack and show all that the policy pack finds; changes nothing")
    // As at the top: options after `scan` and `explain` are theirs.
    .enablePositionalOptions()
    .option("-s, --stack <name>", "the stack, e.g. staging")
    .option("-C, --cwd <folder>", "folder of Pulumi.yaml and the stack files", repository)
    .addOption(formatOption())
    .option("--json", "the same as --format json")
    .addOption(areaOption())
    .addOption(severalOption("--rule <name>", "only findings of this rule; may be given more than once"))
    .option("--changes", "show the changes of the preview too (default: in markdown only)")
    .option("--no-changes", "leave them out of the markdown")
    .option("--sarif <file>", "write the findings as SARIF into this file too")
    .helpCommand(false)
    .addHelpText(
      "after",
      "\nExit codes: 0 no mandatory finding, 1 mandatory findings or a failure, 2 wrong usage.",
    )
    .action(({ area, rule, ...options }: ReviewFlags) => {
      keepStandardOutput();
      return conclude(isJson(options), async (invocation) => {
        const format = formatOf(options);
        const { reviewStack } = await import("./policy/review.js");
        return reviewStack({ ...options, format, selection: { areas: area, rules: rule } }, invocation);
      });
    });
  addExplain(policy);
  addScan(policy);
}

function addExplain(policy: Command): void {
  policy
    .command("explain")
    .description("say what a rule asks for, why, and what to do; without a rule, list all")
    .argument("[rule]", "name of the rule")
    .option("--json", "print one JSON object")
    .action((rule: string | undefined, { json }: { readonly json?: true }) =>
      conclude(json === true, async () => {
        const { explainRules } = await import("./policy/explain.js");
        return explainRules(rule);
      }),
    );
}

function addScan(policy: Command): void {
  policy
    .command("scan")
    .description("judge Kubernetes manifests with the pack; needs no stack, engine or network")
    .argument("<files...>", "YAML or JSON files, folders of such, or - for standard input")
    .addOption(areaOption())
    .option("--config <file>", "levels, parameters and exemptions, as in policies/config (default: none)")
    .addOption(formatOption())
    .option("--json", "the same as --format json")
    .addHelpText("after", "\nExit codes: 0 no finding, 1 findings, 2 wrong usage or unreadable input.")
    .action((files: readonly string[], { area, config, ...options }: ScanFlags) =>
      conclude(isJson(options), async (invocation) => {
        const format = formatOf(options);
        const { scanManifests } = await import("./policy/scan.js");
        return scanManifests(
          files,
          { format, areas: area, ...(config !== undefined && { config }) },
          invocation,
        );
      }),
    );
}

function isJson({ format, json }: FormatFlags): boolean {
  return json === true || format === "json";
}

/** @throws UsageError for `--json` beside another format. */
function formatOf({ format, json }: FormatFlags): Format {
  if (json === true && format !== "table" && format !== "json")
    throw new UsageError({
      where: "slipway policy",
      what: `--json and --format ${format} contradict each other`,
      todo: "leave one out",
    });
  return json === true ? "json" : format;
}

function formatOption(): Option {
  return new Option("--format <format>", "how findings are printed")
    .choices(["table", "json", "sarif", "markdown"])
    .default("table");
}

function areaOption(): Option {
  return severalOption(
    "--area <name>",
    "only rules of this area, e.g. pod-security; may be given more than once",
  );
}

function severalOption(flags: string, description: string): Option {
  return new Option(flags, description)
    .argParser((value: string, earlier: readonly string[]) => [...earlier, value])
    .default([], "all");
}
