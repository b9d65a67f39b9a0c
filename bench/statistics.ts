/** Smallest, middle and largest of some samples. */
export interface Spread {
  readonly min: number;
  /** Of an even number of samples: halfway between the middle two. */
  readonly median: number;
  readonly max: number;
}

/** @throws RangeError when there is no sample, or one that is no finite number. */
export function spread(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.floor(sorted.length / 2)];
  if (min === undefined || max === undefined || lower === undefined || upper === undefined) {
    throw new RangeError("no sample");
  }
  if (!samples.every(Number.isFinite)) throw new RangeError(`not all are numbers: ${samples.join(", ")}`);
  return { min, median: (lower + upper) / 2, max };
}

/**
 * The quotients of two measurements round by round. What else the machine does slows both halves of a round alike, so
 * these say more than the quotient of two medians.
 *
 * @throws RangeError when the two differ in number.
 */
export function ratios(upper: readonly number[], lower: readonly number[]): number[] {
  if (upper.length !== lower.length) {
    throw new RangeError(`${upper.length} samples against ${lower.length}`);
  }
  return upper.map((value, round) => value / (lower[round] ?? Number.NaN));
}
