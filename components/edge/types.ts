import type { Addons, ClusterContract } from "../common/contracts";
import type { CdnTrust } from "./cdn-trust";
import type { IssuerArgs } from "./certificates";
import type { EdgeHost } from "./hosts";
import type { LoadBalancerArgs } from "./load-balancer";

/** What an {@link Edge} is made from. */
export interface EdgeArgs {
  readonly cluster: ClusterContract;
  /** One for each system that is public; at most 63, and 25 behind an application load balancer. */
  readonly hosts: readonly EdgeHost[];
  readonly issuer: IssuerArgs;
  readonly addons: Addons;
  /** The stage, for labels. */
  readonly stage: string;
  /**
   * The load balancer that the program makes; its AWS provider comes with the component's own. Absent: the cluster is
   * not on AWS, and its own way of giving a Service an address is used.
   */
  readonly front?: LoadBalancerArgs;
  /** The CDN that some of the hosts are reached through. @default none */
  readonly cdn?: CdnTrust;
  /** Pods of the proxies, and of each controller that is installed. @default 2 */
  readonly replicas?: number;
}
