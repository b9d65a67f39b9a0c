import { isAbsent } from "./core/json";
import type { Fields } from "./core/json";
import type { Parameter } from "./core/settings";

/** Where a value is not what its schema says. */
export interface SchemaFault {
  /** Fields and places from the value that was checked: `exemptions[0].until`; empty for itself. */
  readonly path: string;
  readonly what: string;
  readonly allowed: string;
  /** The names that are known where one is not. */
  readonly known?: readonly string[];
}

/** JSON schema as parameters of rules have it. */
export type Schema = Partial<Parameter>;

/** The keywords that {@link faultsOf} goes by, and those that only describe. A test holds the rules to them. */
export const schemaKeywords: ReadonlySet<string> = new Set([
  ...["type", "enum", "minimum", "maximum", "minLength", "maxLength", "pattern"],
  ...["items", "minItems", "maxItems", "uniqueItems", "properties", "required", "additionalProperties"],
  ...["description", "default"],
]);

/** Everything in which a value is not as its schema says; of one value one thing only. */
export function faultsOf(schema: Schema, value: unknown, path = ""): readonly SchemaFault[] {
  const own = faultOf(schema, value);
  if (own !== undefined) return [{ path, ...own }];
  if (Array.isArray(value)) {
    const { items } = schema;
    if (typeof items !== "object" || Array.isArray(items)) return [];
    return value.flatMap((item, index) => faultsOf(items as Schema, item, `${path}[${index}]`));
  }
  return typeof value === "object" && value !== null ? faultsInside(schema, value as Fields, path) : [];
}

function faultsInside(schema: Schema, value: Fields, path: string): readonly SchemaFault[] {
  const { properties = {}, required = [], additionalProperties } = schema;
  const below = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const missing = required
    .filter((name) => isAbsent(value[name]))
    .map((name) => ({ path: below(name), what: "it is missing", allowed: wanted(properties[name]) }));
  const inner = Object.entries(value).flatMap(([name, one]): readonly SchemaFault[] => {
    const known = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (known === false) {
      const names = Object.keys(properties);
      return [{ path: below(name), what: "there is no such field", allowed: names.join(", "), known: names }];
    }
    return typeof known === "object" ? faultsOf(known, one, below(name)) : [];
  });
  return [...missing.filter(({ path: at }) => inner.every((fault) => fault.path !== at)), ...inner];
}

function faultOf(schema: Schema, value: unknown): Pick<SchemaFault, "what" | "allowed"> | undefined {
  const allowed = wanted(schema);
  const types = [schema.type ?? []].flat();
  if (types.length > 0 && !types.some((type) => isOf(type, value)))
    return { what: `it is ${kindOf(value)}`, allowed };
  if (schema.enum !== undefined && !schema.enum.includes(value as string))
    return { what: `it is ${JSON.stringify(value)}`, allowed };
  if (typeof value === "number") {
    const { minimum = -Infinity, maximum = Infinity } = schema;
    return value >= minimum && value <= maximum ? undefined : { what: `it is ${value}`, allowed };
  }
  if (typeof value === "string") {
    const { minLength = 0, maxLength = Infinity, pattern = "" } = schema;
    // In code points, as JSON schema counts.
    const { length } = Array.from(value);
    const fits = length >= minLength && length <= maxLength && new RegExp(pattern, "u").test(value);
    return fits ? undefined : { what: `it is ${JSON.stringify(value)}`, allowed };
  }
  if (Array.isArray(value)) {
    const { minItems = 0, maxItems = Infinity, uniqueItems = false } = schema;
    const twice = uniqueItems && new Set(value.map((item) => JSON.stringify(item))).size < value.length;
    if (twice) return { what: "it names something twice", allowed };
    if (value.length < minItems || value.length > maxItems)
      return { what: `it has ${value.length} entries`, allowed };
  }
  return undefined;
}

function isOf(type: string, value: unknown): boolean {
  if (type === "integer") return Number.isInteger(value);
  return type === kinds[kindOf(value)];
}

const kinds: Readonly<Record<string, string>> = {
  "a text": "string",
  "a number": "number",
  "true or false": "boolean",
  "a list": "array",
  "a block": "object",
  nothing: "null",
};

function kindOf(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  const named = { string: "a text", number: "a number", boolean: "true or false", object: "a block" };
  return named[typeof value as keyof typeof named];
}

const wantedOf: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(kinds).map(([words, type]) => [type, words])),
  integer: "a whole number",
};

/** What a schema asks for, in words. */
function wanted(schema: unknown): string {
  const { type, minLength, maxLength, pattern, minimum, maximum, minItems, maxItems, items, ...rest } = (
    typeof schema === "object" ? schema : {}
  ) as Schema;
  if (rest.enum !== undefined) return rest.enum.map((one) => JSON.stringify(one)).join(", ");
  const words = [type ?? []].flat().map((one) => wantedOf[one] ?? one);
  const of = typeof items === "object" && !Array.isArray(items) ? ` of which each is ${wanted(items)}` : "";
  const limits = [
    minLength !== undefined && `${minLength} characters or more`,
    maxLength !== undefined && `${maxLength} characters at most`,
    minimum !== undefined && `${minimum} or more`,
    maximum !== undefined && `${maximum} at most`,
    minItems !== undefined && `${minItems} entries or more`,
    maxItems !== undefined && `${maxItems} entries at most`,
    rest.uniqueItems === true && "each once",
    pattern !== undefined && `like ${pattern}`,
  ].filter((limit) => limit !== false);
  return [(words.join(" or ") || "any value") + of, ...limits].join(", ");
}
