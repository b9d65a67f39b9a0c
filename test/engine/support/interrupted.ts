// A process of its own for a test: an `up` of two resources that stops on Ctrl-C as the command line does.
import * as random from "@pulumi/random";
import { up } from "../../../engine/operations";
import { silent } from "../../../engine/progress";
import type { FoundTool, StackTarget } from "../../../engine/types";

const [engine, target] = JSON.parse(process.argv[2]!) as [FoundTool, Omit<StackTarget, "program">];
const abort = new AbortController();
process.on("SIGINT", () => {
  abort.abort();
  process.stdout.write("stopping\n");
});
const program = (): Promise<void> => {
  const slow = new random.RandomId("slow", { byteLength: 4 });
  new random.RandomId("later", { byteLength: 4 }, { dependsOn: slow });
  return Promise.resolve();
};
up({ ...target, program }, silent, { engine, signal: abort.signal }).then(
  () => process.exit(1),
  (error: unknown) => {
    process.stdout.write(`${(error as Error).name}\n`, () => process.exit(0));
  },
);
