import type { DeliveryTable, Purpose, StackRow } from "../types";
import { actions, pinned } from "./actions";
import type { Job, Step } from "./types";

/** Image of the runners that GitHub hosts, for what needs no credentials. */
export const HOSTED = "ubuntu-24.04";

/** Seconds that credentials for a preview hold: what every role allows. */
export const PREVIEW_SECONDS = 3600;

/** Minutes that a job may take whose credentials hold so long, so that they outlast it. */
export function minutesOf(seconds: number): number {
  return Math.floor(seconds / 60) - MARGIN;
}

const MARGIN = 5;

/** The checkout, without leaving the token of the job in it. */
export const checkout: Step = {
  name: "Check out",
  uses: pinned(actions.checkout),
  with: { "persist-credentials": false },
};

/** Node.js and the locked packages. Scripts of packages are not run: what they do would have the job's rights. */
export function packages({ node }: DeliveryTable): readonly Step[] {
  return [
    {
      name: "Set up Node.js",
      uses: pinned(actions.node),
      with: { "node-version": node, "package-manager-cache": false },
    },
    { name: "Install packages", run: "npm ci --ignore-scripts --no-audit --no-fund" },
  ];
}

/** What a job on a stack needs: a runner that reaches it, and credentials that end with the job. */
export function onStack(
  table: DeliveryTable,
  stack: string,
  row: StackRow,
  purpose: Purpose,
): Pick<Job, "runs-on" | "environment" | "env"> & { readonly steps: readonly Step[] } {
  const role = row.roles[purpose];
  const seconds = purpose === "up" ? table.sessionSeconds : PREVIEW_SECONDS;
  return {
    "runs-on": ["self-hosted", "linux", row.runners[purpose]],
    environment: row.environments[purpose],
    env: { PULUMI_DEFAULT_ORGANIZATION: table.organization },
    steps: [
      checkout,
      ...packages(table),
      {
        name: "Get AWS credentials",
        uses: pinned(actions.aws),
        with: {
          "aws-region": row.region,
          "role-to-assume": role,
          "role-session-name": `slipway-${stack}-\${{ github.run_id }}`,
          "role-duration-seconds": seconds,
          // The role of another account would be a mistake in the table.
          "allowed-account-ids": role.split(":")[4] ?? "",
        },
      },
      {
        name: "Get a token of Pulumi Cloud",
        uses: pinned(actions.pulumi),
        with: {
          organization: table.organization,
          "requested-token-type": "urn:pulumi:token-type:access_token:team",
          scope: `team:${row.teams[purpose]}`,
          "token-expiration": seconds,
        },
      },
    ],
  };
}
