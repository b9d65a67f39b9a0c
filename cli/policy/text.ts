import { sentenceOf } from "../../policies/core/judgement";
import { counted, table } from "../table";
import type { Row } from "./row";
import { countOf, placeOf } from "./row";

/** Findings as a table, below each what is wrong, and at the end once for each rule what to do. */
export function renderRows(rows: readonly Row[]): readonly string[] {
  const heads = table(
    rows.map((row) => [row.level, row.card.severity, row.card.name, row.subject, placeOf(row)]),
  );
  const findings = rows.flatMap((row, index) => [heads[index] ?? "", `    ${sentenceOf(row)}`]);
  const cards = [...new Map(rows.map(({ card }) => [card.name, card])).values()];
  const remedies = cards.flatMap(({ name, remedy, url }) => [
    `  ${name}`,
    ...[remedy, url].filter((line) => line !== "").map((line) => `    ${line}`),
  ]);
  return remedies.length === 0 ? findings : [...findings, "", "what to do", ...remedies];
}

/** `policy: 2 mandatory findings, 1 advisory`. */
export function summaryOf(rows: readonly Row[]): string {
  const { mandatory, advisory } = countOf(rows);
  return `policy: ${counted(mandatory, "mandatory finding")}, ${advisory} advisory`;
}
