import { serviceCidr } from "../components/cluster/cidrs";
import { SlipwayError } from "../components/common/problems";
import { overlap, parseBlock } from "../components/network/blocks";
import type { Block } from "../components/network/blocks";
import { planSubnets } from "../components/network/plan";

/** The address blocks of a stack as its config names them. */
export interface Addresses {
  readonly cidr: string;
  readonly zones: readonly string[];
  /** Blocks that other networks have. */
  readonly apartFrom: readonly string[];
}

/** Blocks that the VPC must stay clear of, as `Network` takes them: where it is named → the block. */
export function neighbours(apartFrom: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(apartFrom.map((block, index) => [`slipway:network.apartFrom.${index}`, block]));
}

/**
 * Refuses address blocks that cannot work together, before any resource exists: the VPC's, those of other networks,
 * and the one that the cluster gives to services. The latter stays as it is whatever other networks there are, for
 * a cluster with another one is another cluster.
 *
 * @throws SlipwayError naming the block, what it meets and what is allowed.
 */
export function checkAddresses({ cidr, zones, apartFrom }: Addresses): void {
  const others = neighbours(apartFrom);
  const blocks = Object.entries(others).map(([where, other]) => ({
    where,
    other,
    block: blockOf(where, other),
  }));
  planSubnets({ cidr, zones, apartFrom: others });
  const services = serviceCidr(cidr);
  const taken = blocks.find(({ block }) => overlap(block, blockOf("service addresses", services)));
  if (taken === undefined) return;
  throw new SlipwayError({
    where: taken.where,
    what: `${taken.other} overlaps ${services}, from which the cluster gives addresses to services, so no pod would reach it`,
    allowed: `blocks outside ${services}`,
    todo: "give that network another block, or leave it out when no pod has to reach it",
  });
}

function blockOf(where: string, text: string): Block {
  const block = parseBlock(text);
  if (block !== undefined) return block;
  throw new SlipwayError({
    where,
    what: `"${text}" is no IPv4 block`,
    allowed: "an IPv4 address and a prefix length, such as 10.8.0.0/16",
  });
}
