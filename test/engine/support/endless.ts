// A program of its own for a test: an `up` that never ends by itself, stopped by Ctrl-C as the command line does it.
import { up } from "../../../engine/operations";
import { silent } from "../../../engine/progress";
import type { FoundTool, StackTarget } from "../../../engine/types";
import { Box } from "./scratch";

const [engine, target] = JSON.parse(process.argv[2]!) as [FoundTool, Omit<StackTarget, "program">];
const abort = new AbortController();
process.on("SIGINT", () => abort.abort());
let runs = 0;
const program = (): Promise<void> => {
  runs += 1;
  new Box("one");
  if (runs === 1) return Promise.resolve();
  process.stdout.write("running\n");
  return new Promise(() => undefined);
};
up({ ...target, program }, silent, { engine, signal: abort.signal }).then(
  () => process.exit(1),
  (error: unknown) => {
    process.stdout.write(`${(error as Error).name}\n`, () => process.exit(0));
  },
);
