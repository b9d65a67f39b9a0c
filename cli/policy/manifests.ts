import { createReadStream } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { firstDuplicate, walkJson } from "../../policies/json-text";
import { bounds, excessOf } from "./bounds";
import type { ManifestDocument, Unread } from "./document";
import { readYaml } from "./yaml";

/** A file as it was named, or found in a folder that was. */
export interface ManifestFile {
  readonly name: string;
  readonly documents: readonly (ManifestDocument | Unread)[];
}

/** A file that could not be read at all. */
export interface UnreadFile {
  readonly name: string;
  readonly what: string;
}

const endings = [".yaml", ".yml", ".json"];

/**
 * Reads manifests: files, folders with all that is in them, and `-` for standard input. A file that is named more than
 * once is read once.
 */
export async function readManifests(
  names: readonly string[],
  input: Readable,
): Promise<readonly (ManifestFile | UnreadFile)[]> {
  const seen = new Set<string>();
  const files: (ManifestFile | UnreadFile)[] = [];
  for (const name of names) {
    // It can be read once only.
    const all = name !== "-" ? await filesIn(name, seen) : seen.has("-") ? [] : [{ name }];
    if (name === "-") seen.add("-");
    for (const found of all) files.push("what" in found ? found : await readOne(found.name, input));
  }
  return files;
}

/** A name as files; those in a folder in the order of names. Links are followed, each place once. */
async function filesIn(name: string, seen: Set<string>): Promise<readonly (Found | UnreadFile)[]> {
  try {
    if (!(await stat(name)).isDirectory()) return (await isNew(name, seen)) ? [{ name }] : [];
    const found = await below(name, new Set());
    if (found.length === 0)
      return [{ name, what: `the folder holds no file that ends in ${endings.join(", ")}` }];
    const files: (Found | UnreadFile)[] = [];
    for (const file of found) if ("what" in file || (await isNew(file.name, seen))) files.push(file);
    return files;
  } catch (error) {
    return [{ name, what: reason(error) }];
  }
}

interface Found {
  readonly name: string;
}

async function below(folder: string, folders: Set<string>): Promise<readonly (Found | UnreadFile)[]> {
  if (!(await isNew(folder, folders))) return [];
  const found: (Found | UnreadFile)[] = [];
  for (const entry of (await readdir(folder)).sort()) {
    // What tools keep there is nobody's manifest.
    if (entry.startsWith(".") || entry === "node_modules") continue;
    const name = path.join(folder, entry);
    const isManifest = endings.includes(path.extname(entry));
    try {
      if ((await stat(name)).isDirectory()) found.push(...(await below(name, folders)));
      else if (isManifest) found.push({ name });
    } catch (error) {
      // A link to nowhere, which matters only where it was to be a manifest.
      if (isManifest) found.push({ name, what: reason(error) });
    }
  }
  return found;
}

async function isNew(name: string, seen: Set<string>): Promise<boolean> {
  // What is no file, such as a pipe, has no path of its own.
  const real = await realpath(name).catch(() => path.resolve(name));
  const isNew = !seen.has(real);
  seen.add(real);
  return isNew;
}

async function readOne(name: string, input: Readable): Promise<ManifestFile | UnreadFile> {
  let text: string;
  try {
    const bytes = await bytesOf(name === "-" ? input : createReadStream(name));
    if (bytes === undefined)
      return { name, what: `it is larger than ${bounds.bytes / 1024 / 1024} MiB; split it` };
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    return { name, what: error instanceof TypeError ? "it is not text in UTF-8" : reason(error) };
  }
  return { name, documents: documentsIn(text) };
}

/** Undefined for more than {@link bounds} allow, of which no more is read: it may be endless. */
async function bytesOf(stream: Readable): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > bounds.bytes) return undefined;
  }
  return Buffer.concat(chunks);
}

/** The documents of a text, YAML or JSON. */
export function documentsIn(text: string): readonly (ManifestDocument | Unread)[] {
  // JSON by its own parser: it is fast, and not all JSON is YAML.
  const json = /^\s*[{[]/.test(text) ? parsedJson(text) : undefined;
  return json === undefined ? readYaml(text) : [jsonDocument(text, json.value)];
}

function parsedJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // It may be YAML that begins like JSON; what is wrong in it is told by that parser.
    return undefined;
  }
}

function jsonDocument(text: string, value: unknown): ManifestDocument | Unread {
  const line = (/^\s*/.exec(text)?.[0] ?? "").split("\n").length;
  const twice = firstDuplicate(text);
  if (twice !== undefined)
    return { index: 1, line: twice.line, what: `${JSON.stringify(twice.path)} stands there twice` };
  const excess = excessOf(value);
  if (excess !== undefined) return { index: 1, line, what: excess };
  return { index: 1, line, value, linesOf: (paths) => linesIn(text, paths, line) };
}

/** For each path the line of the longest beginning of it that there is. */
function linesIn(text: string, paths: readonly string[], first: number): readonly number[] {
  const lines = new Map<string, number>();
  const wanted = new Set(paths.flatMap(beginnings));
  if (wanted.size > 0) {
    walkJson(text, ({ path: field, line }) => {
      if (wanted.has(field)) lines.set(field, line);
      return false;
    });
  }
  return paths.map((field) => {
    const longest = beginnings(field).findLast((beginning) => lines.has(beginning));
    return longest === undefined ? first : (lines.get(longest) ?? first);
  });
}

/** `a`, `a[0]` and `a[0].b` of `a[0].b`. */
function beginnings(field: string): readonly string[] {
  return [...field.matchAll(/(?=[.[]|$)/g)]
    .map(({ index }) => field.slice(0, index))
    .filter((part) => part !== "");
}

function reason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  const words: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file",
    EACCES: "it may not be read",
    EISDIR: "it is a folder",
    ELOOP: "its links lead in a circle",
  };
  if (code === undefined) throw error;
  return words[code] ?? `it cannot be read (${code})`;
}
