import * as ipaddr from "ipaddr.js";
import { SlipwayError } from "../common/problems";

// Both are blocks that EKS itself picks from when none is given.
const SERVICE_CIDRS = ["172.20.0.0/16", "10.100.0.0/16"] as const;

/**
 * Block of the cluster's service addresses: the first that does not overlap the VPC.
 * It is fixed, not left to EKS, because the address of DNS follows from it and network policies open that address.
 */
export function serviceCidr(vpcCidr: string): string {
  const free = SERVICE_CIDRS.find((candidate) => !overlap(candidate, vpcCidr));
  if (free === undefined) {
    throw new SlipwayError({
      what: `the VPC's block ${vpcCidr} leaves no room for service addresses`,
      where: "network.cidr",
      allowed: `a block that does not hold all of ${SERVICE_CIDRS.join(" and ")}`,
    });
  }
  return free;
}

/** Address of the cluster's DNS service: the tenth of the service block, by EKS's rule. */
export function dnsAddress(services: string): string {
  const [address] = ipaddr.IPv4.parseCIDR(services);
  const bytes = address.toByteArray();
  return [...bytes.slice(0, 3), (bytes[3] ?? 0) + 10].join(".");
}

/** Why a block may not reach the API endpoint, as a sentence part; undefined when it may. */
export function publicAccessProblem(cidr: string): string | undefined {
  if (!ipaddr.isValidCIDR(cidr)) return `"${cidr}" is no CIDR block`;
  const [address, prefix] = ipaddr.parseCIDR(cidr);
  if (prefix === 0) return `${cidr} is the whole internet`;
  if (address.kind() === "ipv6") return `${cidr} is IPv6, and the cluster is IPv4 only`;
  const network = ipaddr.IPv4.networkAddressFromCIDR(cidr).toString();
  if (network !== address.toString())
    return `${cidr} has bits set outside its prefix; did you mean ${network}/${prefix}`;
  return undefined;
}

function overlap(a: string, b: string): boolean {
  const [first, firstPrefix] = ipaddr.IPv4.parseCIDR(a);
  const [second, secondPrefix] = ipaddr.IPv4.parseCIDR(b);
  const shorter = Math.min(firstPrefix, secondPrefix);
  return first.match(second, shorter);
}
