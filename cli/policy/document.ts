/** One document of a file. */
export interface ManifestDocument {
  /** Its place in the file, from 1. */
  readonly index: number;
  /** The line on which its content begins, from 1. */
  readonly line: number;
  /** Null for an empty one. */
  readonly value: unknown;
  /** The lines of fields, or of the innermost ones around them that there are; of all at once, for it takes a search. */
  readonly linesOf: (paths: readonly string[]) => readonly number[];
}

/** Why a document cannot be read. */
export interface Unread {
  readonly index: number;
  readonly line: number;
  readonly what: string;
}
