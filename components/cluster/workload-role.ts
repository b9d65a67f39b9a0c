import * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../common/contracts";
import { identify } from "./access";

/** What a {@link WorkloadRole} is made from. */
export interface WorkloadRoleArgs {
  readonly identity: WorkloadIdentity;
  readonly cluster: {
    readonly name: pulumi.Input<string>;
    /** The same, as the program knows it before there is a cluster. */
    readonly plainName: string;
    readonly arn: pulumi.Input<string>;
  };
  readonly accountId: pulumi.Input<string>;
  readonly region: string;
  readonly partition: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The role of one workload whose rights are about something that is made after the cluster. Pods that start before it
 * stands do not get it.
 */
export class WorkloadRole extends pulumi.ComponentResource {
  /** What the workload's pods wait for. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: WorkloadRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:cluster:WorkloadRole", name, {}, opts);
    const { identity, cluster, accountId, region, partition, tags } = args;
    const site = {
      ...{ name, parent: this, accountId, region, partition, tags },
      cluster: { name: cluster.name },
      clusterName: cluster.plainName,
      clusterArn: cluster.arn,
    };
    this.ready = identify(site, [identity]);
    this.registerOutputs({});
  }
}
