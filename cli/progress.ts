import { Listr, ListrLogger, ProcessOutput } from "listr2";
import type { ListrDefaultRendererLogLevels } from "listr2";
import { lines } from "../engine/progress";
import type { Progress } from "../engine/progress";
import { duration } from "./table";

const stopping = "stopping in order; Ctrl-C once more stops at once";

/**
 * Progress on standard error: live at a terminal, else one plain line at a time. When `signal` is aborted, it says
 * that the work is being stopped.
 */
export function cliProgress(json: boolean, signal: AbortSignal): Progress {
  const write = (line: string): void => void process.stderr.write(`${line}\n`);
  if (process.stderr.isTTY && !json && process.env["CI"] === undefined) return live(write, signal);
  signal.addEventListener("abort", () => write(stopping), { once: true });
  return lines(write);
}

/** The step that is drawn. */
interface Shown {
  readonly say: (line: string) => void;
  readonly retitle: (title: string) => void;
}

/**
 * A spinner for the outermost step; what goes on inside it, nested steps too, is its current line. Lines that are to
 * stay wait until it has ended, for the live part of the screen is drawn over and over.
 */
function live(write: (line: string) => void, signal: AbortSignal): Progress {
  let shown: Shown | undefined;
  let waiting: string[] = [];
  signal.addEventListener("abort", () => (shown === undefined ? write(stopping) : shown.retitle(stopping)), {
    once: true,
  });

  async function outermost<T>(title: string, work: (say: (line: string) => void) => Promise<T>): Promise<T> {
    const start = performance.now();
    let result: { readonly value: T } | undefined;
    const list = new Listr(
      [
        {
          title,
          task: async (_context, task) => {
            const draw: Shown = {
              say: (line) => {
                task.output = line;
              },
              retitle: (what) => {
                task.title = `${title}: ${what}`;
              },
            };
            shown = draw;
            result = { value: await work(draw.say) };
            task.title = `${title} (${duration((performance.now() - start) / 1000)})`;
          },
        },
      ],
      {
        // Ctrl-C is for the command to handle.
        registerSignalListeners: false,
        forceTTY: true,
        rendererOptions: {
          // The command ends with the message itself.
          collapseErrors: false,
          showErrorMessage: false,
          // Standard output is for the result.
          logger: new ListrLogger<ListrDefaultRendererLogLevels>({
            processOutput: new ProcessOutput(process.stderr, process.stderr),
          }),
        },
      },
    );
    try {
      await list.run();
    } finally {
      shown = undefined;
      waiting.forEach(write);
      waiting = [];
    }
    if (result === undefined) throw new Error(`step "${title}" ended without a result`);
    return result.value;
  }

  return {
    step(title, work) {
      const outer = shown;
      if (outer === undefined) return outermost(title, work);
      outer.say(title);
      return work((line) => outer.say(`${title}: ${line}`));
    },
    note(line) {
      if (shown === undefined) write(line);
      else waiting.push(line);
    },
  };
}
