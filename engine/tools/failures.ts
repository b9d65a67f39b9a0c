import { SlipwayError } from "../../components/common/problems";

const full = /no space left on device|disk quota exceeded/i;

/** The system's name of an error, e.g. `ENOSPC`, also where it is the cause of another. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : codeOf(error.cause);
}

/** The sentence for a disk that is full. `what` was being done in `where`. */
export function diskFull(what: string, where: string): SlipwayError {
  return new SlipwayError({
    what: `the disk is full while ${what}`,
    where,
    allowed: "a build takes up to 9 GB in Go's caches and the temporary folder, and 1 GB here",
    todo: "free some space, or set SLIPWAY_CACHE, GOCACHE, GOMODCACHE and TMPDIR to folders on a larger disk",
  });
}

/** Turns an error of the file system into one sentence; any other error comes back as it is. */
export function explain(error: unknown, what: string, where: string): unknown {
  if (error instanceof SlipwayError) return error;
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT" || (error instanceof Error && full.test(error.message))) {
    return diskFull(what, where);
  }
  if (code !== undefined && ["EACCES", "EPERM", "EROFS"].includes(code)) return unwritable(code, what, where);
  return error;
}

/** The sentence for a cache folder that cannot be written, by the system's name of the error. */
export function unwritable(code: string, what: string, where: string): SlipwayError {
  return new SlipwayError({
    what: `the cache folder cannot be written (${code}) while ${what}`,
    where,
    allowed: "a folder that this user may write",
    todo: "set SLIPWAY_CACHE to one, or mend the rights of this one",
  });
}

/** Whether the output of a program says that the disk is full. */
export function saysDiskFull(output: string): boolean {
  return full.test(output);
}

/** What an abort or a signal of the terminal ends with. */
export class Interrupted extends SlipwayError {
  constructor(what: string) {
    super({ what: `${what} was interrupted`, todo: "run the command again; it starts anew" });
    this.name = "Interrupted";
  }
}

/** The line of a program's error output that says most: the last one that is not about its progress. */
export function lastRelevantLine(output: string): string {
  const said = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(go: downloading |exit status |note: |# )/.test(line));
  // Addresses of mirrors may carry a password.
  return (said.at(-1) ?? "it said nothing").replaceAll(/\/\/[^/\s@]+@/g, "//").slice(0, 400);
}
