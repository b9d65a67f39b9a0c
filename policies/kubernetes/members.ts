import type { Judgement } from "../core/judgement";

/** Judges every member of a list on its own: one that is not known yet says nothing of the others. */
export function eachMember(
  block: Readonly<Record<string, unknown>>,
  field: string,
  judgement: Judgement,
  judge: (member: unknown, index: number) => void,
): void {
  // In a part, for the list itself may not be known yet.
  judgement.part(() => judgement.each(block[field], judge));
}
