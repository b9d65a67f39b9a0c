import { byLayer, resourceLabel } from "../../engine/layers";
import type { ChangeSummary, OperationResult } from "../../engine/types";
import { sentenceOf } from "../../policies/core/judgement";
import { counted } from "../table";
import type { Row } from "./row";
import { countOf, placeOf } from "./row";

/** Most characters of a comment on GitHub (65,536), with room for what a workflow puts around it. */
const longest = 65_000;
/** Most characters of one message; what is longer is cut. */
const longestMessage = 600;

export interface Comment {
  /** `staging`, or what else the findings are about. */
  readonly subject: string;
  readonly rows: readonly Row[];
  /** Undefined leaves the changes out. */
  readonly changes?: Pick<OperationResult, "changes" | "steps">;
  readonly remediations?: OperationResult["remediations"];
  /** The command that shows all of it. */
  readonly command: string;
}

/**
 * Findings as a comment on a pull request. Its first line, which is not shown, is the same for each run on the same
 * stack, so that a workflow can find its comment and bring it up to date. Nothing in a name or message can break it.
 */
export function markdownOf(comment: Comment): string {
  const { subject, rows, changes, remediations = [], command } = comment;
  const { mandatory, advisory } = countOf(rows);
  const verdict =
    mandatory === 0 ? "✅ no mandatory finding" : `❌ ${counted(mandatory, "mandatory finding")}`;
  const head = [
    `<!-- slipway:policy:${subject} -->`,
    `### Policy of \`${subject}\`: ${verdict}, ${advisory} advisory`,
    "",
    ...(changes === undefined ? [] : changesOf(changes)),
  ];
  const tail = remediations.map(
    ({ policy, urn }) => `- ${code(resourceLabel(urn))} was remediated by ${code(policy)}`,
  );
  // Text that is not about findings gets half of the room at most, so that there is always room for some.
  const frame = [...head, ...withinLength(tail, longest / 2 - lengthOf(head))];
  const shown = withinLength(rows.map(tableRow), longest - lengthOf(frame) - lengthOf(groupFrame) - 400);
  const groups = (["mandatory", "advisory"] as const).flatMap((level) => {
    const own = shown.filter((_, index) => rows[index]?.level === level);
    return own.length === 0 ? [] : group(level, own);
  });
  const left = rows.length - shown.length + (tail.length - (frame.length - head.length));
  const more =
    left === 0 ? [] : [`${counted(left, "more line")} left out for length: ${code(command)} shows them all.`];
  return [...head, ...groups, ...frame.slice(head.length), ...more].join("\n").trimEnd();
}

const kinds = ["create", "update", "replace", "delete"] as const satisfies readonly (keyof ChangeSummary)[];

function changesOf({ changes, steps }: Pick<OperationResult, "changes" | "steps">): readonly string[] {
  if (kinds.every((kind) => changes[kind] === 0)) return ["No resource changes.", ""];
  const layers = [...byLayer(steps)].filter(([, ops]) => kinds.some((kind) => ops.has(kind)));
  const cells = (name: string, counts: (kind: (typeof kinds)[number]) => number): string =>
    `| ${name} | ${kinds.map(counts).join(" | ")} |`;
  return [
    `| layer | ${kinds.join(" | ")} |`,
    `| --- |${" ---: |".repeat(kinds.length)}`,
    ...layers.map(([layer, ops]) => cells(escaped(layer), (kind) => ops.get(kind) ?? 0)),
    cells("**total**", (kind) => changes[kind]),
    "",
  ];
}

function group(level: Row["level"], rows: readonly string[]): readonly string[] {
  return [
    // What stops an update is open, advice folded up.
    `<details${level === "mandatory" ? " open" : ""}><summary>${counted(rows.length, `${level} finding`)}</summary>`,
    "",
    "| rule | resource | where | what is wrong, and what to do |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    "</details>",
    "",
  ];
}

const groupFrame = [...group("mandatory", []), ...group("advisory", [])];

function tableRow(row: Row): string {
  const { card, subject } = row;
  const rule = /^https:\/\/[^\s()<>|]+$/.test(card.url)
    ? `[${code(card.name)}](${card.url})`
    : code(card.name);
  const said = sentenceOf(row);
  const message = said.length > longestMessage ? `${said.slice(0, longestMessage)}…` : said;
  const what = [escaped(message), escaped(card.remedy)].filter((text) => text !== "").join("<br>");
  return `| ${rule} | ${code(subject.slice(0, longestMessage))} | ${code(placeOf(row))} | ${what} |`;
}

/** The first lines that are together no longer than `room`. */
function withinLength(lines: readonly string[], room: number): readonly string[] {
  let left = room;
  const end = lines.findIndex((line) => (left -= line.length + 1) < 0);
  return end === -1 ? lines : lines.slice(0, end);
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/** A name, as code: no mention of a user and no link comes of it. Not by backticks, which it may hold. */
function code(text: string): string {
  return text === "" ? "" : `<code>${escaped(text)}</code>`;
}

/** Text that is shown as it is, in a cell of a table too. */
function escaped(text: string): string {
  return (
    text
      .replaceAll(/\s+/g, " ")
      .trim()

      .replaceAll(/[\u0000-\u001f\u007f]/g, "")
      .replaceAll(/[&<>|\\`*_~[\]{}()#!$:"']/g, (mark) => `&#${mark.charCodeAt(0)};`)
      // Or it would call a user of that name.
      .replaceAll(/(?<!\w)@(?=\w)/g, "@&#8203;")
  );
}
