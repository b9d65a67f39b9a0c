// Not through the package's index, which loads the whole SDK: `slipway policy scan` does without.
import * as proxy from "@pulumi/policy/proxy";
import { list } from "./json";

// Exported at run time since 1.21, but left out of the package's typings.
const { UnknownValueError } = proxy as unknown as { UnknownValueError: new () => Error };

/** Whether an error says that a value is not known yet. */
export function isUnknown(error: unknown): error is Error {
  return error instanceof UnknownValueError;
}

/** One thing that is wrong with a resource. */
export interface Violation {
  /** Where it stands in the resource, as a path of fields: `spec.containers[0].image`. */
  readonly path: string;
  /** What is wrong and what to do, as one sentence. Never holds a block of the resource, which may be secret. */
  readonly message: string;
  /** URN of the resource, where a stack rule is about one. */
  readonly urn?: string;
}

/** `spec.containers[0].image: it has no tag`. */
export function sentenceOf({ path, message }: Pick<Violation, "path" | "message">): string {
  return path === "" ? message : `${path}: ${message}`;
}

/**
 * What one rule finds out about one subject.
 *
 * In a preview some values are not known yet, and reading one throws. A rule that stopped there would miss what it
 * can already see elsewhere in the same resource. So each part is judged on its own: what is certain is reported,
 * and what could not be read is kept apart, for the pack to say once and at its end.
 */
export class Judgement {
  readonly #violations: Violation[] = [];
  readonly #undecided: string[] = [];

  /** Runs one part of the rule; reading an unknown value ends the part only. */
  part(judge: () => void): void {
    try {
      judge();
    } catch (error) {
      if (!(error instanceof UnknownValueError)) throw error;
      this.#undecided.push(/at \.(\S+)/.exec(error.message)?.[1] ?? "?");
    }
  }

  /** Judges every item of a list on its own: one that is not known yet hides no other. */
  each(value: unknown, judge: (item: unknown, index: number) => void): void {
    const items = list(value);
    // Not by forEach, which reads each item before it hands it over.
    for (const index of items.keys()) this.part(() => judge(items[index], index));
  }

  /** Reports a violation. */
  report(path: string, message: string, urn?: string): void {
    this.#violations.push({ path, message, ...(urn !== undefined && { urn }) });
  }

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  /** Paths of the values that the rule could not decide without. */
  get undecided(): readonly string[] {
    return this.#undecided;
  }
}
