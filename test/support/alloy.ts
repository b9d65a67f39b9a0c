/** A reader of Alloy's configuration syntax, as far as the platform writes it. */

export interface Reference {
  readonly ref: string;
}
export type Value =
  string | number | boolean | Reference | readonly Value[] | { readonly [key: string]: Value };

export interface Block {
  readonly name: string;
  readonly label: string | undefined;
  readonly args: Readonly<Record<string, Value>>;
  readonly blocks: readonly Block[];
}

const TOKEN =
  /\s+|(?<text>"(?:[^"\\\n]|\\.)*")|(?<raw>`[^`]*`)|(?<number>-?\d+(?:\.\d+)?)|(?<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?<sign>[{}[\],=])/y;

interface Token {
  readonly kind: "text" | "number" | "name" | "sign";
  readonly value: string;
}

function tokens(source: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < source.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(source);
    if (match === null) throw new Error(`not Alloy's syntax: ${JSON.stringify(source.slice(at, at + 40))}`);
    at = TOKEN.lastIndex;
    const { text, raw, number, name, sign } = match.groups ?? {};
    if (text !== undefined) found.push({ kind: "text", value: JSON.parse(text) as string });
    if (raw !== undefined) found.push({ kind: "text", value: raw.slice(1, -1) });
    if (number !== undefined) found.push({ kind: "number", value: number });
    if (name !== undefined) found.push({ kind: "name", value: name });
    if (sign !== undefined) found.push({ kind: "sign", value: sign });
  }
  return found;
}

/** The blocks of a configuration. @throws Error where it is none. */
export function parseAlloy(source: string): readonly Block[] {
  const rest = tokens(source);
  const next = (): Token => {
    const token = rest.shift();
    if (token === undefined) throw new Error("the configuration ends too early");
    return token;
  };
  const expect = (sign: string): void => {
    const { value } = next();
    if (value !== sign) throw new Error(`${value} where ${sign} was expected`);
  };
  const is = (sign: string): boolean => rest[0]?.kind === "sign" && rest[0].value === sign;

  const value = (): Value => {
    const token = next();
    if (token.kind === "text") return token.value;
    if (token.kind === "number") return Number(token.value);
    if (token.kind === "name") {
      return token.value === "true" || token.value === "false"
        ? token.value === "true"
        : { ref: token.value };
    }
    const items: Value[] = [];
    const fields: Record<string, Value> = {};
    const end = token.value === "[" ? "]" : "}";
    while (!is(end)) {
      if (token.value === "[") items.push(value());
      else {
        const key = next().value;
        expect("=");
        fields[key] = value();
      }
      if (!is(end)) expect(",");
    }
    expect(end);
    return token.value === "[" ? items : fields;
  };
  const body = (name: string, label: string | undefined): Block => {
    const args: Record<string, Value> = {};
    const blocks: Block[] = [];
    while (!is("}")) {
      const { kind, value: key } = next();
      if (kind !== "name") throw new Error(`${key} where a name was expected`);
      if (is("=")) {
        expect("=");
        if (key in args) throw new Error(`${key} twice in ${name}`);
        args[key] = value();
      } else blocks.push(block(key));
    }
    expect("}");
    return { name, label, args, blocks };
  };
  const block = (name: string): Block => {
    const label = rest[0]?.kind === "text" ? next().value : undefined;
    expect("{");
    return body(name, label);
  };

  const found: Block[] = [];
  while (rest.length > 0) found.push(block(next().value));
  return found;
}

/** Everything that a block refers to, its inner blocks' references too. */
export function referencesOf({ args, blocks }: Block): readonly string[] {
  return [...Object.values(args).flatMap(inValue), ...blocks.flatMap(referencesOf)];
}

function inValue(value: Value): readonly string[] {
  if (typeof value !== "object") return [];
  if (Array.isArray(value)) return (value as readonly Value[]).flatMap(inValue);
  if ("ref" in value && typeof value["ref"] === "string") return [value["ref"]];
  return Object.values(value as Record<string, Value>).flatMap(inValue);
}
