import type { Json, Props } from "../../part";
import type { Situation } from "../model";
import { isObject, textOf } from "../values";
import { T } from "./tokens";

function listOf(value: Json | undefined): readonly Json[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly Json[]) : [value];
}

function statementsOf(document: Json | undefined): readonly Props[] {
  if (typeof document !== "string") return [];
  try {
    const parsed = JSON.parse(document) as Json;
    return isObject(parsed) ? listOf(parsed["Statement"]).filter(isObject) : [];
  } catch {
    return [];
  }
}

function names(statement: Props, kind: string, wanted: readonly string[]): boolean {
  const principal = statement["Principal"];
  if (principal === "*") return true;
  return (
    isObject(principal) &&
    listOf(principal[kind]).some((name) => name === "*" || wanted.includes(textOf(name)))
  );
}

/** Whether a role of this account lets a service assume it. An unknown role is left to the reference check. */
export function roleTrusts(
  s: Situation,
  roleArn: string,
  service: string,
  action = "sts:AssumeRole",
): boolean {
  const role = s.account.find(T.role, "arn", roleArn);
  if (role === undefined) return true;
  return statementsOf(role.attributes["assumeRolePolicy"]).some(
    (statement) =>
      statement["Effect"] === "Allow" &&
      names(statement, "Service", [service]) &&
      listOf(statement["Action"]).some((word) => word === action || word === "sts:*" || word === "*"),
  );
}

/**
 * Whether a key's policy lets CloudWatch Logs use it for a log group: by its service, and where the statement names
 * log groups, by this one (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html).
 */
export function keyServesLogs(s: Situation, keyArn: string, groupArn: string): boolean {
  const key = s.account.find(T.key, "arn", keyArn);
  if (key === undefined) return true;
  const separate = s.account.find(T.keyPolicy, "id", key.id);
  return statementsOf(separate?.attributes["policy"] ?? key.attributes["policy"]).some(
    (statement) =>
      statement["Effect"] === "Allow" &&
      names(statement, "Service", [`logs.${s.region}.amazonaws.com`, "logs.amazonaws.com"]) &&
      namedGroups(statement).every((patterns) => patterns.some((pattern) => isLike(pattern, groupArn))),
  );
}

/** The log groups that the conditions of a statement name; one list for each condition. */
function namedGroups(statement: Props): (readonly string[])[] {
  const conditions = statement["Condition"];
  if (!isObject(conditions)) return [];
  return Object.values(conditions).flatMap((condition) => {
    const arns = isObject(condition) ? condition["kms:EncryptionContext:aws:logs:arn"] : undefined;
    return arns === undefined ? [] : [listOf(arns).map(textOf)];
  });
}

/** Whether a text fits a pattern of IAM, where `*` stands for any characters and `?` for one. */
function isLike(pattern: string, value: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(value);
}

/** Whether a key policy leaves somebody of the account the right to change it again. */
export function keepsControl(document: string, accountId: string): boolean {
  return statementsOf(document).some(
    (statement) =>
      statement["Effect"] === "Allow" &&
      listOf(statement["Action"]).some((word) =>
        ["kms:*", "*", "kms:PutKeyPolicy", "kms:Put*"].includes(textOf(word)),
      ) &&
      (statement["Principal"] === "*" ||
        (isObject(statement["Principal"]) &&
          listOf(statement["Principal"]["AWS"]).some(
            (name) => name === "*" || name === accountId || textOf(name).includes(`:${accountId}:`),
          ))),
  );
}

/** Whether a managed policy is attached to a role. */
export function hasPolicy(s: Situation, roleArn: string, policyName: string): boolean {
  const role = s.account.find(T.role, "arn", roleArn);
  return (
    role === undefined ||
    s.account
      .all(T.roleAttachment)
      .some(
        ({ attributes }) =>
          attributes["role"] === role.id && textOf(attributes["policyArn"]).endsWith(`/${policyName}`),
      )
  );
}
