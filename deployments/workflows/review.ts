import type { DeliveryTable, StackRow } from "../types";
import { actions, pinned } from "./actions";
import { checkout, HOSTED, minutesOf, onStack, packages, PREVIEW_SECONDS } from "./parts";
import type { Job, Workflow } from "./types";

/** Pull requests from elsewhere get no credentials and no runner of ours; those of Dependabot are treated as such. */
const OURS = [
  "github.event.pull_request.head.repo.full_name == github.repository",
  "github.event.pull_request.user.login != 'dependabot[bot]'",
].join(" && ");

/** `REPORT_STAGING`: names of variables by which the comment's script gets what was found in a stack. */
const variable = (prefix: string, stack: string): string =>
  `${prefix}_${stack.toUpperCase().replaceAll("-", "_")}`;

/** What runs on a pull request: check, test, preview of each stack with the policy pack, and one comment. */
export function review(table: DeliveryTable): Workflow {
  const stacks = Object.keys(table.stacks);
  const previews = Object.entries(table.stacks).map(
    ([stack, row]) => [`preview-${stack}`, preview(table, stack, row)] as const,
  );
  return {
    name: "Review",
    on: { pull_request: { branches: [table.branch] } },
    permissions: {},
    concurrency: {
      group: "review-${{ github.event.pull_request.number }}",
      "cancel-in-progress": true,
    },
    jobs: {
      check: withoutCredentials(table, "Check", "npm run check", 20),
      test: withoutCredentials(table, "Test", "npm test", 120),
      ...Object.fromEntries(previews),
      comment: comment(stacks),
    },
  };
}

function withoutCredentials(table: DeliveryTable, name: string, run: string, minutes: number): Job {
  return {
    name,
    "runs-on": HOSTED,
    "timeout-minutes": minutes,
    permissions: { contents: "read" },
    steps: [checkout, ...packages(table), { name, run }],
  };
}

function preview(table: DeliveryTable, stack: string, row: StackRow): Job {
  const { steps, ...site } = onStack(table, stack, row, "preview");
  return {
    name: `Preview ${stack}`,
    if: OURS,
    ...site,
    "timeout-minutes": minutesOf(PREVIEW_SECONDS),
    // `actions` is what the upload asks for in a private repository.
    permissions: { actions: "read", contents: "read", "id-token": "write", "security-events": "write" },
    outputs: { report: "${{ steps.preview.outputs.report }}" },
    steps: [
      ...steps,
      {
        name: "Preview with the policy pack",
        id: "preview",
        run: `node deployments/scripts/preview.mjs ${stack}`,
      },
      {
        name: "Upload the findings",
        if: "!cancelled() && steps.preview.outputs.sarif != ''",
        uses: pinned(actions.sarif),
        with: { sarif_file: "${{ steps.preview.outputs.sarif }}", category: `slipway-policy-${stack}` },
      },
    ],
  };
}

function comment(stacks: readonly string[]): Job {
  const of = (stack: string, what: string): string => `\${{ needs.preview-${stack}.${what} }}`;
  return {
    name: "Comment",
    needs: stacks.map((stack) => `preview-${stack}`),
    if: `!cancelled() && ${OURS}`,
    "runs-on": HOSTED,
    "timeout-minutes": 5,
    permissions: { contents: "read", "pull-requests": "write" },
    steps: [
      checkout,
      {
        name: "Comment on the pull request",
        env: {
          GITHUB_TOKEN: "${{ github.token }}",
          PULL_REQUEST: "${{ github.event.pull_request.number }}",
          ...Object.fromEntries(
            stacks.flatMap((stack) => [
              [variable("REPORT", stack), of(stack, "outputs.report")],
              [variable("RESULT", stack), of(stack, "result")],
            ]),
          ),
        },
        run: `node deployments/scripts/comment.mjs ${stacks.join(" ")}`,
      },
    ],
  };
}
