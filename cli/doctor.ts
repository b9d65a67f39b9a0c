import type { Command } from "commander";
import { conclude } from "./outcome";

/** Adds `doctor`. */
export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("say what is here, what is missing, and how to get it; installs nothing")
    .option("--json", "print one JSON object on standard output")
    .action(({ json }: { readonly json?: true }) =>
      conclude(json === true, async ({ signal }) => {
        const { doctor, formatDoctor } = await import("../engine/tools/index.js");
        const report = await doctor({ signal });
        return { ok: report.ok, json: report, text: formatDoctor(report) };
      }),
    );
}
