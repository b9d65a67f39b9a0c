/** Limits of what is read, so that a hostile or broken file costs seconds at most. No real manifest comes near them. */
export const bounds = {
  /** Bytes of one file. */
  bytes: 10 * 1024 * 1024,
  /** Lists and blocks in one another; the YAML parser calls itself for each. */
  depth: 200,
  /** Uses of anchors in one file; each costs a search of all anchors. */
  aliases: 10_000,
  /** Values of one document, with what aliases stand for counted each time. */
  values: 2_000_000,
} as const;

/** Why a value is too much to be judged; undefined for any that is not. Cycles are endlessly deep. */
export function excessOf(value: unknown): string | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  let values = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { depth } = next;
    values++;
    if (typeof next.value !== "object" || next.value === null) continue;
    const inner = Object.values(next.value);
    if (depth >= bounds.depth) return tooDeep;
    if (values + open.length + inner.length > bounds.values)
      return `it has more than ${bounds.values} values, with aliases written out`;
    for (const one of inner) open.push({ value: one, depth: depth + 1 });
  }
  return undefined;
}

export const tooDeep = `it is nested deeper than ${bounds.depth} levels`;
