import * as pulumi from "@pulumi/pulumi";
import * as pulumiservice from "@pulumi/pulumiservice";
import { reviewSettings } from "./settings";
import type { DeliveryTable } from "./types";

export interface ReviewStacksArgs {
  readonly table: DeliveryTable;
}

/**
 * The template that Pulumi Deployments makes a stack from for each pull request, destroyed when that is closed, or by
 * its time to live. The template itself stays empty.
 */
export class ReviewStacks extends pulumi.ComponentResource {
  /** Name of the template. */
  readonly template: pulumi.Output<string>;

  constructor(name: string, { table }: ReviewStacksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:deployments:ReviewStacks", name, {}, opts);
    const template = new pulumiservice.Stack(
      `${name}-template`,
      {
        organizationName: table.organization,
        projectName: table.project,
        stackName: table.review.template,
      },
      { parent: this },
    );
    new pulumiservice.DeploymentSettings(`${name}-settings`, reviewSettings(table), {
      parent: this,
      dependsOn: [template],
    });
    this.template = template.stackName;
    this.registerOutputs({ template: this.template });
  }
}
