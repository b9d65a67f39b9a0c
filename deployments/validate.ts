import { SlipwayError } from "../components/common/problems";
import type { DeliveryTable, StackRow } from "./types";

interface Rule {
  readonly field: string;
  readonly value: string;
  readonly ok: boolean;
  readonly allowed: string;
}

/**
 * Refuses a table that would deliver what nobody meant: nothing is made from it.
 *
 * @throws SlipwayError for the first field that is not allowed.
 */
export function validate(table: DeliveryTable): void {
  const rules = [
    ...ofTable(table),
    ...ofReview(table),
    ...Object.entries(table.stacks).flatMap(([name, row]) => ofStack(name, row, table)),
    ...apart(table),
  ];
  const broken = rules.find(({ ok }) => !ok);
  if (broken === undefined) return;
  const { field, value, allowed } = broken;
  throw new SlipwayError({
    where: "deployments/table.ts",
    what: `${field} is "${value}"`,
    allowed,
    todo: "correct it, and run `npm run workflows`",
  });
}

const ROLE = /^arn:aws(?:-cn|-us-gov)?:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
/** Five fields of the characters that cron knows. */
const CRON = /^(?:[\d*/,-]+ ){4}[\d*/,-]+$/;
const CONFIG = /^policies\/config\/[\w-]+\.json$/;

const role = (field: string, value: string): Rule => rule(field, value, ROLE, "the ARN of an IAM role");
const pool = (field: string, value: string): Rule => rule(field, value, UUID, "the id of a pool, a UUID");
const name = (field: string, value: string): Rule =>
  rule(field, value, NAME, "letters, digits, dashes and underscores");
const config = (field: string, value: string): Rule =>
  rule(field, value, CONFIG, "a file of policies/config, from the root of the repository");

function rule(field: string, value: string, pattern: RegExp, allowed: string): Rule {
  return { field, value, ok: pattern.test(value), allowed };
}

function ofTable(table: DeliveryTable): readonly Rule[] {
  const { executorImage } = table;
  return [
    rule("repository", table.repository, /^[\w.-]+\/[\w.-]+$/, "owner/name"),
    rule("organization", table.organization, /^[a-z0-9][a-z0-9_-]*$/, "its name in lower case"),
    name("project", table.project),
    rule("branch", table.branch, /^[\w./-]+$/, "the name of one branch"),
    rule("node", table.node, /^\d+$/, "a major version"),
    {
      field: "sessionSeconds",
      value: String(table.sessionSeconds),
      // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
      ok: table.sessionSeconds >= 900 && table.sessionSeconds <= 43_200,
      allowed: "900 to 43200, which are AWS's own limits",
    },
    ...globs("paths", table.paths),
    ...(executorImage === undefined
      ? []
      : [rule("executorImage", executorImage, /@sha256:[0-9a-f]{64}$/, "an image with its digest")]),
  ];
}

function ofReview({ review, stacks }: DeliveryTable): readonly Rule[] {
  const { template, ttlHours } = review;
  return [
    name("review.template", template),
    {
      field: "review.template",
      value: template,
      ok: !Object.hasOwn(stacks, template),
      allowed: "a stack that is not delivered itself",
    },
    role("review.role", review.role),
    pool("review.agentPoolId", review.agentPoolId),
    {
      field: "review.ttlHours",
      value: String(ttlHours),
      ok: Number.isInteger(ttlHours) && ttlHours >= 1 && ttlHours <= 168,
      allowed: "1 to 168, a week",
    },
    ...globs("review.paths", review.paths),
    config("review.packConfig", review.packConfig),
  ];
}

function ofStack(stack: string, row: StackRow, table: DeliveryTable): readonly Rule[] {
  const at = (field: string): string => `stacks.${stack}.${field}`;
  const names = Object.keys(table.stacks);
  const { trigger, after, approvers } = row;
  return [
    name("stacks", stack),
    rule(at("region"), row.region, /^[a-z]{2}(?:-[a-z]+)+-\d$/, "an AWS region"),
    role(at("roles.preview"), row.roles.preview),
    role(at("roles.up"), row.roles.up),
    name(at("environments.preview"), row.environments.preview),
    name(at("environments.up"), row.environments.up),
    name(at("teams.preview"), row.teams.preview),
    name(at("teams.up"), row.teams.up),
    name(at("runners.preview"), row.runners.preview),
    name(at("runners.up"), row.runners.up),
    pool(at("agentPoolId"), row.agentPoolId),
    rule(at("drift"), row.drift, CRON, "a cron expression of five fields"),
    config(at("packConfig"), row.packConfig),
    {
      field: at("approvers"),
      value: approvers ?? "",
      ok: (trigger === "approval") === (approvers !== undefined && NAME.test(approvers)),
      allowed: "a team where the trigger is approval, and none where it is push",
    },
    {
      field: at("after"),
      value: after ?? "",
      ok: after === undefined || names.slice(0, names.indexOf(stack)).includes(after),
      allowed: "a stack that stands before it in the table",
    },
  ];
}

/** What one stack has must not open another, nor what previews use bring anything up. */
function apart({ stacks, review }: DeliveryTable): readonly Rule[] {
  const rows = Object.values(stacks);
  const both = (pick: (row: StackRow) => StackRow["roles"]): readonly string[] =>
    rows.map(pick).flatMap(({ preview, up }) => [preview, up]);
  return [
    ...distinct("roles", [...both(({ roles }) => roles), review.role]),
    ...distinct(
      "environments",
      both(({ environments }) => environments),
    ),
    ...distinct(
      "teams",
      both(({ teams }) => teams),
    ),
    ...distinct(
      "runners",
      both(({ runners }) => runners),
    ),
    ...distinct("agentPoolId", [...rows.map(({ agentPoolId }) => agentPoolId), review.agentPoolId]),
  ];
}

function distinct(field: string, values: readonly string[]): readonly Rule[] {
  return values.map((value, index) => ({
    field,
    value,
    ok: values.indexOf(value) === index,
    allowed: "another one for each stack and purpose",
  }));
}

function globs(field: string, paths: readonly string[]): readonly Rule[] {
  return [
    { field, value: "", ok: paths.length > 0, allowed: "at least one glob" },
    // `**` only as a whole last part, where both readers mean the same by it.
    ...paths.map((path) =>
      rule(field, path, /^(?![./])[\w.-]+(?:\/[\w.-]+)*(?:\/\*\*)?$/, "folder/** or a file"),
    ),
  ];
}
