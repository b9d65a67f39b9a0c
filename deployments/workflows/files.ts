import { Document, isMap, isScalar, visit } from "yaml";
import type { DeliveryTable } from "../types";
import { validate } from "../validate";
import { actions, pinned } from "./actions";
import { deliver } from "./deliver";
import { review } from "./review";
import type { Workflow } from "./types";

const HEAD = " Made from deployments/table.ts by `npm run workflows`; a test holds it to that.";

/**
 * The files that are made from the table, by path from the root of the repository.
 *
 * @throws SlipwayError for a table that is not allowed.
 */
export function workflowFiles(table: DeliveryTable): ReadonlyMap<string, string> {
  validate(table);
  const labels = Object.values(table.stacks).flatMap(({ runners }) => [runners.preview, runners.up]);
  return new Map([
    [".github/workflows/review.yml", text(review(table))],
    [".github/workflows/deliver.yml", text(deliver(table))],
    // Which labels of runners there are, actionlint cannot know.
    [".github/actionlint.yaml", text({ "self-hosted-runner": { labels } })],
  ]);
}

function text(content: Workflow | object): string {
  const document = new Document(content, { aliasDuplicateObjects: false });
  document.commentBefore = HEAD;
  const versions = new Map<string, string>(
    Object.values(actions).map((action) => [pinned(action), action.version]),
  );
  visit(document, {
    Pair(_key, { key, value }) {
      // The version that a commit is, for whoever reads it and for what keeps it current.
      if (isScalar(key) && key.value === "uses" && isScalar(value))
        value.comment = ` ${versions.get(String(value.value)) ?? ""}`;
      if (isScalar(key) && key.value === "jobs" && isMap(value))
        for (const job of value.items) if (isScalar(job.key)) job.key.spaceBefore = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}
