import * as pulumi from "@pulumi/pulumi";
import * as pulumiservice from "@pulumi/pulumiservice";
import { approvalEnvironment, stackSettings } from "./settings";
import type { DeliveryTable, Purpose, StackRow } from "./types";

export interface StackDeliveryArgs {
  readonly table: DeliveryTable;
  /** Name of the stack. */
  readonly stack: string;
  readonly row: StackRow;
  /** The published pack. */
  readonly pack: pulumiservice.PolicyPack;
  /** Its configuration for the stack. */
  readonly packConfig: Readonly<Record<string, unknown>>;
}

/**
 * What Pulumi Cloud is told of one stack, which must be there:
 *
 * 1. how its deployments run: where, as whom, on what changes;
 * 2. a policy group, without whose pack no update of it goes through, wherever it is run;
 * 3. the teams as which workflows read and write it;
 * 4. when drift is looked for;
 * 5. where its trigger is approval, an environment that nobody opens without the approval of another.
 */
export class StackDelivery extends pulumi.ComponentResource {
  /** Name of the policy group. */
  readonly policyGroup: pulumi.Output<string>;

  constructor(name: string, args: StackDeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:deployments:StackDelivery", name, {}, opts);
    const { table, stack, row } = args;
    const { organization, project } = table;
    const child = { parent: this };
    const settings = new pulumiservice.DeploymentSettings(
      `${name}-settings`,
      stackSettings(table, stack, row),
      child,
    );
    new pulumiservice.DriftSchedule(
      `${name}-drift`,
      { organization, project, stack, scheduleCron: row.drift, autoRemediate: false },
      { ...child, dependsOn: [settings] },
    );
    const group = new pulumiservice.PolicyGroup(
      `${name}-policies`,
      {
        organizationName: organization,
        name: `${project}-${stack}`,
        entityType: "stacks",
        mode: "preventative",
        stacks: [{ name: stack, routingProject: project }],
        policyPacks: [
          { name: args.pack.name, versionTag: args.pack.versionTag, config: { ...args.packConfig } },
        ],
      },
      child,
    );
    for (const purpose of ["preview", "up"] as const) this.#team(name, args, purpose);
    if (row.approvers !== undefined) this.#approval(name, args, row.approvers);
    this.policyGroup = group.name;
    this.registerOutputs({ policyGroup: this.policyGroup });
  }

  #team(name: string, { table, stack, row }: StackDeliveryArgs, purpose: Purpose): void {
    const { organization, project } = table;
    const { Read, Edit } = pulumiservice.TeamStackPermissionScope;
    const team = new pulumiservice.Team(
      `${name}-${purpose}-team`,
      {
        organizationName: organization,
        teamType: "pulumi",
        name: row.teams[purpose],
        description: `The jobs of GitHub environment ${row.environments[purpose]}; it has no members`,
      },
      { parent: this },
    );
    new pulumiservice.TeamStackPermission(
      `${name}-${purpose}-permission`,
      { organization, project, stack, team: row.teams[purpose], permission: purpose === "up" ? Edit : Read },
      { parent: this, dependsOn: [team] },
    );
  }

  #approval(name: string, { table, stack }: StackDeliveryArgs, approvers: string): void {
    const { organization } = table;
    const qualifiedName = approvalEnvironment(table, stack);
    const [project = "", environmentName = ""] = qualifiedName.split("/");
    const environment = new pulumiservice.Environment(
      `${name}-approval`,
      {
        ...{ organization, project, name: environmentName },
        // There is nothing in it: that it can be opened is all that is asked.
        yaml: new pulumi.asset.StringAsset("values: {}\n"),
      },
      { parent: this },
    );
    new pulumiservice.api.Gate(
      `${name}-gate`,
      {
        orgName: organization,
        name: `approve-${stack}`,
        enabled: true,
        rule: {
          ruleType: "approval_required",
          numApprovalsRequired: 1,
          allowSelfApproval: false,
          requireReapprovalOnChange: true,
          eligibleApprovers: [{ eligibilityType: "team_member", teamName: approvers }],
        },
        target: { entityType: "environment", actionTypes: ["open"], qualifiedName },
      },
      { parent: this, dependsOn: [environment] },
    );
  }
}
