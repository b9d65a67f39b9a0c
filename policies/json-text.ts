/** A value in a JSON text: its fields from the top (`items[2].spec`, empty for the top itself), and its line from 1. */
export interface JsonPlace {
  readonly path: string;
  readonly line: number;
}

/** An object or a list that is being read. */
interface Frame {
  readonly path: string;
  /** Names so far; undefined for a list. */
  readonly names: Set<string> | undefined;
  /** Of the next entry of a list. */
  index: number;
  /** The path of the field or entry that is being read. */
  next: string;
  /** Whether a name or an entry is to come, and not the value of a name. */
  isNext: boolean;
}

/**
 * Visits every field and entry of a text that `JSON.parse` takes. That alone keeps of a name that stands twice only the
 * last, and knows no lines.
 *
 * @param visit gets each in order; `again` when its object had the name before. It ends the walk by returning true.
 */
export function walkJson(text: string, visit: (place: JsonPlace, again: boolean) => boolean): void {
  const frames: Frame[] = [];
  let line = 1;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\n") line++;
    if (blanks.has(char)) continue;
    const frame = frames.at(-1);
    if (char === "}" || char === "]") {
      frames.pop();
    } else if (char === ",") {
      if (frame) frame.isNext = true;
    } else if (frame?.isNext === true) {
      frame.isNext = false;
      const { names } = frame;
      const end = names === undefined ? at - 1 : closing(text, at);
      const name = names === undefined ? undefined : (JSON.parse(text.slice(at, end + 1)) as string);
      frame.next = below(frame, name);
      if (visit({ path: frame.next, line }, name !== undefined && names?.has(name) === true)) return;
      if (name !== undefined) names?.add(name);
      // An entry of a list is itself still to be read.
      at = end;
    } else if (char === '"') {
      at = closing(text, at);
    } else if (char === "{" || char === "[") {
      const names = char === "{" ? new Set<string>() : undefined;
      frames.push({ path: frame?.next ?? "", names, index: 0, next: "", isNext: true });
    }
  }
}

const blanks: ReadonlySet<string> = new Set(" \t\r\n");

function below(frame: Frame, name: string | undefined): string {
  if (name === undefined) return `${frame.path}[${frame.index++}]`;
  return frame.path === "" ? name : `${frame.path}.${name}`;
}

/** The first name that stands twice in one object; the last of them would hide the others. */
export function firstDuplicate(text: string): JsonPlace | undefined {
  let found: JsonPlace | undefined;
  walkJson(text, (place, again) => {
    if (again) found = place;
    return again;
  });
  return found;
}

/** Where a text ends that begins with a quotation mark. */
function closing(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text.charAt(at) === "\\") at++;
    else if (text.charAt(at) === '"') return at;
  }
  return text.length;
}
