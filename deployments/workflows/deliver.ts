import type { DeliveryTable, StackRow } from "../types";
import { minutesOf, onStack } from "./parts";
import type { Job, Workflow } from "./types";

/**
 * What runs after a merge: `up` of one stack after the other. Where the trigger of a stack is approval, its GitHub
 * environment has reviewers, and the job waits for them.
 */
export function deliver(table: DeliveryTable): Workflow {
  const { branch, driver, stacks } = table;
  const jobs = Object.entries(stacks).map(([stack, row]) => [`up-${stack}`, up(table, stack, row)] as const);
  return {
    name: "Deliver",
    on: {
      ...(driver === "workflows" && { push: { branches: [branch], paths: pushPaths(table) } }),
      workflow_dispatch: {},
    },
    permissions: {},
    // One delivery after the other: what waits for approval is what the stack before it runs, and stays so.
    concurrency: { group: "deliver", "cancel-in-progress": false },
    jobs: Object.fromEntries(jobs),
  };
}

/** Globs of what each stack is made from, and the file of each. */
function pushPaths({ paths, stacks }: DeliveryTable): readonly string[] {
  return [...paths, ...Object.keys(stacks).map(stackFile)];
}

/** The file that holds the config of a stack. */
export function stackFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

function up(table: DeliveryTable, stack: string, row: StackRow): Job {
  const { steps, ...site } = onStack(table, stack, row, "up");
  return {
    name: `Bring ${stack} up`,
    ...(row.after !== undefined && { needs: [`up-${row.after}`] }),
    // Somebody may start the workflow on any branch.
    if: `github.ref == 'refs/heads/${table.branch}'`,
    ...site,
    "timeout-minutes": minutesOf(table.sessionSeconds),
    concurrency: { group: `up-${stack}`, "cancel-in-progress": false },
    permissions: { contents: "read", "id-token": "write" },
    steps: [
      ...steps,
      {
        name: "Bring it up",
        // Previews with the policy pack first, and changes nothing on a violation.
        run: `node bin/slipway.mjs up -s ${stack}`,
      },
    ],
  };
}
