/** One step of work that a user may have to wait for. */
export interface Progress {
  /**
   * Runs `work` as a step with a title, shows that it is going on and, at its end, how long it took. What `work`
   * gives to `say` is shown as the step's current line.
   */
  step<T>(title: string, work: (say: (line: string) => void) => Promise<T>): Promise<T>;
  /** A line that stays. */
  note(line: string): void;
}

/** Shows nothing. */
export const silent: Progress = {
  step: (_title, work) => work(() => undefined),
  note: () => undefined,
};

/** Plain lines on standard error, one at the start of a step and one at its end: for logs, pipes and `--json`. */
export function lines(write: (line: string) => void): Progress {
  return {
    async step(title, work) {
      write(`… ${title}`);
      const start = performance.now();
      try {
        const result = await work((line) => write(`  ${line}`));
        write(`✓ ${title} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
        return result;
      } catch (error) {
        write(`✗ ${title} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
        throw error;
      }
    },
    note: write,
  };
}
