import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { stages } from "../../infra/stages";
import { checkConfig, levelOf, readConfig } from "../../policies/config";
import type { ConfigProblem } from "../../policies/config";
import { podRule } from "../../policies/kubernetes/pods";
import { configSchemaOf, reportNames } from "../../policies/pack";
import { rules } from "../../policies/rules";
import { schemaKeywords } from "../../policies/schema-check";

const folder = path.join(__dirname, "..", "..", "policies", "config");

const text = {
  area: "image",
  title: "Images are ours",
  description: "Every image is ours.",
  level: "mandatory",
  severity: "high",
  checks: [],
  ids: [],
  remedy: "Take ours.",
  url: "https://example.com",
} as const;

const rule = podRule({
  ...text,
  name: "test-require-registry",
  parameters: {
    registries: {
      type: "array",
      items: { type: "string", minLength: 3 },
      uniqueItems: true,
      minItems: 1,
      default: ["ours"],
      description: "Where images come from.",
    },
    most: { type: "integer", minimum: 1, maximum: 9, default: 3, description: "Most of them." },
    strict: { type: "boolean", default: false, description: "Whether it is strict." },
    way: { type: "string", enum: ["tag", "digest"], default: "tag", description: "How it is named." },
  },
  judge: () => undefined,
  cel: { validations: () => [] },
});
const mending = podRule({
  ...text,
  name: "test-mending",
  level: "advisory",
  judge: () => undefined,
  cel: { validations: () => [] },
  remediate: () => undefined,
});
const all = [rule, mending];

const exemption = {
  resource: "Deployment shop/api",
  reason: "its image moves in spring",
  until: "2027-06-30",
};
const check = (config: unknown): readonly ConfigProblem[] =>
  checkConfig(all, typeof config === "string" ? config : JSON.stringify(config));
const of = (settings: object): object => ({ [rule.name]: settings });
const said = (problems: readonly ConfigProblem[]): string[] =>
  problems.map(({ path: at, what, allowed }) => [at, what, allowed].filter(Boolean).join(" | "));

describe("the pack's configuration", () => {
  for (const [name, config] of [
    ["an empty one", {}],
    ["a level by its name", of("advisory" as unknown as object)],
    ["a level for all", { all: "advisory" }],
    ["a level for a report of the pack", { [reportNames[0] ?? ""]: "advisory" }],
    ["every kind of parameter", of({ registries: ["abc"], most: 9, strict: true, way: "digest" })],
    ["an exemption", of({ enforcementLevel: "mandatory", exemptions: [exemption] })],
    ["one made by a controller", of({ exemptions: [{ ...exemption, madeBy: "argo-rollouts" }] })],
    ["a leap day", of({ exemptions: [{ ...exemption, until: "2028-02-29" }] })],
    ["remediation where a rule can mend", { [mending.name]: "remediate" }],
  ] as const)
    it(`takes ${name}`, () => assert.deepEqual(check(config), []));

  const exempt = (change: object): object => of({ exemptions: [{ ...exemption, ...change }] });
  const at = `${rule.name}.exemptions[0]`;
  for (const [name, config, problem] of [
    ["what is cut off", '{"a": ', /^it is not JSON: unexpected end of JSON input$/],
    [
      "what lacks a comma, with its line",
      '{\n"a": 1\n"b": 2}',
      /^it is not JSON: line 3: expected ',' or '}'/,
    ],
    ["what is no JSON, without quoting it", "secret", /^it is not JSON: unexpected token 's'$/],
    ["a list", [], /^it is no JSON object \| rules by name/],
    ["null", "null", /^it is no JSON object/],
    ["a rule that stands twice", '{"a": 1,\n"a": 2}', /^a \| it stands twice, again on line 2$/],
    [
      "a parameter that stands twice",
      '{"test-mending": {"x": 1, "x": 1}}',
      /^test-mending\.x \| it stands twice, again on line 1$/,
    ],
    [
      "an unknown rule",
      { "test-require-registri": "mandatory" },
      /^test-require-registri \| the pack has no/,
    ],
    ["what editors want", { $schema: "./schema.json" }, /^\$schema \| the pack has no such rule$/],
    [
      "a wrong level",
      of("madatory" as unknown as object),
      /"madatory" is no level \| advisory, mandatory, disab/,
    ],
    ["a wrong level in a block", of({ enforcementLevel: 1 }), /\.enforcementLevel \| 1 is no level/],
    ["a block for all", { all: { enforcementLevel: "advisory" } }, /^all \| it is no level \| advisory/],
    ["remediation that a rule has not", of("remediate" as unknown as object), /can mend nothing by itself/],
    ["no level and no block", of(3 as unknown as object), /it is neither a level nor a block/],
    ["null for a rule", { [rule.name]: null }, /it is neither a level nor a block/],
    [
      "a text for a list",
      of({ registries: "ours" }),
      /\.registries \| it is a text \| a list of which each is/,
    ],
    [
      "a number in a list of texts",
      of({ registries: ["abc", 1] }),
      /registries\[1\] \| it is a number \| a text, 3/,
    ],
    [
      "a text that is too short",
      of({ registries: ["ab"] }),
      /registries\[0\] \| it is "ab" \| a text, 3 char/,
    ],
    [
      "an empty list",
      of({ registries: [] }),
      /registries \| it has 0 entries \| .*1 entries or more, each once/,
    ],
    ["the same twice in a list", of({ registries: ["abc", "abc"] }), /it names something twice/],
    ["a fraction", of({ most: 1.5 }), /most \| it is a number \| a whole number, 1 or more, 9 at most$/],
    ["a number that is too large", of({ most: 10 }), /most \| it is 10 \| a whole number/],
    ["a text for a switch", of({ strict: "yes" }), /strict \| it is a text \| true or false$/],
    ["none of the choices", of({ way: "sha" }), /way \| it is "sha" \| "tag", "digest"$/],
    ["null for a parameter", of({ strict: null }), /strict \| it is nothing \| true or false$/],
    ["an unknown parameter", of({ registrys: [] }), /registrys \| there is no such field$/],
    ["a parameter for a report", { [reportNames[1] ?? ""]: { most: 1 } }, /most \| there is no such field$/],
    [
      "an exemption without reason",
      exempt({ reason: undefined }),
      /\[0\]\.reason \| it is missing \| a text, 10/,
    ],
    ["one without an end", exempt({ until: undefined }), /\[0\]\.until \| it is missing/],
    ["one whose reason is too short", exempt({ reason: "later" }), /reason \| it is "later"/],
    ["one whose reason is blank", exempt({ reason: " ".repeat(12) }), /reason \| it says nothing$/],
    [
      "one until a day that is none",
      exempt({ until: "2026-02-30" }),
      /there is no day "2026-02-30" \| a day of/,
    ],
    ["one until a month that is none", exempt({ until: "2026-13-01" }), /there is no day "2026-13-01"/],
    ["one until some day", exempt({ until: "soon" }), /until \| it is "soon"/],
    ["one with a field of its own", exempt({ owner: "me" }), /\[0\]\.owner \| there is no such field$/],
    [
      "one of what can be no resource",
      exempt({ resource: "shop/api" }),
      /"shop\/api" can be no resource \| Kind/,
    ],
    ["exemptions that are no list", of({ exemptions: {} }), /exemptions \| it is a block \| a list/],
  ] as const)
    it(`refuses ${name}`, () => {
      const [found, ...more] = said(check(config));
      assert.match(found ?? "nothing", problem);
      assert.deepEqual(more, []);
    });

  it("refuses a resource that is exempt twice, for one end would hide the other", () => {
    const problems = check(of({ exemptions: [exemption, { ...exemption, until: "2029-01-01" }] }));
    assert.deepEqual(said(problems), [
      `${at.replace("[0]", "[1]")}.resource | "Deployment shop/api" is exempt already`,
    ]);
  });

  it("tells which names there are where one is not known", () => {
    const [rules] = check({ nope: "mandatory" });
    assert.deepEqual(rules?.unknown, {
      name: "nope",
      known: ["all", rule.name, mending.name, ...reportNames],
    });
    const [parameters] = check(of({ mst: 1 }));
    assert.equal(parameters?.unknown?.name, "mst");
    assert.ok(parameters.unknown.known.includes("most") && parameters.unknown.known.includes("exemptions"));
  });

  it("reports everything that is wrong, and reads the rest", () => {
    const { config, problems } = readConfig(
      all,
      JSON.stringify({
        nope: 1,
        [rule.name]: { most: 0, way: 1 },
        [mending.name]: { exemptions: [exemption] },
      }),
    );
    assert.equal(problems.length, 3);
    assert.deepEqual([...config], [[mending.name, { settings: { exemptions: [exemption] } }]]);
  });

  it("gives a rule its own level before that of all, and takes what is remediated for mandatory", () => {
    const level = (config: object): string => levelOf(rule, readConfig(all, JSON.stringify(config)).config);
    assert.equal(level({}), "mandatory");
    assert.equal(level({ all: "advisory" }), "advisory");
    assert.equal(level({ all: "advisory", [rule.name]: { enforcementLevel: "disabled" } }), "disabled");
    const { config } = readConfig(all, JSON.stringify({ [mending.name]: "remediate" }));
    assert.equal(levelOf(mending, config), "mandatory");
  });

  it("has schemas with nothing in them that would not be checked", () => {
    const keywords = (schema: unknown): string[] => {
      if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return [];
      const { properties = {}, items, ...rest } = schema as { properties?: object; items?: unknown };
      return [
        ...Object.keys(rest),
        ...keywords(items),
        ...Object.values(properties).flatMap((one) => keywords(one)),
      ];
    };
    const used = rules.flatMap((one) => keywords(configSchemaOf(one)));
    assert.deepEqual(
      [...new Set(used)].filter((keyword) => !schemaKeywords.has(keyword)),
      [],
    );
  });

  for (const stage of Object.keys(stages))
    it(`is right for stage ${stage}`, () => {
      const file = readFileSync(path.join(folder, `${stage}.json`), "utf8");
      assert.deepEqual(said(checkConfig(rules, file)), []);
    });
});
