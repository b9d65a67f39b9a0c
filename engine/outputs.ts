import { SlipwayError } from "../components/common/problems";
import { CommandFailure, execute } from "./command";
import { plain } from "./events";
import { knownProblem } from "./known-problems";
import type { FoundTool, StackTarget } from "./types";

/**
 * The outputs of a stack as they stand in its state, without what is secret; empty for one that was destroyed. No
 * program is run.
 *
 * @throws SlipwayError with one sentence when there is no such stack or its state cannot be read.
 */
export async function stackOutputs(
  { stack, workDir, env }: Pick<StackTarget, "stack" | "workDir" | "env">,
  engine: FoundTool,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { stdout } = await execute(engine.path, ["stack", "output", "--json", "--stack", stack], {
      cwd: workDir,
      env,
      ...(signal === undefined ? {} : { signal }),
    });
    return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const said = error instanceof CommandFailure ? plain(error.output.stderr) : String(error);
    const [first = ""] = said
      .replaceAll(/^error: /gm, "")
      .trim()
      .split("\n");
    throw new SlipwayError(
      knownProblem(said, stack) ?? {
        where: `outputs of stack ${stack}`,
        what: first.replace(/\.$/, "") || "the engine said nothing",
      },
    );
  }
}
