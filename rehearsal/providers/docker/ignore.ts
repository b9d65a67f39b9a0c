/** Decides by the lines of a `.dockerignore` whether a path of the context is left out. */
export type Ignore = (path: string) => boolean;

/**
 * Reads a `.dockerignore`: patterns apply to a path and to everything below it, the last that matches decides, and
 * `!` takes back in (https://docs.docker.com/build/concepts/context/#dockerignore-files).
 */
export function parseIgnore(text: string): Ignore {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const keeps = line.startsWith("!");
      const pattern = clean(keeps ? line.slice(1) : line);
      return { keeps, matches: new RegExp(`^${glob(pattern)}(/.*)?$`) };
    });
  return (path) => {
    let ignored = false;
    for (const { keeps, matches } of rules) if (matches.test(path)) ignored = !keeps;
    return ignored;
  };
}

/** A path as patterns and sources mean it: relative to the context, without `./` and a last slash. */
export function clean(path: string): string {
  return path
    .trim()
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

/** A pattern of Go's `filepath.Match`, and `**` for any number of folders, as the source of a regular expression. */
export function glob(pattern: string): string {
  return pattern
    .split("/")
    .map((part) =>
      part === "**"
        ? ".*"
        : part
            .replaceAll(/[.+^${}()|\\]/g, "\\$&")
            .replaceAll("*", "[^/]*")
            .replaceAll("?", "[^/]"),
    )
    .join("/")
    .replaceAll(".*/", "(.*/)?");
}
