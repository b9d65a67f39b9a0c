import type { DeploymentSettingsArgs } from "@pulumi/pulumiservice";
import type { DeliveryTable, StackRow } from "./types";

/** Nothing here waits for another resource, so that a table says it all. */
type Settings = Pick<
  DeploymentSettingsArgs,
  "organization" | "project" | "stack" | "agentPoolId" | "executorContext" | "vcs" | "sourceContext"
> &
  Required<Pick<DeploymentSettingsArgs, "operationContext">>;

const install = "npm ci --ignore-scripts --no-audit --no-fund";

/**
 * Deployment settings of a delivered stack.
 *
 * A deployment has one role for all that it does, also for previews of pull requests, which run their code. So these
 * are on only where a merge goes up without a person; for the others `review.yml` previews, by a role that reads.
 */
export function stackSettings(table: DeliveryTable, stack: string, row: StackRow): Settings {
  const byPush = table.driver === "deployments" && row.trigger === "push";
  return {
    ...common(table, stack, row.agentPoolId),
    vcs: {
      provider: "github",
      repository: table.repository,
      paths: [...table.paths, `Pulumi.${stack}.yaml`],
      deployCommits: byPush,
      previewPullRequests: byPush,
      pullRequestTemplate: false,
    },
    operationContext: {
      ...operation(table, row.roles.up, row.packConfig),
      preRunCommands: [
        ...(row.trigger === "approval"
          ? [`deployments/scripts/require-approval.sh ${approvalEnvironment(table, stack)}`]
          : []),
        install,
        `node bin/slipway.mjs reach -s ${stack}`,
      ],
    },
  };
}

/** Settings of the template of review stacks, which itself never goes up. */
export function reviewSettings(table: DeliveryTable): Settings {
  const { review } = table;
  return {
    ...common(table, review.template, review.agentPoolId),
    vcs: {
      provider: "github",
      repository: table.repository,
      paths: [...review.paths],
      deployCommits: false,
      previewPullRequests: false,
      pullRequestTemplate: true,
    },
    operationContext: {
      ...operation(table, review.role, review.packConfig),
      preRunCommands: [`node deployments/scripts/limit-review-stack.mjs ${review.ttlHours}`, install],
    },
  };
}

/** The environment of Pulumi ESC that may be opened while an operation on a stack is approved: `project/name`. */
export function approvalEnvironment({ project }: DeliveryTable, stack: string): string {
  return `${project}/approve-${stack}`;
}

function common(table: DeliveryTable, stack: string, agentPoolId: string) {
  const { organization, project, branch, executorImage } = table;
  return {
    ...{ organization, project, stack, agentPoolId },
    ...(executorImage !== undefined && { executorContext: { executorImage } }),
    sourceContext: { git: { branch: `refs/heads/${branch}` } },
  };
}

function operation({ sessionSeconds }: DeliveryTable, roleARN: string, packConfig: string) {
  return {
    // Of every flag that the engine has: so no operation is without the pack, also where no policy group requires it.
    environmentVariables: {
      PULUMI_OPTION_POLICY_PACK: "policies",
      PULUMI_OPTION_POLICY_PACK_CONFIG: packConfig,
    },
    oidc: {
      aws: {
        roleARN,
        sessionName: "slipway-${stack.name}-${deployment.version}",
        duration: `${Math.floor(sessionSeconds / 3600)}h${Math.floor((sessionSeconds % 3600) / 60)}m0s`,
      },
    },
    options: { skipInstallDependencies: true, skipIntermediateDeployments: true },
  };
}
