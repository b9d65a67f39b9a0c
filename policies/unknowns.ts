import * as policy from "@pulumi/policy";

// Exported at run time since 1.21, but left out of the package's typings.
const { UnknownValueError } = policy as unknown as { UnknownValueError: new () => Error };

/** What a rule reads: JSON of which nothing may be taken for granted, not even that a block is an object. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * In a preview some values are not known yet, and reading one throws. A rule that stopped there would miss what
 * it can already see elsewhere in the same resource. So each part is judged on its own: violations that are certain
 * are reported, and only then is the first unknown raised, which the engine reports as "cannot decide yet".
 */
export class Judgement {
  private firstUnknown: Error | undefined;

  /** Runs one part of the rule. */
  part(judge: () => void): void {
    try {
      judge();
    } catch (error) {
      if (!(error instanceof UnknownValueError)) throw error;
      this.firstUnknown ??= error;
    }
  }

  /** Ends the rule: raises the first unknown met, if any. */
  end(): void {
    if (this.firstUnknown !== undefined) throw this.firstUnknown;
  }
}

/** The value as an object; anything else (absent, wrong type) as an empty one. */
export function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The value as a list; anything else as an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The value for a message: only ever a name, a number or a keyword, never a whole block, which may hold a secret. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return "absent";
  if (typeof value === "boolean" || typeof value === "number") return String(value);
  return typeof value === "string" ? `"${value.slice(0, 60)}"` : `a value of type ${typeof value}`;
}
