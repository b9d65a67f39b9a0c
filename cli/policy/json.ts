import { byLayer, urnParts } from "../../engine/layers";
import type { OperationResult } from "../../engine/types";
import type { Row } from "./row";
import { countOf } from "./row";

/** A row of a stack, with the resource that it is about. */
export interface StackRow extends Row {
  /** Empty for the stack as a whole. */
  readonly urn: string;
}

/** What `slipway policy --format json` prints. Field names are a public contract. */
export function reviewJson(
  stack: string,
  rows: readonly StackRow[],
  { changes, steps, remediations }: Pick<OperationResult, "changes" | "steps" | "remediations">,
  withChanges: boolean,
): object {
  const counts = countOf(rows);
  const layers = [...byLayer(steps)].map(([layer, ops]) => [layer, Object.fromEntries(ops)]);
  return {
    ok: counts.mandatory === 0,
    stack,
    ...counts,
    findings: rows.map(({ card, level, urn, place, path, message }) => ({
      rule: card.name,
      title: card.title,
      area: card.area,
      level,
      severity: card.severity,
      ids: card.ids,
      urn,
      type: urnParts(urn).type,
      name: urnParts(urn).name,
      file: place?.file ?? null,
      line: place?.line ?? null,
      path,
      message,
      remedy: card.remedy,
      url: card.url,
    })),
    remediations,
    ...(withChanges && {
      changes,
      byLayer: Object.fromEntries(layers) as object,
      steps: steps.filter(({ op }) => op !== "same" && op !== "read"),
    }),
  };
}
