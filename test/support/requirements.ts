import { readFileSync } from "node:fs";
import path from "node:path";

/** A test by its file and its full title, as mocha has it. */
export interface NamedTest {
  readonly file: string;
  readonly title: string;
}

/** One demand of a system's document. */
export interface Demand {
  /** Line of the file, to be told by. */
  readonly line: number;
  readonly system: string;
  readonly section: string;
  readonly demand: string;
  readonly state: string;
  /** Files that meet it. */
  readonly where: readonly string[];
  readonly tests: readonly NamedTest[];
  /** What is said besides, or in place of, tests. */
  readonly fact: string;
}

/** The table of demands, and what its summary says of it: numbers by system and state. */
export interface Requirements {
  readonly demands: readonly Demand[];
  readonly summary: readonly (readonly string[])[];
}

const HEADER = ["§", "Demand", "State", "Where", "Proof; or the fact, and what is done instead"];
const TEST = /^`(test\/[^`]+)` (.+)$/;

/**
 * Reads docs/requirements.md: a heading for each system, and under it a table with a row for each demand.
 *
 * @throws Error naming the line of a row that has not just the columns of the table.
 */
export function readRequirements(root: string): Requirements {
  const lines = readFileSync(path.join(root, "docs", "requirements.md"), "utf8").split("\n");
  const demands: Demand[] = [];
  const summary: string[][] = [];
  let system: string | undefined;
  for (const [index, text] of lines.entries()) {
    const [, heading] = /^## (.+)$/.exec(text) ?? [];
    if (heading !== undefined) system = heading;
    if (!text.startsWith("| ") || /^[| -]+$/.test(text)) continue;
    const cells = cellsOf(text);
    if (system === undefined) {
      if (cells[0] !== "System") summary.push(cells);
      continue;
    }
    if (cells.join() === HEADER.join()) continue;
    const [section, demand, state, where, proof, ...rest] = cells;
    if (where === undefined || proof === undefined || rest.length > 0) {
      throw new Error(`docs/requirements.md:${index + 1} has ${cells.length} columns, not ${HEADER.length}`);
    }
    const parts = proof.split("<br>").map((part) => part.trim());
    demands.push({
      line: index + 1,
      system,
      section: section ?? "",
      demand: demand ?? "",
      state: state ?? "",
      where: [...where.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file),
      tests: parts.flatMap((part) => {
        const [, file, title] = TEST.exec(part) ?? [];
        return file === undefined || title === undefined ? [] : [{ file, title }];
      }),
      fact: parts.filter((part) => !TEST.test(part)).join(" "),
    });
  }
  return { demands, summary };
}

/** Cells of a row; `\|` is a bar inside of one. */
function cellsOf(row: string): string[] {
  return row
    .replace(/^\|/, "")
    .replace(/\|\s*$/, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}
