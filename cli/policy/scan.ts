import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { SlipwayError } from "../../components/common/problems";
import { checkedConfig } from "../../engine/pack-config";
import { areas as allAreas } from "../../policies/core/rule";
import { Ledger } from "../../policies/core/ledger";
import { rules } from "../../policies/rules";
import { manifestRules, objectsIn, scanObject } from "../../policies/scan";
import type { ScanFinding, ScannedObject } from "../../policies/scan";
import { exitCodes, UsageError } from "../outcome";
import type { Invocation, Outcome } from "../outcome";
import { counted } from "../table";
import { cardOf, known } from "./cards";
import { readManifests } from "./manifests";
import type { ManifestDocument } from "./document";
import type { ManifestFile, UnreadFile } from "./manifests";
import type { Format } from "./review";
import { markdownOf } from "./markdown";
import { sorted } from "./row";
import type { Row } from "./row";
import { sarifOf } from "./sarif";
import { renderRows, summaryOf } from "./text";

export interface ScanOptions {
  readonly format: Format;
  readonly areas: readonly string[];
  /** A configuration as of the pack; none: each rule has its own level, and nothing is exempt. */
  readonly config?: string;
}

/** `slipway policy scan`: judges manifests without a stack, an engine or a network. */
export async function scanManifests(
  names: readonly string[],
  { format, areas, config: configFile }: ScanOptions,
  { progress }: Pick<Invocation, "progress">,
  input: Readable = process.stdin,
): Promise<Outcome> {
  const asked = rulesOf(areas);
  const config = configFile === undefined ? new Map() : await readConfigFile(configFile);
  const files = await readManifests(names, input);
  const ledger = new Ledger(new Date().toISOString().slice(0, 10));
  const problems: string[] = [];
  const found: (ScanFinding & { readonly file: string; readonly line: number })[] = [];
  let objects = 0;
  for (const file of files) {
    if ("what" in file) problems.push(`${file.name}: ${file.what}`);
    else scanFile(file);
  }
  if (problems.length > 0) return unreadable(problems);
  for (const line of ledger.ended()) progress.note(`policies: ${line}`);

  const rows = sorted(
    found.map(rowOf),
    asked.map(({ name }) => name),
  );
  return {
    ok: found.length === 0,
    isReport: true,
    json: {
      files: files.length,
      objects,
      findings: found.map(({ rule, level, file, kind, namespace, name, path: at, message }) => ({
        ...{ rule: rule.name, area: rule.area, level, file, kind, namespace, name, path: at, message },
      })),
    },
    text: textOf(format, rows, { files, objects, cards: asked.map(cardOf) }),
  };

  function scanFile({ name: file, documents }: ManifestFile): void {
    for (const document of documents) {
      const { index, line } = document;
      const at = `${file}: document ${index}, line`;
      if ("what" in document) problems.push(`${at} ${line}: ${document.what}`);
      // Nothing but comments.
      else if (document.value !== null && document.value !== undefined) scanDocument(file, at, document);
    }
  }

  function scanDocument(file: string, at: string, { value, linesOf }: ManifestDocument): void {
    const all = objectsIn(value);
    const unread = all.filter((object) => "what" in object);
    linesOf(unread.map(({ path: member }) => member)).forEach((line, index) => {
      const { path: member = "", what = "" } = unread[index] ?? {};
      problems.push(`${at} ${line}: ${member === "" ? "" : `${member}: `}${what}`);
    });
    const readable = all.filter((object): object is ScannedObject => !("what" in object));
    objects += readable.length;
    const findings = readable.flatMap((object) => scanObject(object, asked, config, ledger));
    const lines = linesOf(findings.map((finding) => finding.path));
    findings.forEach((finding, index) => found.push({ ...finding, file, line: lines[index] ?? 1 }));
  }
}

/** @throws UsageError for an area that there is not, or that says nothing of manifests. */
function rulesOf(areas: readonly string[]): ReturnType<typeof manifestRules> {
  for (const area of areas) {
    known("--area", "area", area, allAreas);
    if (manifestRules(rules, [area]).length > 0) continue;
    throw new UsageError({
      where: "--area",
      what: `no rule of area ${area} can judge a manifest by itself`,
      allowed: [...new Set(manifestRules(rules).map((rule) => rule.area))].join(", "),
      todo: "name one of them, or use `slipway policy -s STACK`",
    });
  }
  return manifestRules(rules, areas);
}

async function readConfigFile(file: string): Promise<ReturnType<typeof checkedConfig>> {
  const text = await readFile(file, "utf8").catch((error: unknown): never => {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError({ where: file, what: `it cannot be read (${code ?? message})` });
  });
  try {
    return checkedConfig(text, file);
  } catch (error) {
    // What it is given is wrong, not what it judges.
    throw error instanceof SlipwayError ? new UsageError(error.problem) : error;
  }
}

/** Nothing is said of the rest: a pass would not be one. */
function unreadable(problems: readonly string[]): Outcome {
  return {
    ok: false,
    code: exitCodes.usage,
    json: { ok: false, error: { message: `${problems.join("; ")}.`, problems } },
    text: problems.map((problem) => `slipway: ${problem}.`).join("\n"),
  };
}

function rowOf({
  rule,
  level,
  kind,
  namespace,
  name,
  path: at,
  message,
  file,
  line,
}: ScanFinding & {
  readonly file: string;
  readonly line: number;
}): Row {
  const subject = `${kind} ${namespace === "" ? name : `${namespace}/${name}`}`.trim();
  return {
    card: cardOf(rule),
    level,
    subject,
    place: { file: fileFromHere(file), line },
    path: at,
    message,
    key: [fileFromHere(file), subject, at],
  };
}

/** As from the folder in which the command runs, where the file is in it. */
function fileFromHere(file: string): string {
  if (file === "-") return file;
  const relative = path.relative(process.cwd(), path.resolve(file));
  return (relative.startsWith("..") ? path.resolve(file) : relative).replaceAll(path.sep, "/");
}

interface Scanned {
  readonly files: readonly (ManifestFile | UnreadFile)[];
  readonly objects: number;
  readonly cards: readonly ReturnType<typeof cardOf>[];
}

function textOf(format: Format, rows: readonly Row[], { files, objects, cards }: Scanned): string {
  switch (format) {
    case "json":
      return "";
    case "sarif":
      return JSON.stringify(sarifOf({ category: "slipway/policy/scan", rows, cards, fallback: "-" }));
    case "markdown":
      return markdownOf({ subject: "manifests", rows, command: "slipway policy scan" });
    case "table": {
      const read = `${counted(files.length, "file")}, ${counted(objects, "object")}`;
      return [...renderRows(rows), ...(rows.length === 0 ? [] : [""]), `${summaryOf(rows)} (${read})`].join(
        "\n",
      );
    }
  }
}
