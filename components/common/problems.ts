/** The parts of one sentence that tells a user what is wrong and how to mend it. */
export interface Problem {
  /** What is wrong, with the offending value: `network.cidr is "8.8.0.0/16"`. Never holds a secret. */
  readonly what: string;
  /** Where: a config key, a file, a field of a spec, a command. */
  readonly where?: string;
  /** What is allowed there. */
  readonly allowed?: string;
  /** What to do about it. */
  readonly todo?: string;
}

/**
 * A problem that a user can mend. It prints as one sentence, and the engine prints it without a stack trace.
 *
 * The marker field is the one by which the SDK recognises its own `RunError`; carrying it here saves every
 * module that only validates from loading the SDK.
 */
export class SlipwayError extends Error {
  readonly __pulumiRunError = true;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(sentence(problem));
    this.name = "SlipwayError";
    this.problem = problem;
  }
}

/** Joins the parts of a problem into one line: `where: what; allowed: …; todo.` */
export function sentence({ what, where, allowed, todo }: Problem): string {
  const parts = [where === undefined ? what : `${where}: ${what}`];
  if (allowed !== undefined) parts.push(`allowed: ${allowed}`);
  if (todo !== undefined) parts.push(todo);
  return `${parts.join("; ").replaceAll(/\s*\n\s*/g, " ")}.`.replace(/\.\.$/, ".");
}
