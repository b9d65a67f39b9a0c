// First, for they must be in force before the SDK loads.
import "../components/common/lazy-sdk";
import "../components/common/stack-traces";
import { Command, CommanderError } from "commander";
import { version } from "../package.json";
import { addDoctor } from "./doctor";
import { addNew } from "./new";
import { addOpen } from "./open";
import { addOperations } from "./operations";
import { exitCodes, failed, leave, UsageError } from "./outcome";
import { addPolicy } from "./policy";
import { addReach } from "./reach";
import { addRehearse } from "./rehearse";

/** The command line of `slipway`. It throws a CommanderError in place of leaving the process. */
function commandLine(): Command {
  const program = new Command("slipway")
    .description("The production platform that a company's apps are launched from, as one Pulumi program.")
    .version(version)
    .exitOverride()
    // So that options after `policy scan` are its own, though `policy` has some of the same name.
    .enablePositionalOptions()
    // A usage error is printed once, by `main`, as one sentence.
    .configureOutput({ outputError: () => undefined })
    .helpCommand(false)
    .addHelpText("after", "\nExit codes: 0 success, 1 failure, 2 wrong usage, 130 after Ctrl-C.");
  addOperations(program);
  addRehearse(program);
  addOpen(program);
  addPolicy(program);
  addReach(program);
  addNew(program);
  addDoctor(program);
  return program;
}

async function main(words: readonly string[]): Promise<void> {
  const program = commandLine();
  try {
    if (words.length === 0) program.help({ error: true });
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) process.exit(exitCodes.success);
    if (error instanceof CommanderError && error.code === "commander.help") process.exit(exitCodes.usage);
    await leave(words.includes("--json"), failed(usageOf(error)), exitCodes.usage);
  }
}

function usageOf(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  const what = error.message.replace(/^error: /, "").replace(/\.$/, "");
  return new UsageError({ what, todo: "see `slipway --help`" });
}

void main(process.argv.slice(2));
