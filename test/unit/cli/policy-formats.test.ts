import assert from "node:assert/strict";
import fc from "fast-check";
import { allCards, cardFor, checkSelection, isSelected } from "../../../cli/policy/cards";
import type { RuleCard } from "../../../cli/policy/cards";
import { reviewJson } from "../../../cli/policy/json";
import type { StackRow } from "../../../cli/policy/json";
import { markdownOf } from "../../../cli/policy/markdown";
import type { Comment } from "../../../cli/policy/markdown";
import { sorted } from "../../../cli/policy/row";
import type { Row } from "../../../cli/policy/row";
import { sarifOf } from "../../../cli/policy/sarif";
import { renderRows, summaryOf } from "../../../cli/policy/text";
import type { OperationResult } from "../../../engine/types";

const urn = (chain: string, name: string): string => `urn:pulumi:dev::demo::${chain}::${name}`;

const card = (name: string, more: Partial<RuleCard> = {}): RuleCard => ({
  name,
  area: "image",
  title: "Images have a version",
  description: "Every image has a version.",
  level: "mandatory",
  severity: "high",
  ids: ["CIS 5.1.4"],
  remedy: "Give it one.",
  url: "https://example.com/images#version",
  ...more,
});
const versions = card("test-require-version");
const digests = card("test-require-digest", { level: "advisory", severity: "low", url: "" });

const row = (more: Partial<StackRow> = {}): StackRow => ({
  card: versions,
  level: "mandatory",
  urn: urn("slipway:system:System$kubernetes:apps/v1:Deployment", "api"),
  subject: 'kubernetes:apps/v1:Deployment "api"',
  place: { file: "components/workload/workload.ts", line: 89 },
  path: "spec.template.spec.containers[0].image",
  message: "it has no version; give it one.",
  key: ["api", "image"],
  ...more,
});
const { place: _, ...placeless } = row({
  card: digests,
  level: "advisory",
  subject: "the stack",
  path: "",
  urn: "",
});
const rows = [row(), placeless];

const changes: Pick<OperationResult, "changes" | "steps" | "remediations"> = {
  changes: { create: 1, update: 0, replace: 0, delete: 1, same: 1 },
  steps: [
    { urn: urn("slipway:network:Network", "net"), type: "slipway:network:Network", op: "create", diffs: [] },
    { urn: urn("slipway:edge:Edge", "edge"), type: "slipway:edge:Edge", op: "delete", diffs: [] },
    { urn: urn("slipway:system:System", "shop"), type: "slipway:system:System", op: "same", diffs: [] },
  ],
  remediations: [{ policy: "test-mend", urn: urn("slipway:edge:Edge", "edge") }],
};

describe("the pack's rules, as they are shown", () => {
  it("are all of the pack's and its reports, each with what there is to say", () => {
    const cards = allCards();
    assert.ok(cards.length > 10);
    assert.equal(new Set(cards.map(({ name }) => name)).size, cards.length);
    for (const one of cards) {
      assert.ok(one.title !== "" && one.description !== "" && one.remedy !== "", one.name);
      assert.equal(one.rule === undefined, one.area === "policies");
    }
    assert.deepEqual(
      cards.filter(({ rule }) => rule === undefined).map(({ name, level }) => [name, level]),
      [
        ["slipway-policies-exemption-forbid-ended", "mandatory"],
        ["slipway-policies-exemption-require-match", "advisory"],
        ["slipway-policies-rule-report-undecided", "advisory"],
      ],
    );
  });

  it("include one that is not known, with its name", () => {
    const finding = { policy: "of-another-pack", level: "advisory", urn: "", message: "m" } as const;
    const unknown = cardFor(new Map(), { ...finding, severity: "critical" });
    assert.deepEqual(
      [unknown.name, unknown.level, unknown.severity],
      ["of-another-pack", "advisory", "critical"],
    );
    assert.equal(cardFor(new Map(), finding).severity, "medium");
    assert.equal(cardFor(new Map([["of-another-pack", versions]]), finding), versions);
  });

  it("are chosen by area and by name, and a wrong one is named with the nearest", () => {
    const all = { areas: [], rules: [] };
    assert.equal(isSelected(all, versions), true);
    assert.equal(isSelected({ ...all, areas: ["tls", "image"] }, versions), true);
    assert.equal(isSelected({ ...all, areas: ["tls"] }, versions), false);
    assert.equal(isSelected({ ...all, rules: [versions.name] }, versions), true);
    assert.equal(isSelected({ ...all, rules: [digests.name] }, versions), false);
    assert.equal(isSelected({ areas: ["tls"], rules: [versions.name] }, versions), false);
    checkSelection({ areas: ["image", "policies"], rules: ["kubernetes-core-pod-require-non-root"] });
    assert.throws(() => checkSelection({ ...all, areas: ["imag"] }), {
      name: "SlipwayError",
      message:
        /^--area: there is no area "imag" \(did you mean "image"\?\); allowed: pod-security, .*; name one/,
    });
    assert.throws(() => checkSelection({ ...all, rules: ["kubernetes-core-pod-require-nonroot"] }), {
      message:
        /^--rule: there is no rule .* \(did you mean "kubernetes-core-pod-require-non-root"\?\); see `/,
    });
  });
});

describe("findings", () => {
  it("stand in the order of level, rules and subjects", () => {
    const [a, b] = [row({ subject: "a" }), row({ subject: "b" })];
    const late = row({ card: digests, subject: "a" });
    const advice = row({ level: "advisory", subject: "a" });
    const strange = row({ card: card("of-another-pack"), subject: "a" });
    const order = [versions.name, digests.name, "last"];
    assert.deepEqual(sorted([advice, late, strange, b, a], order), [a, b, late, strange, advice]);
  });

  it("are lines for people, and what to do is said once for each rule", () => {
    assert.deepEqual(renderRows([row(), row({ path: "", message: "no." }), ...rows.slice(1)]), [
      'mandatory  high  test-require-version  kubernetes:apps/v1:Deployment "api"  components/workload/workload.ts:89',
      "    spec.template.spec.containers[0].image: it has no version; give it one.",
      'mandatory  high  test-require-version  kubernetes:apps/v1:Deployment "api"  components/workload/workload.ts:89',
      "    no.",
      "advisory   low   test-require-digest   the stack",
      "    it has no version; give it one.",
      "",
      "what to do",
      "  test-require-version",
      "    Give it one.",
      "    https://example.com/images#version",
      "  test-require-digest",
      "    Give it one.",
    ]);
    assert.deepEqual(renderRows([]), []);
    assert.equal(summaryOf(rows), "policy: 1 mandatory finding, 1 advisory");
  });

  it("are an object for programs, with the changes when they are asked for", () => {
    const json = reviewJson("dev", rows, changes, false) as Record<string, unknown>;
    assert.deepEqual(Object.keys(json), ["ok", "stack", "mandatory", "advisory", "findings", "remediations"]);
    assert.deepEqual([json["ok"], json["mandatory"], json["advisory"]], [false, 1, 1]);
    const [first, second] = json["findings"] as Record<string, unknown>[];
    assert.deepEqual(first, {
      rule: "test-require-version",
      title: "Images have a version",
      area: "image",
      level: "mandatory",
      severity: "high",
      ids: ["CIS 5.1.4"],
      urn: row().urn,
      type: "kubernetes:apps/v1:Deployment",
      name: "api",
      file: "components/workload/workload.ts",
      line: 89,
      path: "spec.template.spec.containers[0].image",
      message: "it has no version; give it one.",
      remedy: "Give it one.",
      url: "https://example.com/images#version",
    });
    assert.deepEqual([second?.["file"], second?.["line"]], [null, null]);
    const whole = reviewJson("dev", [placeless], changes, true) as Record<string, unknown>;
    assert.equal(whole["ok"], true);
    assert.deepEqual(whole["changes"], changes.changes);
    assert.deepEqual(whole["byLayer"], { network: { create: 1 }, edge: { delete: 1 }, system: { same: 1 } });
    assert.equal((whole["steps"] as unknown[]).length, 2);
  });
});

interface Sarif {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly Record<string, unknown>[] } };
    readonly automationDetails: { readonly id: string };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
          readonly region: { readonly startLine: number };
        };
      }[];
      readonly partialFingerprints: { readonly primaryLocationLineHash: string };
    }[];
  }[];
}

// What code scanning demands (https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support)
// is checked by hand here: no package at hand has the schema of SARIF.
describe("findings as SARIF", () => {
  const log = (given: readonly Row[], cards: readonly RuleCard[] = [versions, digests]): Sarif =>
    sarifOf({ category: "slipway/policy/dev", rows: given, cards, fallback: "Pulumi.dev.yaml" }) as Sarif;

  it("have what code scanning asks of rules", () => {
    const found = log(rows);
    assert.deepEqual([found.version, found.runs.length], ["2.1.0", 1]);
    assert.match(found.$schema, /^https:.*sarif-schema-2\.1\.0\.json$/);
    const [run] = found.runs;
    assert.equal(run?.automationDetails.id, "slipway/policy/dev/");
    const [mandatory, advisory] = run.tool.driver.rules;
    assert.deepEqual(mandatory, {
      id: "test-require-version",
      name: "test-require-version",
      shortDescription: { text: "Images have a version" },
      fullDescription: { text: "Every image has a version." },
      help: {
        text: "Every image has a version. Give it one. https://example.com/images#version",
        markdown:
          "Every image has a version.\n\nGive it one.\n\n[Read more](https://example.com/images#version)",
      },
      helpUri: "https://example.com/images#version",
      defaultConfiguration: { level: "error" },
      properties: {
        tags: ["security", "image", "CIS 5.1.4"],
        precision: "very-high",
        "security-severity": "8.0",
      },
    });
    assert.deepEqual(
      [advisory?.["defaultConfiguration"], "helpUri" in (advisory ?? {})],
      [{ level: "warning" }, false],
    );
  });

  it("have a place, that of the stack's file where there is no other", () => {
    const [first, second] = log(rows).runs[0]?.results ?? [];
    assert.deepEqual(first?.locations[0]?.physicalLocation, {
      artifactLocation: { uri: "components/workload/workload.ts", uriBaseId: "%SRCROOT%" },
      region: { startLine: 89 },
    });
    assert.equal(
      first.message.text,
      'kubernetes:apps/v1:Deployment "api": spec.template.spec.containers[0].image: it has no version; give it one.',
    );
    assert.deepEqual([first.ruleId, first.ruleIndex, first.level], ["test-require-version", 0, "error"]);
    assert.deepEqual(second?.locations[0]?.physicalLocation, {
      artifactLocation: { uri: "Pulumi.dev.yaml", uriBaseId: "%SRCROOT%" },
      region: { startLine: 1 },
    });
    assert.deepEqual([second.ruleIndex, second.level], [1, "warning"]);
  });

  it("name files by addresses that hold no blank, and those elsewhere by whole ones", () => {
    const at = (file: string): unknown =>
      log([row({ place: { file, line: 1 } })]).runs[0]?.results[0]?.locations[0]?.physicalLocation
        .artifactLocation;
    assert.deepEqual(at("a b/c#d.yaml"), { uri: "a%20b/c%23d.yaml", uriBaseId: "%SRCROOT%" });
    assert.deepEqual(at("/elsewhere/a.yaml"), { uri: "file:///elsewhere/a.yaml" });
  });

  it("keep their fingerprint when lines and words around them change, and each has its own", () => {
    const prints = (...given: readonly Row[]): (string | undefined)[] =>
      (log(given).runs[0]?.results ?? []).map((result) => result.partialFingerprints.primaryLocationLineHash);
    const moved = row({ place: { file: "components/workload/other.ts", line: 5 }, message: "other words" });
    assert.deepEqual(prints(row()), prints(moved));
    const three = prints(row(), row(), row({ key: ["api", "other"] }));
    assert.match(three[0] ?? "", /^[0-9a-f]{16}:1$/);
    assert.match(three[1] ?? "", /^[0-9a-f]{16}:2$/);
    assert.equal(new Set(three).size, 3);
    assert.notEqual(prints(row())[0], prints(row({ card: digests }))[0]);
  });

  it("describe a rule of another pack too, and are no more than code scanning takes", () => {
    const [run] = log([row({ card: card("of-another-pack") })]).runs;
    assert.equal(run?.results[0]?.ruleIndex, 2);
    assert.equal(run.tool.driver.rules[2]?.["id"], "of-another-pack");
    const many = Array.from({ length: 25_010 }, () => row());
    assert.equal(log(many).runs[0]?.results.length, 25_000);
  });
});

describe("findings as a comment", () => {
  const comment = (more: Partial<Comment> = {}): string =>
    markdownOf({ subject: "dev", rows, command: "slipway policy -s dev", ...more });

  it("begin with a hidden line by which a workflow finds them, and a summary", () => {
    const lines = comment().split("\n");
    assert.equal(lines[0], "<!-- slipway:policy:dev -->");
    assert.equal(lines[1], "### Policy of `dev`: ❌ 1 mandatory finding, 1 advisory");
    assert.match(
      comment({ rows: [] }),
      /^<!-- slipway:policy:dev -->\n### .*: ✅ no mandatory finding, 0 advisory$/,
    );
  });

  it("have the changes by layer, without what stays", () => {
    assert.deepEqual(comment({ rows: [], changes }).split("\n").slice(3), [
      "| layer | create | update | replace | delete |",
      "| --- | ---: | ---: | ---: | ---: |",
      "| network | 1 | 0 | 0 | 0 |",
      "| edge | 0 | 0 | 0 | 1 |",
      "| **total** | 1 | 0 | 0 | 1 |",
    ]);
    const none = { create: 0, update: 0, replace: 0, delete: 0, same: 9 };
    assert.match(comment({ rows: [], changes: { changes: none, steps: [] } }), /\nNo resource changes\.$/);
    assert.doesNotMatch(comment(), /layer|No resource/);
  });

  it("are grouped by level, what is mandatory open", () => {
    const text = comment({ remediations: changes.remediations });
    assert.match(text, /<details open><summary>1 mandatory finding<\/summary>\n\n\| rule \|/);
    assert.match(text, /<details><summary>1 advisory finding<\/summary>\n\n\| rule \|/);
    assert.match(text, /<code>test-require-version<\/code>\]\(https:\/\/example\.com\/images#version\)/);
    assert.match(
      text,
      /- <code>slipway&#58;edge&#58;Edge &#34;edge&#34;<\/code> was remediated by <code>test-mend</,
    );
  });

  it("cannot be broken by what names and messages hold", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(nasty, nasty, nasty), { minLength: 1, maxLength: 5 }), (texts) => {
        const given = texts.map(([subject, message, file]) =>
          row({ subject, message, path: "", place: { file, line: 1 } }),
        );
        const lines = comment({ rows: given }).split("\n");
        const table = lines.filter((line) => line.startsWith("| [<code>test-require-version"));
        assert.equal(table.length, given.length);
        for (const line of table) {
          assert.equal(line.split("|").length, 6);
          const cells = line
            .replaceAll(/<\/?code>|<br>/g, "")
            .replace(/\[test-require-version\]\([^)]+\)/, "");
          assert.doesNotMatch(cells, /[<>`*_~[\]\\]|(?<!\w)@(?!&#8203;)\w|(?<!&)#/);
          assert.equal(line.split("<code>").length, line.split("</code>").length);
        }
        const [opened, closed] = ["<details", "</details>"].map((tag) =>
          lines.filter((line) => line.startsWith(tag)),
        );
        assert.deepEqual([opened?.length, closed?.length, lines.length], [1, 1, 9 + given.length]);
      }),
    );
  });

  it("do not take an address for a link that could be something else", () => {
    for (const url of ["javascript:alert(1)", "https://a.example/) <b>", "http://a.example"])
      assert.match(comment({ rows: [row({ card: card("x", { url }) })] }), /\n\| <code>x<\/code> \|/);
  });

  it("stay below the length of a comment, and say how much is left out", () => {
    const message = "|".repeat(10_000);
    const many = Array.from({ length: 400 }, (_, at) =>
      row({ message, level: at < 200 ? "mandatory" : "advisory", subject: `s${at}` }),
    );
    const remediations = Array.from({ length: 5000 }, () => ({
      policy: "p",
      urn: urn("a:b:C", "d".repeat(99)),
    }));
    for (const given of [{ rows: many }, { rows: many, remediations }, { rows, remediations }]) {
      const text = comment({ ...given, changes });
      assert.ok(text.length < 65_536, String(text.length));
      const shown = text.split("\n").filter((line) => /^\| \[<code>|^\| <code>|^- /.test(line)).length;
      const left = given.rows.length + ("remediations" in given ? given.remediations.length : 0) - shown;
      assert.ok(shown > 5);
      assert.match(
        text,
        new RegExp(`\\n${left} more lines left out for length: <code>slipway policy -s dev</code>`),
      );
      assert.equal(text.split("<details").length, text.split("</details>").length);
    }
    const [first] = comment({ rows: many }).split("\n").slice(3);
    assert.match(first ?? "", /^<details open><summary>\d+ mandatory findings<\/summary>$/);
  });
});

/** Texts of what means something in Markdown or HTML, and of anything. */
const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        ...[
          "|",
          "`",
          "```",
          "<",
          ">",
          "</details>",
          "<!--",
          "-->",
          "\n",
          "\r\n",
          "\\",
          "\\|",
          "*",
          "_",
          "~~",
          "[a](b)",
        ],
        ...[
          "@octocat",
          "#12",
          "&lt;",
          "&#124;",
          "$x$",
          ":tada:",
          "![a](b)",
          "a",
          " ",
          "\u2028",
          "\u0000",
          "</code>",
        ],
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join("")),
);
