import type { RuleCard } from "./cards";

/** A finding as all formats show it. */
export interface Row {
  readonly card: RuleCard;
  readonly level: "mandatory" | "advisory";
  /** What is judged, as a person names it: `Deployment shop/api`, `aws:ec2/vpc:Vpc "network"`, `the stack`. */
  readonly subject: string;
  /** Where it stands. */
  readonly place?: { readonly file: string; readonly line: number };
  /** The field in it; empty where the finding is about it as a whole. */
  readonly path: string;
  readonly message: string;
  /** What tells it from every other finding, and stays the same while lines and values around it change. */
  readonly key: readonly string[];
}

const levels = ["mandatory", "advisory"] as const;

/** By level, the order of rules, and subject. */
export function sorted(rows: readonly Row[], order: readonly string[]): readonly Row[] {
  const places = new Map(order.map((name, index) => [name, index]));
  const rank = ({ level, card }: Row): number =>
    levels.indexOf(level) * order.length + (places.get(card.name) ?? order.length - 1);
  // Sorting is stable: what is said of one subject stays in its order.
  return [...rows].sort((a, b) => rank(a) - rank(b) || compare(a.subject, b.subject));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export function placeOf({ place }: Pick<Row, "place">): string {
  return place === undefined ? "" : `${place.file}:${place.line}`;
}

/** `2 mandatory, 1 advisory`. */
export function countOf(rows: readonly Pick<Row, "level">[]): { mandatory: number; advisory: number } {
  const mandatory = rows.filter(({ level }) => level === "mandatory").length;
  return { mandatory, advisory: rows.length - mandatory };
}
