import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

/** One YAML document of a file, as text: the largest CRDs take seconds to parse and are only passed on. */
export interface Manifest {
  readonly kind: string;
  readonly name: string;
  readonly text: string;
}

/** Splits YAML text into its documents. Lines of a Helm condition around a document are left out. */
export function manifestsOf(text: string): Manifest[] {
  return text
    .split(/^---[^\n]*$/m)
    .map((document) => document.replaceAll(/^\{\{.*\}\}[ \t]*$/gm, ""))
    .filter((document) => /^[^#\s]/m.test(document))
    .map((document) => ({
      kind: /^kind: *["']?([^\s"']+)/m.exec(document)?.[1] ?? "",
      name: /^metadata:\n(?:[ #].*\n|\n)*? {2}name: *["']?([^\s"']+)/m.exec(document)?.[1] ?? "",
      text: document,
    }));
}

/** The documents of files, in the files' order. */
export async function readManifests(files: readonly string[]): Promise<Manifest[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return texts.flatMap(manifestsOf);
}

/** The YAML files of a folder beside this module, sorted. */
export async function ownFiles(folder: "crds" | "stages"): Promise<string[]> {
  const full = path.join(__dirname, folder);
  return (await readdir(full))
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => path.join(full, name));
}
