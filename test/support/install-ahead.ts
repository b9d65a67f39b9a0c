// The process that test/support/ahead.ts starts: gets the tools that its arguments name, one after another.
import { setPriority } from "node:os";
import { lines } from "../../engine/progress";
import type { Progress } from "../../engine/progress";
import { ensureTools } from "../../engine/tools";
import type { ToolName } from "../../engine/types";

// The tests have the processor first: some of them have time limits.
setPriority(10);

const shown = lines((line) => process.stderr.write(`[ahead] ${line}\n`));
const brief: Progress = {
  note: (line) => shown.note(line),
  step: (title, work) => shown.step(title, () => work(() => undefined)),
};

ensureTools(process.argv.slice(2) as ToolName[], brief).catch((error: unknown) => {
  shown.note(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
