import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { bounds } from "../../../cli/policy/bounds";
import { documentsIn, readManifests } from "../../../cli/policy/manifests";
import type { ManifestDocument } from "../../../cli/policy/document";
import { temporaryFolder } from "../../support/temporary";

/** Values of the documents; of one that cannot be read its line and why. */
const read = (text: string): unknown[] =>
  documentsIn(text).map((document) =>
    "what" in document
      ? `document ${document.index}, line ${document.line}: ${document.what}`
      : document.value,
  );

describe("documents of a manifest", () => {
  for (const [name, text, values] of [
    ["one YAML document", "a: 1\n", [{ a: 1 }]],
    ["several", "a: 1\n---\nb: 2\n", [{ a: 1 }, { b: 2 }]],
    ["an empty text", "", []],
    ["comments alone", "# nothing\n# here\n", []],
    [
      "empty documents and comments between others",
      "---\n# a\n---\na: 1\n---\n...\n",
      [null, { a: 1 }, null],
    ],
    ["JSON", '{"a": [1, "b"]}\n', [{ a: [1, "b"] }]],
    ["JSON that is indented with tabs", '{\n\t"a": 1\n}', [{ a: 1 }]],
    ["YAML that begins like JSON", "{a: 1}\n---\nb: 2\n", [{ a: 1 }, { b: 2 }]],
    ["what marks the order of bytes before it", "\ufeffa: 1\n", [{ a: 1 }]],
    ["lines of another system", "a: 1\r\nb:\r\n  - c\r\n", [{ a: 1, b: ["c"] }]],
    ["anchors", "a: &x {b: 1}\nc: *x\n", [{ a: { b: 1 }, c: { b: 1 } }]],
    [
      "merged blocks, of which the own fields count",
      "a: &x {b: 1, c: 1}\nd:\n  <<: *x\n  c: 2\n",
      [{ a: { b: 1, c: 1 }, d: { b: 1, c: 2 } }],
    ],
    [
      "words for true and false as kubectl does",
      "a: yes\nb: off\nc: True\n",
      [{ a: true, b: false, c: true }],
    ],
    ["the same whatever version the text claims", "%YAML 1.2\n---\na: yes\n", [{ a: true }]],
    ["octal numbers", "a: 0644\n", [{ a: 420 }]],
    ["times and sixties as texts", "a: 2026-11-21\nb: 12:30\n", [{ a: "2026-11-21", b: "12:30" }]],
    ["tags that it does not know as if they were not there", "a: !mine b\n", [{ a: "b" }]],
    [
      "a field that objects have of their own",
      '__proto__: 1\n"constructor": 2\n',
      [JSON.parse('{"__proto__": 1, "constructor": 2}')],
    ],
  ] as const)
    it(`takes ${name}`, () => assert.deepEqual(read(text), values));

  for (const [name, text, problem] of [
    [
      "a name that stands twice",
      "a: 1\nb:\n  c: 1\n  c: 2\n",
      /^document 1, line 4: "c" stands twice in one block$/,
    ],
    ["one that is a number and a text", '1: a\n"1": b\n', /^document 1, line 2: "1" stands twice/],
    [
      "a name that stands twice in JSON",
      '{"a": {"b": 1,\n"b": 2}}',
      /^document 1, line 2: "a.b" stands there twice$/,
    ],
    ["a name that is a block", "? {a: 1}\n: b\n", /a name is a block, a list or an alias$/],
    ["what a template language leaves", "a: {{ .Values.a }}\n", /a name is a block, a list or an alias$/],
    [
      "a template's own lines",
      "{{- if .a }}\nb: 1\n{{- end }}\n",
      /^document 1, line 1: it is not valid YAML: /,
    ],
    [
      "a tab for indentation",
      "a:\n\tb: 1\n",
      /^document 1, line 2: it is not valid YAML: tabs are not allowed/,
    ],
    ["wrong indentation", "a:\n    b: 1\n  c: 2\n", /^document 1, line 3: it is not valid YAML: /],
    ["a quotation that does not end", 'a: "b\nc: d\n', /^document 1, line \d: it is not valid YAML: /],
    ["an alias of nothing", "a: *nobody\n", /^document 1, line 1: it is not valid YAML: unresolved alias/],
    ["JSON that is cut off", '{"a": [1,', /^document 1, line 1: it is not valid YAML: /],
    ["a cycle", "a: &x\n  b: *x\n", /^document 1, line 1: it is nested deeper than 200 levels$/],
    [
      "brackets without end",
      "[".repeat(100_000),
      /^document 1, line 1: it is nested deeper than 200 levels$/,
    ],
    ["brackets that do end", "[".repeat(20_000) + "]".repeat(20_000), /nested deeper than 200 levels$/],
    [
      "steps without end",
      Array.from({ length: 400 }, (_, at) => `${" ".repeat(at)}a:`).join("\n"),
      /deeper than 200/,
    ],
    ["dashes without end", `${"- ".repeat(5000)}a`, /nested deeper than 200 levels$/],
    ["question marks without end", `${"? ".repeat(5000)}a`, /nested deeper than 200 levels$/],
    [
      "a laughing bomb",
      bomb(9),
      /^document 1, line 1: it has more than 2000000 values, with aliases written out$/,
    ],
    [
      "aliases without end",
      `a: &x 1\nb: [${"*x,".repeat(bounds.aliases + 1)}]`,
      /it has more than 10000 aliases$/,
    ],
  ] as const)
    it(`says where it finds ${name}`, () => {
      const [found, ...more] = read(text);
      assert.match(String(found), problem);
      assert.deepEqual(more, []);
    });

  it("takes what comes near its limits", () => {
    const depth = bounds.depth / 2;
    assert.deepEqual(typeof read("[".repeat(depth) + "]".repeat(depth))[0], "object");
    assert.deepEqual(typeof read(bomb(5))[0], "object");
    assert.deepEqual(typeof read(`a: &x 1\nb: [${"*x,".repeat(500)}]`)[0], "object");
  });

  it("tells the mistake of one document and goes on with the next", () => {
    assert.deepEqual(read("a: 1\na: 2\n---\nb: 1\n"), [
      'document 1, line 2: "a" stands twice in one block',
      { b: 1 },
    ]);
  });

  describe("and lines of fields", () => {
    const yaml = [
      "# a comment",
      "kind: List",
      "items:",
      "  - metadata:",
      "      labels:",
      "        app.kubernetes.io/name: a",
      "    spec: &s",
      "      containers:",
      "        - name: a",
      "          image: b",
      "  - spec: *s",
    ].join("\n");
    const json = JSON.stringify({ kind: "List", items: [{ spec: { image: "b" } }] }, undefined, 1);
    for (const [name, text, field, line] of [
      ["a field", yaml, "kind", 2],
      ["a field in a list", yaml, "items[0].spec.containers[0].image", 10],
      ["an entry of a list", yaml, "items[0].spec.containers[0]", 9],
      ["a name with dots", yaml, "items[0].metadata.labels.app.kubernetes.io/name", 6],
      ["what is behind an alias", yaml, "items[1].spec.containers[0].image", 10],
      [
        "the innermost block of a field that there is not",
        yaml,
        "items[0].spec.containers[0].resources.limits.cpu",
        9,
      ],
      ["an entry that there is not", yaml, "items[7].spec", 3],
      ["nothing in particular", yaml, "", 2],
      ["a field of JSON", json, "items[0].spec.image", 6],
      ["the innermost block in JSON", json, "items[0].spec.resources.limits", 5],
      ["a field whose name another begins with", json, "items[0].specific", 4],
      ["nothing of JSON", json, "", 1],
    ] as const)
      it(`has that of ${name}`, () => {
        const [document] = documentsIn(text) as readonly ManifestDocument[];
        assert.deepEqual(document?.linesOf([field, field]), [line, line]);
      });
  });
});

/** A list of nine, nine of these, nine of those …, `levels` times. */
function bomb(levels: number): string {
  const lines = Array.from({ length: levels }, (_, at) => {
    const inner = at === 0 ? "lol" : `*a${at - 1}`;
    return `a${at}: &a${at} [${Array(9).fill(inner).join(", ")}]`;
  });
  return lines.join("\n");
}

describe("files of manifests", () => {
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  const nothing = Readable.from([]);
  const names = async (...given: readonly string[]): Promise<string[]> =>
    (await readManifests(given.map(at), nothing)).map(
      (file) => `${path.relative(folder, file.name)}${"what" in file ? `: ${file.what}` : ""}`,
    );
  before(() => {
    folder = temporaryFolder();
    for (const made of ["all", "all/sub", "all/.git", "all/node_modules", "empty"]) mkdirSync(at(made));
    for (const file of ["b.yaml", "a.yml", "c.json", "sub/d.yaml", "e.txt", ".f.yaml", ".git/g.yaml"])
      writeFileSync(at(`all/${file}`), "{}");
    writeFileSync(at("all/node_modules/h.yaml"), "{}");
    symlinkSync("..", at("all/sub/up"));
    symlinkSync("../b.yaml", at("all/sub/again.yaml"));
    symlinkSync("nowhere", at("broken.yaml"));
    writeFileSync(at("latin.yaml"), Buffer.from([0x61, 0x3a, 0x20, 0xe9]));
    writeFileSync(at("large.yaml"), "#".repeat(bounds.bytes + 1));
    writeFileSync(at("most.yaml"), "#".repeat(bounds.bytes));
  });

  it("are all below a folder, in the order of names, without hidden ones and what links lead back to", async () => {
    assert.deepEqual(await names("all"), ["all/a.yml", "all/b.yaml", "all/c.json", "all/sub/d.yaml"]);
  });

  it("are read whatever they are called when they are named, and each once", async () => {
    assert.deepEqual(await names("all/e.txt", "all/b.yaml", "all/sub/again.yaml", "all"), [
      "all/e.txt",
      "all/b.yaml",
      "all/a.yml",
      "all/c.json",
      "all/sub/d.yaml",
    ]);
  });

  it("that cannot be read are told, each with its reason", async () => {
    assert.deepEqual(
      await names("none.yaml", "broken.yaml", "empty", "latin.yaml", "large.yaml", "most.yaml"),
      [
        "none.yaml: there is no such file",
        "broken.yaml: there is no such file",
        "empty: the folder holds no file that ends in .yaml, .yml, .json",
        "latin.yaml: it is not text in UTF-8",
        "large.yaml: it is larger than 10 MiB; split it",
        "most.yaml",
      ],
    );
  });

  it("come from standard input once", async () => {
    const input = Readable.from([Buffer.from("a: "), Buffer.from("1\n")]);
    const files = await readManifests(["-", "-"], input);
    assert.deepEqual(
      files.map((file) => "documents" in file && [file.name, file.documents.length]),
      [["-", 1]],
    );
  });

  it("are not read on without end", async () => {
    let given = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          given++;
          yield Buffer.alloc(1024 * 1024, "#");
        }
      })(),
    );
    const [file] = await readManifests(["-"], endless);
    assert.deepEqual(file, { name: "-", what: "it is larger than 10 MiB; split it" });
    assert.ok(given < 100);
  });
});
