import { parseArgs } from "node:util";
import { UsageError } from "../cli/outcome";

export interface BenchOptions {
  /** The stack that is measured. */
  readonly stack: string;
  /** How often everything is measured. */
  readonly rounds: number;
  /** How often the whole rehearsal is run; 0 leaves it out. */
  readonly rehearsals: number;
  readonly output: "text" | "json" | "markdown";
  /** Take a CPU profile in any case; otherwise only when a goal is missed. */
  readonly profile: boolean;
}

const mostRounds = 100;

/**
 * Options of `npm run bench -- …`: `--stack NAME` (default staging), `--rounds N` (default 5), `--rehearsals N` (default as many), `--quick` (one
 * round), `--json` or `--markdown`, `--profile`.
 *
 * @throws UsageError for anything else.
 */
export function benchOptions(words: readonly string[]): BenchOptions {
  const { values } = parsed(words);
  const quick = values.quick === true;
  if (quick && values.rounds !== undefined) throw contradiction("--quick", "--rounds");
  if (values.json === true && values.markdown === true) throw contradiction("--json", "--markdown");
  const rounds = quick ? 1 : count("--rounds", values.rounds ?? "5", 1);
  return {
    stack: values.stack ?? "staging",
    rounds,
    rehearsals: values.rehearsals === undefined ? rounds : count("--rehearsals", values.rehearsals, 0),
    output: values.json === true ? "json" : values.markdown === true ? "markdown" : "text",
    profile: values.profile === true,
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        stack: { type: "string" },
        rounds: { type: "string" },
        rehearsals: { type: "string" },
        quick: { type: "boolean" },
        json: { type: "boolean" },
        markdown: { type: "boolean" },
        profile: { type: "boolean" },
      },
    });
  } catch (error) {
    const [what = ""] = (error instanceof Error ? error.message : String(error)).split(/\.(?:\s|$)/);
    throw new UsageError({
      what,
      where: "npm run bench",
      allowed: "--stack NAME, --rounds N, --rehearsals N, --quick, --json, --markdown, --profile",
      todo: "correct it",
    });
  }
}

function count(option: string, text: string, least: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= mostRounds) return number;
  throw new UsageError({
    what: `${option} is "${text}"`,
    where: "npm run bench",
    allowed: `a whole number from ${least} to ${mostRounds}`,
    todo: "correct it",
  });
}

function contradiction(one: string, other: string): UsageError {
  return new UsageError({
    what: `${one} and ${other} contradict each other`,
    where: "npm run bench",
    allowed: "one of them",
    todo: "leave one out",
  });
}
