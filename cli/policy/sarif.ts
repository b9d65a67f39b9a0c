import { createHash } from "node:crypto";
import { version } from "../../package.json";
import type { PolicySeverity } from "../../engine/types";
import { sentenceOf } from "../../policies/core/judgement";
import type { RuleCard } from "./cards";
import type { Row } from "./row";

/** What a log of findings is about. */
export interface SarifRun {
  /** Tells runs of one commit apart, such as the stacks: `slipway/policy/staging`. */
  readonly category: string;
  readonly rows: readonly Row[];
  /** Every rule that was asked, also those that found nothing. */
  readonly cards: readonly RuleCard[];
  /** Where a finding is shown that has no place of its own. */
  readonly fallback: string;
}

const levels = { mandatory: "error", advisory: "warning" } as const;

/** Numbers as GitHub groups them: https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support. */
const severities: Readonly<Record<PolicySeverity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "3.0",
};

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** Most results of a run that code scanning takes. */
const mostResults = 25_000;

/** A SARIF 2.1.0 log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). */
export function sarifOf({ category, rows, cards, fallback }: SarifRun): object {
  // A rule of another pack is described too: a result without its rule is not shown.
  const all = [
    ...new Map([...cards, ...rows.map(({ card }) => card)].map((card) => [card.name, card])).values(),
  ];
  const places = new Map(all.map(({ name }, index) => [name, index]));
  const seen = new Map<string, number>();
  return {
    $schema: schema,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "slipway", semanticVersion: version, rules: all.map(ruleOf) } },
        automationDetails: { id: `${category}/` },
        columnKind: "utf16CodeUnits",
        results: rows.slice(0, mostResults).map((row) => ({
          ruleId: row.card.name,
          ruleIndex: places.get(row.card.name) ?? 0,
          level: levels[row.level],
          message: { text: `${row.subject}: ${sentenceOf(row)}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: artifact(row.place?.file ?? fallback),
                region: { startLine: row.place?.line ?? 1 },
              },
              logicalLocations: [{ fullyQualifiedName: row.subject, kind: "resource" }],
            },
          ],
          partialFingerprints: { primaryLocationLineHash: fingerprint(row, seen) },
        })),
      },
    ],
  };
}

function ruleOf({ name, area, title, description, level, severity, ids, remedy, url }: RuleCard): object {
  const link = url === "" ? "" : `\n\n[Read more](${url})`;
  return {
    id: name,
    name,
    shortDescription: { text: title },
    fullDescription: { text: description },
    help: {
      text: [description, remedy, url].filter((text) => text !== "").join(" "),
      markdown: `${description}\n\n${remedy}${link}`.trim(),
    },
    ...(url !== "" && { helpUri: url }),
    defaultConfiguration: { level: levels[level] },
    properties: {
      // Without the first one the severity is not shown.
      tags: ["security", area, ...ids],
      precision: "very-high",
      "security-severity": severities[severity],
    },
  };
}

/** Files outside of the folder have an address of their own. */
function artifact(file: string): object {
  const uri = file.split("/").map(encodeURIComponent).join("/");
  return file.startsWith("/") ? { uri: `file://${uri}` } : { uri, uriBaseId: "%SRCROOT%" };
}

/** Not of the line, which moves with what is above it, so that a finding stays the same alert. */
function fingerprint({ card, key }: Row, seen: Map<string, number>): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([card.name, ...key]))
    .digest("hex")
    .slice(0, 16);
  const count = (seen.get(hash) ?? 0) + 1;
  seen.set(hash, count);
  return `${hash}:${count}`;
}
