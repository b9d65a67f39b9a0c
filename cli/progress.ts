import { Listr, ListrLogger, ProcessOutput } from "listr2";
import { lines } from "../engine/progress";
import type { Progress } from "../engine/progress";
import { duration } from "./table";

/** Progress on standard error: live at a terminal, else one plain line at a time. */
export function cliProgress(json: boolean): Progress {
  const write = (line: string): void => void process.stderr.write(`${line}\n`);
  return process.stderr.isTTY && !json && process.env["CI"] === undefined ? live(write) : lines(write);
}

/**
 * A spinner for the outermost step; what goes on inside it, nested steps too, is its current line. Lines that are to
 * stay wait until it has ended, for the live part of the screen is drawn over and over.
 */
function live(write: (line: string) => void): Progress {
  let show: ((line: string) => void) | undefined;
  let waiting: string[] = [];
  return {
    async step(title, work) {
      const outer = show;
      if (outer !== undefined) return nested(title, work, outer);
      const start = performance.now();
      let result: { readonly value: Awaited<ReturnType<typeof work>> } | undefined;
      const list = new Listr(
        [
          {
            title,
            task: async (_context, task) => {
              show = (line) => {
                task.output = line;
              };
              result = { value: await work(show) };
              task.title = `${title} (${duration((performance.now() - start) / 1000)})`;
            },
          },
        ],
        {
          // Ctrl-C is for the command to handle.
          registerSignalListeners: false,
          forceTTY: true,
          // Standard output is for the result.
          rendererOptions: { logger: new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) }) },
        },
      );
      try {
        await list.run();
      } finally {
        show = undefined;
        waiting.forEach(write);
        waiting = [];
      }
      if (result === undefined) throw new Error(`step "${title}" ended without a result`);
      return result.value;
    },
    note(line) {
      if (show === undefined) write(line);
      else waiting.push(line);
    },
  };
}

async function nested<T>(
  title: string,
  work: (say: (line: string) => void) => Promise<T>,
  show: (line: string) => void,
): Promise<T> {
  show(title);
  return work((line) => show(`${title}: ${line}`));
}
