import assert from "node:assert/strict";
import { firstDuplicate, walkJson } from "../../policies/json-text";
import { readConfig } from "../../policies/config";
import type { ReadConfig } from "../../policies/config";
import { Ledger } from "../../policies/core/ledger";
import { objectRule } from "../../policies/kubernetes/objects";
import { resourceRule, stackRule } from "../../policies/core/rule";
import { rules } from "../../policies/rules";
import { manifestRules, objectsIn, scanObject } from "../../policies/scan";
import type { ScanFinding } from "../../policies/scan";

const text = {
  title: "Values are good",
  description: "Every value is good.",
  level: "mandatory",
  severity: "high",
  checks: [],
  ids: [],
  remedy: "Make it good.",
  url: "https://example.com",
} as const;

/** Refuses a ConfigMap with a key `bad`. */
const noBad = objectRule({
  ...text,
  name: "test-no-bad",
  area: "secrets",
  kinds: ["/ConfigMap"],
  types: ["kubernetes:core/v1:ConfigMap"],
  judge: ({ fields, path }, judgement) => {
    if ("bad" in ((fields["data"] ?? {}) as object)) judgement.report(`${path}data.bad`, "it is bad.");
  },
});
const ofCloud = resourceRule({
  ...text,
  name: "test-cloud",
  area: "cloud",
  types: ["aws:s3/bucket:Bucket"],
  judge: () => undefined,
});
const ofStack = stackRule({ ...text, name: "test-stack", area: "secrets", judge: () => undefined });

const map = (name: string, more: object = {}): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "shop" },
  data: { bad: "x" },
  ...more,
});
const { apiVersion: _1, kind: _2, ...bare } = map("bare") as Record<string, unknown>;

function scan(document: unknown, config: object = {}, ledger = new Ledger("2026-11-21")): string[] {
  const read: ReadConfig = readConfig([noBad], JSON.stringify(config));
  assert.deepEqual(read.problems, []);
  return objectsIn(document).flatMap((object) =>
    "what" in object
      ? [`${object.path}: ${object.what}`]
      : scanObject(object, [noBad], read.config, ledger).map(
          ({ level, kind, namespace, name, path, message }: ScanFinding) =>
            `${level} ${kind} ${namespace}/${name} ${path}: ${message}`,
        ),
  );
}

describe("a scan of manifests", () => {
  it("asks the rules that look at a Kubernetes object alone, and of those the areas that are named", () => {
    assert.deepEqual(manifestRules([noBad, ofCloud, ofStack]), [noBad]);
    assert.deepEqual(manifestRules([noBad, ofCloud, ofStack], ["cloud"]), []);
    const areas = new Set(manifestRules(rules).map(({ area }) => area));
    for (const area of [
      "pod-security",
      "image",
      "namespace",
      "network",
      "tls",
      "access",
      "resources",
    ] as const)
      assert.ok(areas.has(area), area);
    const [one] = [...new Set(manifestRules(rules, ["image", "tls"]).map(({ area }) => area))].sort();
    assert.equal(one, "image");
  });

  it("finds what is wrong in an object", () => {
    assert.deepEqual(scan(map("a")), ["mandatory ConfigMap shop/a data.bad: it is bad."]);
    assert.deepEqual(scan(map("a", { data: {} })), []);
    assert.deepEqual(scan(map("a", { metadata: undefined })), ["mandatory ConfigMap / data.bad: it is bad."]);
  });

  it("takes Lists apart, with List in List, and says where each member stands", () => {
    const inner = { apiVersion: "v1", kind: "List", items: [map("b")] };
    const list = { apiVersion: "v1", kind: "List", items: [map("a"), inner, map("c", { data: {} })] };
    assert.deepEqual(scan(list), [
      "mandatory ConfigMap shop/a items[0].data.bad: it is bad.",
      "mandatory ConfigMap shop/b items[1].items[0].data.bad: it is bad.",
    ]);
  });

  it("gives members of a typed list the kind that the list has", () => {
    assert.deepEqual(scan({ apiVersion: "v1", kind: "ConfigMapList", items: [bare] }), [
      "mandatory ConfigMap shop/bare items[0].data.bad: it is bad.",
    ]);
  });

  for (const [name, document, problem] of [
    ["a list of values", [map("a")], ": it is no Kubernetes object, but a single value or a list of values"],
    ["a text", "hello", ": it is no Kubernetes object, but a single value or a list of values"],
    ["a block without kind", { apiVersion: "v1" }, ": it is no Kubernetes object: it has no kind"],
    ["a block of something else", { a: 1 }, ": it is no Kubernetes object: it has no apiVersion and no kind"],
    ["a kind that is a number", map("a", { kind: 3 }), ": it is no Kubernetes object: it has no kind"],
    [
      "a member without kind in a List",
      { apiVersion: "v1", kind: "List", items: [bare] },
      "items[0]: it is no Kubernetes object: it has no apiVersion and no kind",
    ],
    ["a List of a text", { apiVersion: "v1", kind: "List", items: "x" }, ": its items are no list"],
  ] as const)
    it(`calls ${name} unreadable`, () => assert.deepEqual(scan(document), [problem]));

  it("takes an empty List for nothing, and a kind that only sounds like one for an object", () => {
    assert.deepEqual(scan({ apiVersion: "v1", kind: "List" }), []);
    assert.deepEqual(scan({ apiVersion: "v1", kind: "List", items: null }), []);
    assert.equal(objectsIn({ apiVersion: "example.com/v1", kind: "AllowList", spec: {} }).length, 1);
  });

  it("calls Lists unreadable that are nested deeper than rules look, so that nothing hides there", () => {
    const nested = (depth: number): object =>
      depth === 0 ? map("a") : { apiVersion: "v1", kind: "List", items: [nested(depth - 1)] };
    assert.equal(scan(nested(8)).length, 1);
    assert.match(scan(nested(8))[0] ?? "", /^mandatory/);
    assert.match(scan(nested(9))[0] ?? "", /Lists are nested deeper than 8$/);
  });

  it("judges an API version that no kind can have by no rule", () => {
    assert.deepEqual(scan(map("a", { apiVersion: "v1/v2/v3" })), []);
  });

  it("keeps to levels, exemptions and their ends", () => {
    const exempt = (until: string): object => ({
      "test-no-bad": { exemptions: [{ resource: "ConfigMap shop/a", reason: "it is moving away", until }] },
    });
    assert.deepEqual(scan(map("a"), { "test-no-bad": "disabled" }), []);
    assert.match(scan(map("a"), { "test-no-bad": "advisory" })[0] ?? "", /^advisory/);
    assert.deepEqual(scan(map("a"), exempt("2026-11-21")), []);
    assert.equal(scan(map("b"), exempt("2026-11-21")).length, 1);
    const ledger = new Ledger("2026-11-21");
    assert.equal(scan(map("a"), exempt("2026-11-20"), ledger).length, 1);
    assert.match(ledger.ended()[0] ?? "", /ended on 2026-11-20/);
  });
});

describe("places in a JSON text", () => {
  const found = (json: string): string[] => {
    JSON.parse(json);
    const places: string[] = [];
    walkJson(json, ({ path, line }) => {
      places.push(`${line} ${path}`);
      return false;
    });
    return places;
  };

  it("are fields and entries with their lines", () => {
    assert.deepEqual(found('{\n "a": [1,\n {"b.c": "x, \\"y\\": {"}],\n\n "d": {}}'), [
      "2 a",
      "2 a[0]",
      "3 a[1]",
      "3 a[1].b.c",
      "5 d",
    ]);
    assert.deepEqual(found("[[1, 2],\n[3]]"), ["1 [0]", "1 [0][0]", "1 [0][1]", "2 [1]", "2 [1][0]"]);
    assert.deepEqual(found('"a"'), []);
  });

  it("tell the first name that stands twice in one object", () => {
    assert.equal(firstDuplicate('{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}'), undefined);
    assert.deepEqual(firstDuplicate('{"a": 1,\n"b": {"c": 1, "\\u0063": 2}}'), { path: "b.c", line: 2 });
  });

  it("are found in a text of very many levels", () => {
    const depth = 100_000;
    assert.equal(firstDuplicate("[".repeat(depth) + "]".repeat(depth)), undefined);
  });
});
