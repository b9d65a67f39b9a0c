import type { Command } from "commander";
import { conclude } from "./outcome";

/** Adds `new system`. */
export function addNew(program: Command): void {
  program
    .command("new")
    .description("begin something new")
    .helpCommand(false)
    .command("system")
    .description(
      "write the spec of a system with its test, and list it; nothing runs before a stack names it",
    )
    .argument("<name>", "its name, e.g. shop")
    .option("--json", "print one JSON object on standard output")
    .action((name: string, { json }: { readonly json?: true }) =>
      conclude(json === true, async () => {
        const { newSystem } = await import("./new-system.js");
        return newSystem(name);
      }),
    );
}
