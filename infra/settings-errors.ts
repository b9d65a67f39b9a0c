import type { z } from "zod";
import { SlipwayError } from "../components/common/problems";

/** The first problem that the schema found, as one sentence; a value is quoted only when it is short and plain. */
export function explainIssue(
  stack: string,
  error: z.ZodError,
  raw: Readonly<Record<string, unknown>>,
): SlipwayError {
  const issue = error.issues[0];
  if (issue === undefined)
    return new SlipwayError({ where: `stack ${stack}`, what: "the configuration is not valid" });
  const path = issue.path.map(String);
  const where = `slipway:${path.join(".")} of stack ${stack}`;
  const todo = `correct it in Pulumi.${stack}.yaml`;
  if (issue.code === "unrecognized_keys") {
    return new SlipwayError({
      where: `slipway:${[...path, issue.keys[0] ?? ""].join(".")} of stack ${stack}`,
      what: "unknown config key",
      todo: `remove or rename it in Pulumi.${stack}.yaml`,
    });
  }
  if (issue.code === "invalid_key") {
    const [why] = issue.issues;
    const what = `the name ${quote(path.at(-1) ?? "")} is not allowed`;
    return new SlipwayError({ where, what, ...(why === undefined ? {} : { allowed: why.message }), todo });
  }
  const value = lookUp(raw, path);
  if (value === undefined)
    return new SlipwayError({ where, what: "it is missing", allowed: issue.message, todo });
  return new SlipwayError({ where, what: `${quote(value)} is not allowed`, allowed: issue.message, todo });
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
