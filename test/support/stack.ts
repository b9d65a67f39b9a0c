import { runProgram } from "./program";
import type { Program } from "./program";

/** Keys of the `slipway` namespace, over what the stack's file says. */
export type Changes = Readonly<Record<string, unknown>>;

/** Records the whole program of a stack as its file in the repository has it, against mocks. */
export function recordStack(stack: string, changes: Changes = {}): Promise<Program> {
  const changed = Object.entries(changes).map(([key, value]) => [`slipway:${key}`, value]);
  return runProgram(stack, Object.fromEntries(changed) as Changes);
}
