import * as ipaddr from "ipaddr.js";

/** An IPv4 block as the range of its addresses. */
export interface Block {
  readonly cidr: string;
  readonly first: number;
  readonly size: number;
  readonly prefix: number;
}

/** Parses an IPv4 block; undefined when it is malformed or has bits set behind its prefix. */
export function parseBlock(cidr: string): Block | undefined {
  if (!/^\d+\.\d+\.\d+\.\d+\/\d+$/.test(cidr) || !ipaddr.IPv4.isValidCIDR(cidr)) return undefined;
  const [address, prefix] = ipaddr.IPv4.parseCIDR(cidr);
  const first = address.octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { cidr, first, size, prefix } : undefined;
}

export function contains(outer: Block, inner: Block): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
}

export function overlaps(a: Block, b: Block): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/** For a field that holds a network block: says what is wrong with it. */
export function ipv4Block(low: number, high: number) {
  return (value: string): string | undefined => {
    const block = parseBlock(value);
    if (block === undefined)
      return "must be an IPv4 block whose address is its first one, such as 10.0.0.0/16";
    return block.prefix >= low && block.prefix <= high ? undefined : `must be a block of /${low} to /${high}`;
  };
}

/** For a rule's source: any IPv4 block, `0.0.0.0/0` too. */
export const anyIpv4Block = ipv4Block(0, 32);

/** For a rule's source: any IPv6 block. */
export function anyIpv6Block(value: string): string | undefined {
  return ipaddr.IPv6.isValidCIDR(value) ? undefined : "must be an IPv6 block such as ::/0";
}
