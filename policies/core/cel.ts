import type { Settings } from "./settings";

/** One condition in the API server's own language (https://kubernetes.io/docs/reference/using-api/cel/). */
export interface CelValidation {
  /** True when the object is as it should be. */
  readonly expression: string;
  /** What is wrong and what to do; the rule's name is put before it. */
  readonly message: string;
}

/** A named expression, for the ones after it: `variables.<name>`. */
export interface CelVariable {
  readonly name: string;
  readonly expression: string;
}

/** A rule as the API server can hold it. What stands beside the rule in TypeScript gives the same verdict. */
export interface Cel {
  /** Objects that are looked at, as `group/version/resources`; group empty for core: `/v1/services`. */
  readonly resources: readonly string[];
  readonly variables?: readonly CelVariable[];
  /** By the rule's parameters. */
  readonly validations: (settings: Settings) => readonly CelValidation[];
}

/** A text as a CEL literal. */
export function celText(text: string): string {
  return JSON.stringify(text);
}

/** A list of texts as a CEL literal. */
export function celTexts(texts: readonly string[]): string {
  return `[${texts.map(celText).join(", ")}]`;
}
