import * as pulumi from "@pulumi/pulumi";

/** What the edge must know of a CDN in front of some of its hosts. */
export interface CdnTrust {
  /** Hosts that are reached through the CDN alone; their records are the CDN's. */
  readonly hosts: readonly string[];
  /** Blocks that the CDN calls from. */
  readonly ipv4Blocks: pulumi.Input<readonly string[]>;
  readonly ipv6Blocks: pulumi.Input<readonly string[]>;
  /** Block that load balancers of ours call from: the VPC's. */
  readonly networkBlock: string;
}

/** Header in which Cloudflare says who its client is; it takes away what a client says of itself. */
export const CLIENT_HEADER = "CF-Connecting-IP";

/** Blocks whose word about the client is believed. A hop's number would not do: only some hosts have the CDN's. */
export function trustedBlocks({
  ipv4Blocks,
  ipv6Blocks,
  networkBlock,
}: CdnTrust): pulumi.Output<readonly string[]> {
  return pulumi
    .all([ipv4Blocks, ipv6Blocks])
    .apply(([ipv4, ipv6]) => [networkBlock, ...[...ipv4].sort(), ...[...ipv6].sort()]);
}
