import { z } from "zod";
import { nearest } from "../components/common/nearest";
import { SlipwayError } from "../components/common/problems";
import { howToSet, mayBeSecret } from "./alerting-schema";

type Issue = z.core.$ZodIssue;

/** The first problem that `schema` found, as one sentence; a value is quoted only when it is short and plain. */
export function explainIssue(
  stack: string,
  schema: z.ZodType,
  error: z.ZodError,
  raw: Readonly<Record<string, unknown>>,
): SlipwayError {
  // A key that is misspelt is missing as well; its own spelling tells more.
  const issue = error.issues.find(({ code }) => code === "unrecognized_keys") ?? error.issues[0];
  if (issue === undefined)
    return new SlipwayError({ where: `stack ${stack}`, what: "the configuration is not valid" });
  const path = issue.path.map(String);
  const where = `slipway:${path.join(".")} of stack ${stack}`;
  const todo = howToSet(path, stack) ?? `correct it in Pulumi.${stack}.yaml`;
  if (issue.code === "unrecognized_keys") {
    const [stranger = ""] = issue.keys;
    const known = keysAt(schema, path);
    return new SlipwayError({
      where,
      what: `unknown config key ${stranger}${nearest(stranger, known)}`,
      allowed: known.join(", "),
      todo: `remove or rename it in Pulumi.${stack}.yaml`,
    });
  }
  const allowed = allowedBy(issue);
  const value = issue.code === "invalid_key" ? path.at(-1) : lookUp(raw, path);
  if (value === undefined) return new SlipwayError({ where, what: "it is missing", allowed, todo });
  const what = mayBeSecret(path) ? "its value" : quote(value);
  return new SlipwayError({ where, what: `${what} is not allowed`, allowed, todo });
}

/** Runs a check of another layer, and says of what it refuses in which stack file that is to be corrected. */
export function inStackFile(stack: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const { where, ...rest } = error.problem;
    throw new SlipwayError({
      todo: `correct it in Pulumi.${stack}.yaml`,
      ...rest,
      where: where === undefined ? `stack ${stack}` : `${where} of stack ${stack}`,
    });
  }
}

const kinds: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  number: "a number",
  object: "a block of keys",
  record: "a block of keys",
  string: "text",
};

/** What is allowed where the issue is. The library's own words stand only where this does not know better. */
function allowedBy(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return kinds[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.map(String).join(", ");
    case "invalid_key":
      return issue.issues[0]?.message ?? issue.message;
    case "too_small":
      if (issue.minimum === 1 && issue.origin !== "number" && issue.origin !== "int")
        return "one that is not empty";
      return `at least ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `at most ${issue.maximum}${unitOf(issue.origin)}`;
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  return { array: " in the list", string: " characters" }[origin] ?? "";
}

/** Names of the keys that the block at `path` may have. */
function keysAt(schema: z.ZodType, path: readonly string[]): readonly string[] {
  const block = bare(schema);
  if (!(block instanceof z.ZodObject)) return [];
  const [first, ...rest] = path;
  const shape = block.shape as Readonly<Record<string, z.ZodType>>;
  if (first === undefined) return Object.keys(shape);
  const inner = shape[first];
  return inner === undefined ? [] : keysAt(inner, rest);
}

function bare(schema: z.ZodType): z.ZodType {
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapped ? bare(schema.unwrap() as z.ZodType) : schema;
}

function lookUp(raw: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
    raw,
  );
}

function quote(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `a value of ${text.length} characters`;
}
