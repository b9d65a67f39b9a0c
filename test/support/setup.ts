// The SDK builds a source-mapped stack trace for each call of the engine; without this guard a test of a large
// component spends most of its time there. Errors with a message keep their own stack.
import "../../components/common/stack-traces";
import { installAhead } from "./ahead";
import type { Ahead } from "./ahead";
import type { InstallHook } from "./tools";

let ahead: Ahead | undefined;

/** Root hooks of every run (https://mochajs.org/next/features/root-hook-plugins/). */
export const mochaHooks = {
  async beforeAll(this: Mocha.Context): Promise<void> {
    const root = this.test?.parent;
    if (root !== undefined) ahead = await installAhead(neededTools(root));
  },
  async afterAll(): Promise<void> {
    await ahead?.stop();
  },
};

/** The tools that suites install before their tests, in the order in which they come to it. */
export function neededTools(suite: Mocha.Suite): Set<string> {
  // Mocha has no public way to its hooks.
  const hooks = suite as unknown as { getHooks(type: "beforeAll"): { fn: Partial<InstallHook> }[] };
  const own = hooks.getHooks("beforeAll").flatMap(({ fn }) => fn.tools ?? []);
  return new Set([...own, ...suite.suites.flatMap((inner) => [...neededTools(inner)])]);
}
