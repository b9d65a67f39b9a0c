import { writeFile } from "node:fs/promises";
import path from "node:path";
import { SlipwayError } from "../../components/common/problems";
import { resourceLabel, urnParts } from "../../engine/layers";
import { review } from "../../engine/review";
import type { ReviewFinding } from "../../engine/review";
import { ensureTool } from "../../engine/tools";
import { targetOf } from "../operations";
import type { Invocation, Outcome } from "../outcome";
import { reachOf } from "../runners";
import { chosenStack, repository } from "../stacks";
import { allCards, cardFor, checkSelection, isSelected } from "./cards";
import type { RuleCard, Selection } from "./cards";
import { reviewJson } from "./json";
import type { StackRow } from "./json";
import { markdownOf } from "./markdown";
import { countOf, sorted } from "./row";
import { sarifOf } from "./sarif";
import { renderRows, summaryOf } from "./text";

export type Format = "table" | "json" | "sarif" | "markdown";

export interface ReviewOptions {
  readonly stack?: string;
  readonly cwd: string;
  readonly format: Format;
  readonly selection: Selection;
  /** Whether the changes of the preview are shown too. Default: in markdown only. */
  readonly changes?: boolean;
  /** A file that gets the same findings as SARIF, whatever the format of the output. Default: none. */
  readonly sarif?: string;
}

/** `slipway policy`: a preview of a stack for the verdicts of the pack. */
export async function reviewStack(
  options: ReviewOptions,
  { progress, signal }: Invocation,
): Promise<Outcome> {
  const { format, selection } = options;
  checkSelection(selection);
  const workDir = path.resolve(options.cwd);
  const stack = await chosenStack(workDir, options.stack);
  const target = await targetOf(stack, workDir, progress);
  const engine = await ensureTool("pulumi", progress, { signal });
  const { result, findings } = await review(target, repository, progress, {
    engine,
    signal,
    reach: reachOf(stack),
  });
  const cards = allCards();
  const byName = new Map(cards.map((card) => [card.name, card]));
  const rows = (
    sorted(
      findings.map((finding) => rowOf(finding, cardFor(byName, finding))),
      cards.map(({ name }) => name),
    ) as readonly StackRow[]
  ).filter(({ card }) => isSelected(selection, card));
  const withChanges = options.changes ?? format === "markdown";
  if (options.sarif !== undefined) await write(options.sarif, `${sarif()}\n`);
  return {
    ok: countOf(rows).mandatory === 0,
    isReport: true,
    json: reviewJson(stack, rows, result, withChanges),
    text: textOf(),
  };

  function textOf(): string {
    const { remediations } = result;
    if (format === "json") return "";
    if (format === "sarif") return sarif();
    if (format === "markdown") {
      const command = `slipway policy -s ${stack}`;
      return markdownOf({
        subject: stack,
        rows,
        remediations,
        command,
        ...(withChanges && { changes: result }),
      });
    }
    return [
      ...renderRows(rows),
      ...remediations.map(({ policy, urn }) => `remediated by ${policy}: ${resourceLabel(urn)}`),
      ...(rows.length + remediations.length === 0 ? [] : [""]),
      ...(withChanges ? changeLines() : []),
      summaryOf(rows),
    ].join("\n");
  }

  function sarif(): string {
    const asked = cards.filter((card) => isSelected(selection, card));
    const fallback = `Pulumi.${stack}.yaml`;
    return JSON.stringify(sarifOf({ category: `slipway/policy/${stack}`, rows, cards: asked, fallback }));
  }

  function changeLines(): readonly string[] {
    const { create, update, replace, delete: deleted } = result.changes;
    return [`changes: ${create} to create, ${update} to update, ${replace} to replace, ${deleted} to delete`];
  }
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown): never => {
    throw new SlipwayError({
      where: "slipway policy --sarif",
      what: `the findings cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      allowed: "a file in a folder that is there",
      todo: "name such a file",
    });
  });
}

/** What the engine prints of a finding begins with what the rule is about, which the card says too. */
function rowOf({ urn, level, message, place }: ReviewFinding, card: RuleCard): StackRow {
  const said = message.startsWith(`${card.description} `)
    ? message.slice(card.description.length + 1)
    : message;
  const [, at = "", rest = said] = /^([\w-]+(?:[.[][^\s:]*)?): (.+)$/s.exec(said) ?? [];
  const isStack = urn === "" || urnParts(urn).type === "pulumi:pulumi:Stack";
  return {
    card,
    level,
    urn,
    subject: isStack ? "the stack" : resourceLabel(urn),
    ...(place && { place }),
    path: at,
    message: rest,
    // Without the name of the stack and the project.
    key: [urn.split("::").slice(2).join("::"), at === "" ? rest : at],
  };
}
