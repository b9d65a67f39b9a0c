import type * as pulumi from "@pulumi/pulumi";

/** What every part of the network creates its children with. */
export interface Scope {
  /** Logical name of the network; children are called `${name}-purpose`. */
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly vpcId: pulumi.Output<string>;
  /** The tags of one child, among them its `Name`. */
  readonly tags: (purpose: string) => Record<string, string>;
}
