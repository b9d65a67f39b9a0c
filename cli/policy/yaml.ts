import type { Document, Node, ParsedNode, ScalarTag, Tags, YAMLMap } from "yaml";
import {
  Composer,
  CST,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  visit,
} from "yaml";
import { bounds, excessOf, tooDeep } from "./bounds";
import type { ManifestDocument, Unread } from "./document";

/**
 * Reads all documents of a YAML text as kubectl does, which is by YAML 1.1 whatever the text says of itself (`yes` is
 * true, 0644 is octal), but without its times and sixties: https://pkg.go.dev/sigs.k8s.io/yaml. Names that stand twice,
 * which kubectl refuses too, are a problem.
 */
export function readYaml(text: string): readonly (ManifestDocument | Unread)[] {
  const lines = new LineCounter();
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const composer = new Composer({ version: "1.1", schema: "yaml-1.1", uniqueKeys: false, customTags });
  const documents: (ManifestDocument | Unread)[] = [];
  try {
    for (const document of composer.compose(tokensOf(text, lines))) {
      documents.push(contentOf(document, documents.length + 1, lineAt));
    }
  } catch (error) {
    if (!(error instanceof Excess)) throw error;
    documents.push({ index: documents.length + 1, line: lineAt(error.offset), what: error.message });
  }
  return documents;
}

/** More than {@link bounds} allow, found before it is parsed. */
class Excess extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

// The YAML package knows them by objects or by name.
function customTags(tags: Tags): Tags {
  const left = /:(?:timestamp|binary|omap|pairs|set)$/;
  return tags.filter((tag) => {
    if (typeof tag === "string") return !left.test(`:${tag}`);
    return !left.test(tag.tag) && (tag as ScalarTag).format !== "TIME";
  });
}

/** Tokens of the parser; it is stopped before nesting or aliases are more than it can take. */
function* tokensOf(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  const nesting = new Nesting();
  let offset = 0;
  let aliases = 0;
  // As the parser itself begins.
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    const type = CST.tokenType(lexeme);
    if (nesting.after(type, lexeme) > bounds.depth) throw new Excess(tooDeep, offset);
    if (type === "alias" && ++aliases > bounds.aliases)
      throw new Excess(`it has more than ${bounds.aliases} aliases`, offset);
    yield* parser.next(lexeme);
    // Marks of the lexer that are not in the text.
    if (!["doc-mode", "scalar", "flow-error-end"].includes(type ?? "")) offset += lexeme.length;
  }
  yield* parser.end();
}

/** How deep a text is nested, by its brackets and columns; never less than it really is. */
class Nesting {
  #brackets = 0;
  #column = 0;
  #startsLine = true;
  readonly #columns: number[] = [];

  after(type: CST.TokenType | "scalar" | null, lexeme: string): number {
    if (type === "newline") {
      this.#column = 0;
      this.#startsLine = true;
      return 0;
    }
    if (type === "flow-map-start" || type === "flow-seq-start") this.#brackets++;
    if (type === "flow-map-end" || type === "flow-seq-end") this.#brackets--;
    const isIndicator = type === "seq-item-ind" || type === "explicit-key-ind" || type === "map-value-ind";
    if (type !== "space" && type !== "comment" && (this.#startsLine || isIndicator)) {
      while ((this.#columns.at(-1) ?? -1) > this.#column) this.#columns.pop();
      if (this.#columns.at(-1) !== this.#column) this.#columns.push(this.#column);
      this.#startsLine = false;
    }
    const end = lexeme.lastIndexOf("\n");
    this.#column = end === -1 ? this.#column + lexeme.length : lexeme.length - end - 1;
    return this.#brackets + this.#columns.length;
  }
}

type Parsed = Document.Parsed;

function contentOf(
  document: Parsed,
  index: number,
  lineAt: (offset: number) => number,
): ManifestDocument | Unread {
  const line = lineAt((document.contents?.range ?? document.range)[0]);
  const [error] = document.errors;
  if (error !== undefined)
    return { index, line: lineAt(error.pos[0]), what: `it is not valid YAML: ${firstLine(error.message)}` };
  const mistake = mistakeIn(document);
  if (mistake !== undefined) return { index, line: lineAt(mistake.offset), what: mistake.what };
  let value: unknown;
  try {
    // What aliases stand for is counted after them.
    value = document.toJS({ maxAliasCount: -1 });
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    return { index, line, what: `it is not valid YAML: ${firstLine(said)}` };
  }
  const excess = excessOf(value);
  if (excess !== undefined) return { index, line, what: excess };
  const linesOf = (paths: readonly string[]): readonly number[] => {
    const targets = targetsIn(document);
    return paths.map((path) => lineAt(offsetOf(document, targets, path)));
  };
  return { index, line, value, linesOf };
}

function firstLine(message: string): string {
  const [first = ""] = message.split("\n");
  return first.replace(/ at line \d+, column \d+:?$/, "").replace(/^(.)/, (letter) => letter.toLowerCase());
}

interface Mistake {
  readonly offset: number;
  readonly what: string;
}

/** A name that stands twice, or is no name. The package's own search takes quadratic time. */
function mistakeIn(document: Parsed): Mistake | undefined {
  let found: Mistake | undefined;
  visit(document, {
    Map: (_, map: YAMLMap) => {
      const names = new Set<string>();
      for (const { key } of map.items) {
        const offset = (key as ParsedNode | null)?.range[0] ?? map.range?.[0] ?? 0;
        if (!isScalar(key)) {
          found = {
            offset,
            what: "it is not valid YAML for Kubernetes: a name is a block, a list or an alias",
          };
          return visit.BREAK;
        }
        const name = String(key.value);
        if (names.has(name)) {
          found = { offset, what: `${JSON.stringify(name)} stands twice in one block` };
          return visit.BREAK;
        }
        names.add(name);
      }
      return undefined;
    },
  });
  return found;
}

/** What each alias stands for. The package's own search goes through the document for each. */
function targetsIn(document: Parsed): ReadonlyMap<Node, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Node, Node>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** Where the innermost field of a path begins that the document has. */
function offsetOf(document: Parsed, targets: ReadonlyMap<Node, Node>, path: string): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  const steps = [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)];
  for (let at = 0; at < steps.length; at++) {
    if (isAlias(node)) node = targets.get(node);
    const [, index, name = ""] = steps[at] ?? [];
    if (index !== undefined && isSeq(node)) {
      const item = node.items[Number(index)] as ParsedNode | undefined;
      if (item === undefined) return offset;
      offset = startOf(item, offset);
      node = item;
    } else if (isMap(node)) {
      const found = fieldOf(
        node,
        name,
        steps.slice(at + 1).map(([, , part]) => part),
      );
      if (found === undefined) return offset;
      offset = found.offset;
      node = found.value;
      at += found.more;
    } else return offset;
  }
  return offset;
}

/** A field by name; a name may hold dots, as those of labels do. */
function fieldOf(
  map: YAMLMap,
  name: string,
  rest: readonly (string | undefined)[],
): { readonly offset: number; readonly value: unknown; readonly more: number } | undefined {
  let full = name;
  for (let more = 0; ; more++) {
    const pair = map.items.find(({ key }) => isScalar(key) && String(key.value) === full);
    if (isPair(pair)) return { offset: startOf(pair.key as Node, 0), value: pair.value, more };
    const part = rest[more];
    if (part === undefined) return undefined;
    full += `.${part}`;
  }
}

function startOf(node: { readonly range?: readonly number[] | null | undefined }, otherwise: number): number {
  return node.range?.[0] ?? otherwise;
}
