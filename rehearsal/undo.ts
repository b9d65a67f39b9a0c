/** Ends one thing that was started. */
export type End = (keep: boolean) => Promise<void>;

/** What was started, to be ended in the opposite order. */
export class Undo {
  readonly #ends: End[] = [];

  add(end: End): void {
    this.#ends.push(end);
  }

  /** Ends everything once, the rest too when one fails. @throws what the first that failed threw. */
  async run(keep: boolean): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.#ends.splice(0).reverse())
      await end(keep).catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}
