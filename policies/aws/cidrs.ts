/** Length of a block's prefix; undefined for what is no block of addresses. */
export function prefixOf(cidr: unknown): { readonly family: 4 | 6; readonly length: number } | undefined {
  if (typeof cidr !== "string") return undefined;
  const [, address = "", digits = ""] = /^([\da-fA-F:.]+)\/(\d{1,3})$/.exec(cidr) ?? [];
  const length = Number(digits);
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return length <= 32 ? { family: 4, length } : undefined;
  return address.includes(":") && length <= 128 ? { family: 6, length } : undefined;
}

/**
 * Whether a block holds so much of the internet that naming it restricts nobody: all of it, and the few blocks into
 * which all of it can be split. What is no block counts as open: nobody can say whom it keeps out.
 *
 * @param shortest Shortest prefix of an IPv4 block that still restricts; IPv6, of which any site has a /48, twice as long.
 */
export function isOpen(cidr: unknown, shortest: number): boolean {
  const prefix = prefixOf(cidr);
  return prefix === undefined || prefix.length < (prefix.family === 4 ? shortest : 2 * shortest);
}
