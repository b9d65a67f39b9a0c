/**
 * Measures each case once a round, and each case's samples in the order of the rounds. Every other round goes
 * backwards, so that a machine that slows down or speeds up in the middle favours no case.
 */
export async function inRounds<Case extends string, Sample>(
  rounds: number,
  cases: readonly Case[],
  measure: (name: Case, round: number) => Promise<Sample>,
): Promise<Readonly<Record<Case, readonly Sample[]>>> {
  const samples = Object.fromEntries(cases.map((name) => [name, []])) as unknown as Record<Case, Sample[]>;
  for (let round = 1; round <= rounds; round++) {
    for (const name of round % 2 === 1 ? cases : cases.toReversed()) {
      samples[name].push(await measure(name, round));
    }
  }
  return samples;
}
