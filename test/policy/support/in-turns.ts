/** As `Promise.all` over what `run` does, with so many under way at once. */
export async function inTurns<T, R>(
  all: readonly T[],
  run: (one: T) => Promise<R>,
  most = 16,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < all.length; index = next++) results[index] = await run(all[index]!);
  };
  await Promise.all(Array.from({ length: Math.min(most, all.length) }, work));
  return results;
}
