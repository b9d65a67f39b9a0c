import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { SlipwayError } from "../common/problems";

/**
 * A tag made from the content of a build context. Repositories refuse to move a tag, so what changed needs a new one,
 * and what did not change keeps its own and is not pushed again.
 *
 * @throws SlipwayError when the folder has no Dockerfile.
 */
export function contentTag(programFolder: string, context: string): string {
  const folder = resolve(programFolder, context);
  if (!existsSync(join(folder, "Dockerfile"))) {
    throw new SlipwayError({
      where: `build context ${basename(folder)}`,
      what: "there is no Dockerfile",
      todo: "give the folder that holds one",
    });
  }
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) {
    const content = readFileSync(file);
    // Lengths keep a file's end and the next file's name apart.
    hash.update(`${relative(folder, file).replaceAll(sep, "/")}\0${content.length}\0`).update(content);
  }
  return `content-${hash.digest("hex").slice(0, 16)}`;
}
