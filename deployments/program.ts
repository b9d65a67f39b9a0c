import * as pulumiservice from "@pulumi/pulumiservice";
import type * as pulumi from "@pulumi/pulumi";
import { PACK_NAME, packConfig, packSource } from "./pack";
import { ReviewStacks } from "./review-stacks";
import { StackDelivery } from "./stack-delivery";
import type { DeliveryTable, Purpose } from "./types";
import { validate } from "./validate";

/** GitHub's issuer of tokens: https://docs.github.com/actions/reference/security/oidc. */
const GITHUB = "https://token.actions.githubusercontent.com";

/**
 * Makes in Pulumi Cloud what a table says. `root` is the folder of the repository.
 *
 * @throws SlipwayError for a table that is not allowed, before any resource exists.
 */
export function deliveries(
  table: DeliveryTable,
  root: string,
): Readonly<Record<string, pulumi.Input<unknown>>> {
  validate(table);
  const { organization } = table;
  const { folder, versionTag } = packSource(`${root}/policies`);
  const configs = Object.entries(table.stacks).map(
    ([stack, row]) => [stack, row, packConfig(root, row.packConfig)] as const,
  );
  const pack = new pulumiservice.PolicyPack("pack", {
    ...{ organization, name: PACK_NAME, displayName: "Slipway", versionTag },
    sourcePath: folder,
  });
  const groups = configs.map(([stack, row, config]) => {
    const { policyGroup } = new StackDelivery(stack, { table, stack, row, pack, packConfig: config });
    return [stack, policyGroup] as const;
  });
  new pulumiservice.OidcIssuer("github", {
    ...{ organization, name: "github-actions", url: GITHUB, maxExpirationSeconds: table.sessionSeconds },
    policies: trusted(table),
  });
  const { template } = new ReviewStacks("review", { table });
  return { pack: pack.versionTag, policyGroups: Object.fromEntries(groups), reviewTemplate: template };
}

/** A job gets a token only in its GitHub environment, and only that of the team of its stack and purpose. */
function trusted({ repository, organization, stacks }: DeliveryTable) {
  return Object.values(stacks).flatMap(({ environments, teams }) =>
    (["preview", "up"] as const satisfies readonly Purpose[]).map((purpose) => ({
      decision: pulumiservice.AuthPolicyDecision.Allow,
      tokenType: pulumiservice.AuthPolicyTokenType.Team,
      teamName: teams[purpose],
      rules: {
        aud: `urn:pulumi:org:${organization}`,
        sub: `repo:${repository}:environment:${environments[purpose]}`,
      },
    })),
  );
}
