/** Tries until it succeeds, for half a minute at most. */
export async function eventually(what: string, check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`half a minute passed without ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
