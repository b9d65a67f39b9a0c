import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../common/contracts";
import type { AccessSite } from "./access";
import type { AddonPlan } from "./addons";
import { podIdentityTrust } from "./policies";
import { attachedRole } from "./roles";

/** Rights of an add-on beyond its AWS managed policy, by the add-on's name. */
export type AddonStatements = Readonly<Partial<Record<AddonPlan["name"], readonly PolicyStatement[]>>>;

/** Makes the add-ons of one phase, each with the role that its service account needs. */
export function installAddons(
  site: AccessSite,
  plan: readonly AddonPlan[],
  statements: AddonStatements,
  dependsOn: readonly pulumi.Resource[],
): readonly pulumi.Resource[] {
  return plan.map((addon) => {
    const identity = addonIdentity(site, addon, statements[addon.name] ?? []);
    return new aws.eks.Addon(
      `${site.name}-${addon.name}`,
      {
        clusterName: site.cluster.name,
        addonName: addon.name,
        addonVersion: addon.version,
        // The set is the truth: what somebody changed by hand is put back.
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        tags: site.tags,
        ...(addon.configuration === undefined
          ? {}
          : { configurationValues: JSON.stringify(addon.configuration) }),
        ...(identity === undefined ? {} : { podIdentityAssociations: [identity.association] }),
      },
      { parent: site.parent, dependsOn: [...dependsOn, ...(identity?.attachments ?? [])] },
    );
  });
}

function addonIdentity(
  site: AccessSite,
  { name, identity }: AddonPlan,
  statements: readonly PolicyStatement[],
): { readonly association: AssociationArgs; readonly attachments: readonly pulumi.Resource[] } | undefined {
  if (identity === undefined) return undefined;
  const { serviceAccount, policy } = identity;
  const { role, attachments } = attachedRole(site, name, {
    trust: podIdentityTrust({ ...site, namespace: "kube-system", serviceAccount }),
    managed: [policy],
    statements,
  });
  return { association: { serviceAccount, roleArn: role.arn }, attachments };
}

interface AssociationArgs {
  readonly serviceAccount: string;
  readonly roleArn: pulumi.Input<string>;
}
