import type * as pulumi from "@pulumi/pulumi";
import type { LoadBalancerArgs } from "../components/edge/load-balancer";
import type { ClusterContract, RegistryContract } from "../components/common/contracts";

/** What every stack stands on, whether on AWS or on a cluster that exists already. */
export interface Foundation {
  readonly cluster: ClusterContract;
  readonly registry: RegistryContract;
  /** The load balancer that the edge gets; undefined without a cloud. */
  readonly front: LoadBalancerArgs | undefined;
  /** Providers of what the stack makes in a cloud. */
  readonly providers: readonly pulumi.ProviderResource[];
  /** Stack outputs of this layer; their names are a public contract. */
  readonly outputs: Readonly<Record<string, pulumi.Input<unknown>>>;
}

/** An image that the platform owns. The engine runs the docker provider in this folder, so its path starts here. */
export const referenceImage = { name: "slipway/reference", context: "../images/reference" } as const;
