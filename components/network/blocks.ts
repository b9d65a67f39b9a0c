import ipaddr from "ipaddr.js";

/** An IPv4 block as numbers; `base` keeps host bits that the text had. */
export interface Block {
  readonly base: number;
  readonly prefix: number;
}

/** Reads an IPv4 block in its full form (four decimal parts); undefined when it is none. */
export function parseBlock(cidr: string): Block | undefined {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(cidr)) return undefined;
  const [address, prefix] = ipaddr.IPv4.parseCIDR(cidr);
  return { base: address.octets.reduce((sum, octet) => sum * 256 + octet, 0), prefix };
}

/** How many addresses a block holds. */
export function sizeOf({ prefix }: Block): number {
  return 2 ** (32 - prefix);
}

/** The same block with its host bits cleared. */
export function canonical(block: Block): Block {
  return { base: block.base - (block.base % sizeOf(block)), prefix: block.prefix };
}

/** Whether two blocks share an address. */
export function overlap(a: Block, b: Block): boolean {
  const size = Math.max(sizeOf(a), sizeOf(b));
  return Math.floor(a.base / size) === Math.floor(b.base / size);
}

/** The text of a block: `10.0.0.0/16`. */
export function format({ base, prefix }: Block): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256);
  return `${octets.join(".")}/${prefix}`;
}
