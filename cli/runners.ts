import { table } from "../deployments/table";
import type { Reach } from "../engine/reach";

/** How the API servers of a stack are tried, and who can reach them when this machine cannot. */
export function reachOf(stack: string): Reach {
  const row = Object.hasOwn(table.stacks, stack) ? table.stacks[stack] : undefined;
  return {
    todo:
      row === undefined
        ? "run it on a machine inside the VPC"
        : `run it on a runner inside the VPC: label ${row.runners.up} of GitHub Actions, or pool ${row.agentPoolId} of Pulumi Deployments`,
  };
}
