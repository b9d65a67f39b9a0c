import { SlipwayError } from "../components/common/problems";
import type { SystemNames } from "./system-template";

/** The list of all systems, from the root of the repository. */
export const listFile = "infra/systems/index.ts";

const IMPORT = /^import \{ \w+ \} from "\.\/([\w-]+)";\n/gm;
const RECORD = /^(export const systems: [^={]+= \{)([^{}]*)\};$/m;
/** Longest line that the formatter leaves in one piece. */
const WIDTH = 110;

/** Words that no constant of a module may have as its name, as far as they can be a system's. */
const KEYWORDS = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);

/**
 * The constant for a system: its name, in the way of constants. Where the language keeps that word for itself, or it
 * stands in the text of a file that is to use it, it is told apart by an ending.
 */
export function identifierFor(name: string, texts: readonly string[]): string {
  const plain = name.replaceAll(/-+(.)/g, (_, next: string) => next.toUpperCase());
  const word = new RegExp(`(?<![\\w-])${plain}(?![\\w-])`);
  return KEYWORDS.has(plain) || texts.some((text) => word.test(text)) ? `${plain}Spec` : plain;
}

/**
 * The text of the list with one more system in it, in the order of names and as the formatter writes it; the same
 * text when it is in there already.
 *
 * @throws SlipwayError when the list is not written as it was.
 */
export function withSystem(list: string, { name, identifier }: SystemNames): string {
  const imports = [...list.matchAll(IMPORT)];
  const last = imports.at(-1);
  const record = RECORD.exec(list);
  if (last === undefined || record === null) {
    throw new SlipwayError({
      where: listFile,
      what: "its imports and its record of systems are not written as the platform writes them",
      todo: `add ${name} there by hand`,
    });
  }
  if (imports.some(([, file]) => file === name)) return list;
  const [whole, head = "", body = ""] = record;
  const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
  const entry = key === identifier ? key : `${key}: ${identifier}`;
  const listed = list.replace(whole, () => recordText(head, inserted(body, entry)));
  const later = imports.find(([, file = ""]) => file > name);
  const at = later === undefined ? last.index + last[0].length : later.index;
  // The imports stand above the record, so the places found in the old text are those of the new one.
  return `${listed.slice(0, at)}import { ${identifier} } from "./${name}";\n${listed.slice(at)}`;
}

function inserted(body: string, entry: string): readonly string[] {
  const entries = body
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  const keyOf = (each: string): string => each.replace(/:.*$/, "").replaceAll('"', "");
  const later = entries.findIndex((each) => keyOf(each) > keyOf(entry));
  return later === -1 ? [...entries, entry] : entries.toSpliced(later, 0, entry);
}

function recordText(head: string, entries: readonly string[]): string {
  const line = `${head} ${entries.join(", ")} };`;
  return line.length <= WIDTH ? line : `${head}\n${entries.map((entry) => `  ${entry},\n`).join("")}};`;
}
