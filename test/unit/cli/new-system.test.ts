import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { check, resolveConfig } from "prettier";
import { validateSpec } from "../../../components/spec/validate";
import { identifierFor, withSystem } from "../../../cli/system-list";
import { specText, testText } from "../../../cli/system-template";
import { temporaryFolder } from "../../support/temporary";

const root = path.resolve(__dirname, "..", "..", "..");

const list = `import { one } from "./one";
import { three } from "./three";

export const systems: Readonly<Record<string, SystemSpec>> = { one, three };
`;

describe("the list of systems with a further one", () => {
  const cases: readonly (readonly [what: string, name: string, identifier: string, expected: string])[] = [
    [
      "in the order of names",
      "swim",
      "swim",
      `import { one } from "./one";
import { swim } from "./swim";
import { three } from "./three";

export const systems: Readonly<Record<string, SystemSpec>> = { one, swim, three };
`,
    ],
    [
      "before all others",
      "ant",
      "ant",
      `import { ant } from "./ant";
import { one } from "./one";
import { three } from "./three";

export const systems: Readonly<Record<string, SystemSpec>> = { ant, one, three };
`,
    ],
    [
      "after all others, under a name that is no constant's",
      "web-shop",
      "webShop",
      `import { one } from "./one";
import { three } from "./three";
import { webShop } from "./web-shop";

export const systems: Readonly<Record<string, SystemSpec>> = { one, three, "web-shop": webShop };
`,
    ],
    ["once, when it was in there already", "three", "three", list],
  ];
  for (const [what, name, identifier, expected] of cases) {
    it(`has it ${what}`, () => assert.equal(withSystem(list, { name, identifier }), expected));
  }

  it("stays as the formatter writes it, however long it grows", async () => {
    const options = {
      ...(await resolveConfig(path.join(root, "infra/systems/index.ts"))),
      parser: "typescript",
    };
    let text = readFileSync(path.join(root, "infra/systems/index.ts"), "utf8");
    for (let count = 0; count < 12; count += 1) {
      const name = `${String.fromCharCode(97 + ((count * 7) % 26))}-system-${count}`;
      text = withSystem(text, { name, identifier: identifierFor(name, [text]) });
      assert.ok(await check(text, options), text);
    }
  });

  it("is refused where it is not written as the platform writes it", () => {
    for (const odd of ["", list.replace("export const systems", "const all"), list.replaceAll("./", "../")]) {
      assert.throws(() => withSystem(odd, { name: "four", identifier: "four" }), {
        name: "SlipwayError",
        message:
          "infra/systems/index.ts: its imports and its record of systems are not written as the platform writes them; " +
          "add four there by hand.",
      });
    }
  });
});

describe("the constant of a new system", () => {
  const names: readonly (readonly [name: string, identifier: string])[] = [
    ["shop", "shop"],
    ["web-shop", "webShop"],
    ["shop-2", "shop2"],
    ["a--b", "aB"],
    ["class", "classSpec"],
    ["one", "oneSpec"],
    ["systems", "systemsSpec"],
    ["shop-one", "shopOne"],
    ["on", "on"],
  ];
  for (const [name, identifier] of names) {
    it(`is ${identifier} for ${name}`, () => assert.equal(identifierFor(name, [list]), identifier));
  }
});

describe("what is written for a new system", () => {
  it("is as the formatter writes it, whatever the length of the name", async () => {
    for (const names of [
      { name: "shop", identifier: "shop" },
      { name: "x".repeat(20), identifier: "x".repeat(20) },
      { name: "a", identifier: "aSpec" },
    ]) {
      for (const text of [specText(names), testText(names)]) {
        const options = await resolveConfig(path.join(root, "cli/new.ts"));
        assert.ok(await check(text, { ...options, parser: "typescript" }), text);
      }
    }
  });

  it("is a spec of about 25 lines", () => {
    const lines = specText({ name: "shop", identifier: "shop" }).trimEnd().split("\n");
    const first = lines.findIndex((line) => line.startsWith("export const"));
    assert.ok(lines.length - first <= 30, `${lines.length - first} lines`);
  });
});

/** Every file of a tree by its path, with its text. */
function filesIn(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => !file.includes("node_modules"))
      .map((file) => [path.relative(folder, file), readFileSync(file, "latin1")]),
  );
}

describe("slipway new system", function () {
  this.timeout(180_000);
  let copy: string;
  before(() => {
    copy = realpathSync(temporaryFolder("slipway-new-"));
    const left = ["node_modules", ".git"].map((name) => path.join(root, name));
    cpSync(root, copy, { recursive: true, filter: (file) => !left.includes(file) });
    symlinkSync(realpathSync(path.join(root, "node_modules")), path.join(copy, "node_modules"));
  });
  after(() => rmSync(copy, { recursive: true, force: true }));

  const node = (...words: readonly string[]): { code: number | null; out: string; err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: copy, encoding: "utf8" });
    return { code: status, out: stdout, err: stderr };
  };
  const slipway = (...words: readonly string[]): ReturnType<typeof node> =>
    node("--import", "tsx", "cli/main.ts", "new", "system", ...words);

  const refused: readonly (readonly [what: string, name: string, message: string])[] = [
    [
      "a name in capitals",
      "Shop",
      'the name is "Shop"; allowed: a DNS label of at most 20 characters, starting with a letter; choose another name.',
    ],
    [
      "a name that leads out of the folder",
      "../shop",
      'the name is "../shop"; allowed: a DNS label of at most 20 characters, starting with a letter; choose another name.',
    ],
    [
      "a name that is too long",
      "a".repeat(21),
      `the name is "${"a".repeat(21)}"; allowed: a DNS label of at most 20 characters, starting with a letter; choose another name.`,
    ],
    [
      "a namespace of Kubernetes' own",
      "kube-shop",
      'the name is "kube-shop"; allowed: a DNS label, neither default nor one that starts with kube-, and none of the platform\'s own: envoy-gateway-system, cert-manager, external-dns, edge, monitoring, node-agents; choose another name.',
    ],
    [
      "a namespace of the platform",
      "monitoring",
      'the name is "monitoring"; allowed: a DNS label, neither default nor one that starts with kube-, and none of the platform\'s own: envoy-gateway-system, cert-manager, external-dns, edge, monitoring, node-agents; choose another name.',
    ],
    [
      "a name that a system has",
      "daira",
      'there is a system "daira" already; choose another name, or edit infra/systems/daira.ts.',
    ],
    [
      "a name that a system has for its namespace",
      "dwcp-v3",
      'the system "dwcp" has the namespace "dwcp-v3" already; choose another name, or edit infra/systems/dwcp.ts.',
    ],
    [
      "a name that a system has for its namespace in one stage",
      "daira-staging",
      'the system "daira" has the namespace "daira-staging" already; choose another name, or edit infra/systems/daira.ts.',
    ],
    ["the name of another file", "index", "infra/systems/index.ts is there already; choose another name."],
  ];
  it("refuses a name that is none, or taken, in one sentence, and writes nothing", () => {
    const before = filesIn(copy);
    for (const [what, name, message] of refused) {
      assert.deepEqual(
        slipway(name),
        { code: 2, out: "", err: `slipway: slipway new system: ${message}\n` },
        what,
      );
    }
    assert.deepEqual(filesIn(copy), before);
  });

  it("writes a spec and a test that pass as they stand, and changes nothing but the list", () => {
    const before = filesIn(copy);
    const run = slipway("shop", "--json");
    assert.equal(run.code, 0, run.err);
    assert.deepEqual(JSON.parse(run.out), {
      ok: true,
      system: "shop",
      files: ["infra/systems/shop.ts", "test/unit/systems/shop.test.ts"],
      changed: ["infra/systems/index.ts"],
    });
    const after = filesIn(copy);
    assert.deepEqual([...after.keys()].filter((file) => after.get(file) !== before.get(file)).sort(), [
      "infra/systems/index.ts",
      "infra/systems/shop.ts",
      "test/unit/systems/shop.test.ts",
    ]);
    assert.deepEqual(
      [...before.keys()].filter((file) => !after.has(file)),
      [],
    );

    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the file did not exist before.
    const { shop } = require(path.join(copy, "infra/systems/shop.ts")) as {
      shop: Parameters<typeof validateSpec>[0];
    };
    assert.equal(shop.name, "shop");
    assert.doesNotThrow(() => validateSpec(shop));

    const test = node("node_modules/mocha/bin/mocha.js", "test/unit/systems/shop.test.ts");
    assert.equal(test.code, 0, test.out + test.err);
    assert.match(test.out, /^[1-9]\d* passed, 0 failed, 0 skipped$/m);
  });

  it("refuses to write it a second time", () => {
    const before = filesIn(copy);
    const { code, err } = slipway("shop");
    assert.equal(code, 2);
    assert.equal(
      err,
      'slipway: slipway new system: there is a system "shop" already; choose another name, or edit infra/systems/shop.ts.\n',
    );
    assert.deepEqual(filesIn(copy), before);
  });

  it("finishes what was cut off, to the same result", () => {
    const whole = filesIn(copy);
    cpSync(path.join(root, "infra/systems/index.ts"), path.join(copy, "infra/systems/index.ts"));
    rmSync(path.join(copy, "test/unit/systems/shop.test.ts"));
    assert.equal(slipway("shop").code, 0);
    assert.deepEqual(filesIn(copy), whole);
  });

  it("leaves alone what somebody else has begun under that name", () => {
    writeFileSync(path.join(copy, "test/unit/systems/garden.test.ts"), "// begun\n");
    const before = filesIn(copy);
    const { code, err } = slipway("garden");
    assert.equal(code, 2);
    assert.equal(
      err,
      "slipway: slipway new system: test/unit/systems/garden.test.ts is there already; choose another name.\n",
    );
    assert.deepEqual(filesIn(copy), before);
  });

  it("tells a person what comes next", () => {
    const { code, out } = slipway("web-shop");
    assert.equal(code, 0);
    assert.match(out, /^wrote {3}infra\/systems\/web-shop\.ts$/m);
    assert.match(out, /npm test -- test\/unit\/systems\/web-shop\.test\.ts$/m);
    assert.match(out, /npx slipway rehearse local$/m);
  });
});
