/** An expression that stands as it is: the name of another component's export, or of a constant. */
export class Reference {
  constructor(readonly name: string) {}
}

/** What an argument of Alloy's configuration may be. */
export type AlloyValue =
  string | number | boolean | Reference | readonly AlloyValue[] | { readonly [key: string]: AlloyValue };

/**
 * A block of Alloy's configuration: a component with its label, or a part of one
 * (https://grafana.com/docs/alloy/latest/get-started/configuration-syntax/syntax/).
 */
export interface AlloyBlock {
  /** E.g. `loki.write`. */
  readonly name: string;
  readonly label?: string;
  readonly args?: Readonly<Record<string, AlloyValue>>;
  readonly blocks?: readonly AlloyBlock[];
}

/** Refers to an export: `ref("loki.write.loki.receiver")`. */
export function ref(reference: string): Reference {
  return new Reference(reference);
}

/** A component. */
export function component(
  name: string,
  label: string,
  args: NonNullable<AlloyBlock["args"]>,
  blocks: readonly AlloyBlock[] = [],
): AlloyBlock {
  return { name, label, args, blocks };
}

/** A block without a label, inside of a component or beside all of them. */
export function block(
  name: string,
  args: NonNullable<AlloyBlock["args"]>,
  blocks: readonly AlloyBlock[] = [],
): AlloyBlock {
  return { name, args, blocks };
}

/** Where OpenTelemetry's components hand metrics on to. */
export function metricsTo(...inputs: readonly string[]): AlloyBlock {
  return block("output", { metrics: inputs.map(ref) });
}

/** The text of a configuration. */
export function renderAlloy(blocks: readonly AlloyBlock[]): string {
  return blocks.map((one) => `${renderBlock(one, "")}\n`).join("\n");
}

function renderBlock({ name, label, args = {}, blocks = [] }: AlloyBlock, indent: string): string {
  const inner = `${indent}  `;
  const head = `${indent}${name}${label === undefined ? "" : ` ${JSON.stringify(label)}`} {`;
  const lines = [
    ...Object.entries(args).map(([key, value]) => `${inner}${key} = ${renderValue(value, inner)}`),
    ...blocks.map((one) => renderBlock(one, inner)),
  ];
  return lines.length === 0 ? `${head} }` : [head, ...lines, `${indent}}`].join("\n");
}

function renderValue(value: AlloyValue, indent: string): string {
  if (typeof value === "string") return renderText(value);
  if (typeof value !== "object") return String(value);
  const inner = `${indent}  `;
  if (isList(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item) => `${inner}${renderValue(item, inner)},\n`).join("")}${indent}]`;
  }
  if (value instanceof Reference) return value.name;
  const items = Object.entries(value);
  if (items.length === 0) return "{}";
  return `{\n${items.map(([key, item]) => `${inner}${key} = ${renderValue(item, inner)},\n`).join("")}${indent}}`;
}

/** Statements of other languages are full of quotes; between back quotes they stand as they are. */
function renderText(text: string): string {
  return /["\\]/.test(text) && !text.includes("`") ? `\`${text}\`` : JSON.stringify(text);
}

function isList(value: object): value is readonly AlloyValue[] {
  return Array.isArray(value);
}
