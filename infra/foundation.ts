import type * as pulumi from "@pulumi/pulumi";
import type { LoadBalancerArgs } from "../components/edge/load-balancer";
import type { ClusterContract, RegistryContract, StoreSite } from "../components/common/contracts";
import type { BucketSite } from "./buckets";
import type { TelemetrySite } from "./telemetry";

/** What every stack stands on, whether on AWS or on a cluster that exists already. */
export interface Foundation {
  readonly cluster: ClusterContract;
  readonly registry: RegistryContract;
  /** The load balancer that the edge gets; undefined without a cloud. */
  readonly front: LoadBalancerArgs | undefined;
  /** Where the cloud runs stores; undefined in a stage that has them in the cluster. */
  readonly storeSite: StoreSite | undefined;
  /** Where the cloud keeps buckets of systems; undefined without one. */
  readonly bucketSite: BucketSite | undefined;
  /** Where the cloud keeps logs and traces; undefined without one. */
  readonly telemetrySite: TelemetrySite | undefined;
  /** Providers of what the stack makes in a cloud. */
  readonly providers: readonly pulumi.ProviderResource[];
  /** Stack outputs of this layer; their names are a public contract. */
  readonly outputs: Readonly<Record<string, pulumi.Input<unknown>>>;
}

// Images that the platform owns. The engine runs the docker provider in this folder, so their paths start here.

/** Runs in place of an app that has no image yet. */
export const referenceImage = { name: "slipway/reference", context: "../images/reference" } as const;
/** What the apps' front ends are built from; no pod runs it as it is. */
export const frontendImage = { name: "slipway/frontend", context: "../images/frontend" } as const;
