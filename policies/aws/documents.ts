import { fields, isFields, list } from "../core/json";
import type { Fields } from "../core/json";

/** One statement of a policy document, and where it stands in it: `Statement[0]`. */
export interface Statement {
  readonly path: string;
  readonly fields: Fields;
}

/** A JSON document that a property holds as text or as an object; undefined for what is neither. */
export function documentOf(value: unknown): Fields | undefined {
  if (typeof value !== "string") return isFields(value) ? value : undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isFields(parsed) ? parsed : undefined;
  } catch {
    // Only JSON.parse can throw here: the text itself has been read.
    return undefined;
  }
}

/** The statements of a policy document; undefined for what is no such document. */
export function statementsOf(value: unknown): readonly Statement[] | undefined {
  const document = documentOf(value);
  const statements = document?.["Statement"];
  if (statements === undefined) return undefined;
  const all = Array.isArray(statements) ? list(statements) : [statements];
  return all.map((statement, index) => ({ path: `Statement[${index}]`, fields: fields(statement) }));
}

/** A value that is one text or a list of them, as policies have it everywhere. */
export function textsOf(value: unknown): readonly string[] {
  const all = Array.isArray(value) ? list(value) : [value];
  return all.filter((one): one is string => typeof one === "string");
}

/** Whom a statement is about, by kind of principal; `*` alone stands for everybody, under the kind `*`. */
export function principalsOf(statement: Fields): Readonly<Record<string, readonly string[]>> {
  const principal = statement["Principal"];
  if (typeof principal === "string") return { "*": [principal] };
  const kinds = fields(principal);
  return Object.fromEntries(Object.keys(kinds).map((kind) => [kind, textsOf(kinds[kind])]));
}

/** Whether a statement is about everybody in the world. */
export function isForEverybody(statement: Fields): boolean {
  const { "*": everybody = [], AWS: accounts = [] } = principalsOf(statement);
  return [...everybody, ...accounts].includes("*");
}

/** One condition of a statement: `StringEquals`, `aws:sourceaccount` (keys know no case), and the values. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** The conditions of a statement; all of them have to hold. */
export function conditionsOf(statement: Fields): readonly Condition[] {
  const block = fields(statement["Condition"]);
  return Object.keys(block).flatMap((operator) => {
    const keys = fields(block[operator]);
    return Object.keys(keys).map((key) => ({
      operator,
      key: key.toLowerCase(),
      values: conditionValues(keys[key]),
    }));
  });
}

function conditionValues(value: unknown): readonly string[] {
  const all = Array.isArray(value) ? list(value) : [value];
  return all.filter((one) => ["string", "boolean", "number"].includes(typeof one)).map(String);
}

/** Operators that let through only what is named; one that ends in IfExists lets through what names nothing. */
const naming = /^(For(Any|All)Values:)?(StringEquals(IgnoreCase)?|StringLike|Arn(Equals|Like))$/;

/** What a value is made of that names nobody: wildcards, and the words by which OIDC providers begin a subject. */
const anybody = /^([*?:/]|repo|org|organization|project|project_path|system|serviceaccount)*$/;

/** Whether a statement holds only where one of these keys has a value that is not just any. */
export function isScopedBy(statement: Fields, keys: ReadonlySet<string>): boolean {
  return conditionsOf(statement).some(
    ({ operator, key, values }) =>
      naming.test(operator) &&
      // Holds for a request that has no such key at all.
      !operator.startsWith("ForAllValues:") &&
      keys.has(key) &&
      values.length > 0 &&
      values.every((value) => !anybody.test(value)),
  );
}

/** Whether a name with wildcards stands for everything: `*`, `*:*`, `arn:aws:*`, `arn:*:*:*:*:*`. */
export function isEverything(name: string): boolean {
  return /^(arn:[\w*-]*:)?[*:]*\*$/.test(name);
}
