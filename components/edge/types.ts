import type * as pulumi from "@pulumi/pulumi";
import type { Addons, ClusterContract } from "../common/contracts";
import type { IssuerArgs } from "./certificates";
import type { Scheme } from "./proxy";

/** A public host and the system that serves it. */
export interface EdgeHost {
  /** Name of the system: namespaces with this value of `slipway.dev/system` may attach routes to the host. */
  readonly system: string;
  /** E.g. `daira.example.com`; no wildcard. */
  readonly host: string;
}

/** What an {@link Edge} is made from. */
export interface EdgeArgs {
  readonly cluster: ClusterContract;
  /** One for each system that is public; at most 63. */
  readonly hosts: readonly EdgeHost[];
  readonly issuer: IssuerArgs;
  readonly addons: Addons;
  /** The stage, for labels. */
  readonly stage: string;
  /**
   * Security group of the role `edge`, for the network load balancer. Absent: the cluster is not on AWS, and its
   * own way of giving a Service an address is used.
   */
  readonly securityGroupId?: pulumi.Input<string>;
  /** Whether the load balancer is reached from the internet; counts only with a security group. @default "internet-facing" */
  readonly scheme?: Scheme;
  /** Proxies that run at once. @default 2 */
  readonly replicas?: number;
}
