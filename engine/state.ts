import { openStack } from "./stack";
import type { FoundTool, StackTarget } from "./types";

/** One resource of a stack's state. Inputs and outputs are left out: an export holds secrets in plain text. */
export interface StateEntry {
  readonly urn: string;
  readonly type: string;
  /** What its provider calls it; undefined for a component. */
  readonly id: string | undefined;
  readonly protect: boolean;
}

/** The resources of a stack, providers and components included; none for a stack that was destroyed. */
export async function stateOf(target: StackTarget, engine: FoundTool): Promise<readonly StateEntry[]> {
  const { stack } = await openStack(target, engine);
  const exported = (await stack.exportStack()) as { deployment: unknown };
  const { resources = [] } = exported.deployment as {
    resources?: (Partial<StateEntry> & Pick<StateEntry, "urn" | "type">)[];
  };
  return resources.map(({ urn, type, id, protect }) => ({ urn, type, id, protect: protect === true }));
}
