import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Suite } from "mocha";
import { repositoryRoot } from "../../../engine/tools/context";
import { neededTools } from "../../support/setup";
import { installOnly, installTools } from "../../support/tools";
import type { Machine } from "../tools/fixture";
import { fakeGo, machine, writesTool } from "../tools/fixture";

const support = path.join(repositoryRoot, "test", "support", "tools");
const needs = (...names: string[]): string =>
  `before(require(${JSON.stringify(support)}).installOnly(...${JSON.stringify(names)}));`;
const loki = writesTool("loki, version 3.7.8 (branch: )");

describe("the tools that suites need", () => {
  it("are those of their hooks, inner ones included, each once, in the order in which tests come to them", () => {
    const root = new Suite("all");
    const suite = (hook: (this: Mocha.Context) => Promise<void>, parent = root): Suite => {
      const made = Suite.create(parent, "a suite");
      made.beforeAll(hook);
      return made;
    };
    suite(() => Promise.resolve());
    assert.deepEqual([...neededTools(root)], []);
    const outer = suite(installOnly("promtool", "etcd"));
    suite(installOnly("loki"), outer);
    suite(installTools);
    assert.deepEqual(
      [...neededTools(root)],
      [
        "promtool",
        "etcd",
        "loki",
        "pulumi",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kwok",
      ],
    );
  });
});

// Only programs without an official release, so that no site is asked.
describe("tools that are built ahead of the tests", function () {
  this.timeout(60_000);
  let here: Machine;
  beforeEach(() => (here = machine()));
  afterEach(() => here.remove());

  /** Runs test files of that content with Mocha as `npm test` does, on a machine with nothing but a made-up Go. */
  async function mocha(
    files: readonly string[],
    ...options: string[]
  ): Promise<{ code: number | null; out: string }> {
    const paths = files.map((content, index) => {
      const file = path.join(here.root, `${index}.test.cjs`);
      writeFileSync(file, content);
      return file;
    });
    const child = spawn(
      process.execPath,
      [path.join(repositoryRoot, "node_modules/mocha/bin/mocha.js"), "--timeout=50000", ...options, ...paths],
      {
        cwd: repositoryRoot,
        env: { PATH: here.bin, HOME: here.root, SLIPWAY_CACHE: here.cache, ROOT: here.root },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let out = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (out += String(piece)));
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    return { code, out };
  }

  const waits = `it("waits for a build", async () => {
    while (!require("node:fs").existsSync(process.env.ROOT + "/go.log")) await new Promise(setImmediate);
  });`;

  it("come while tests run that need none, and the test that needs one gets it", async () => {
    here.script("go", fakeGo(loki));
    const { code, out } = await mocha([
      waits,
      `describe("x", () => { ${needs("loki")} it("runs", () => {}); });`,
    ]);
    assert.equal(code, 0, out);
    assert.match(out, /2 passed, 0 failed, 0 skipped/);
    assert.match(out, /\[ahead\] … Install loki 3\.7\.8/);
    assert.equal(here.read("go.log").trim().split("\n").length, 1);
  });

  it("are not built for test files that need none", async () => {
    here.script("go", fakeGo(loki));
    const { code, out } = await mocha(['it("runs", () => {});']);
    assert.equal(code, 0, out);
    assert.doesNotMatch(out, /ahead/);
    assert.equal(existsSync(path.join(here.root, "go.log")), false);
  });

  it("fail the test that needs them when they cannot be built, and no other", async () => {
    here.script("go", fakeGo("echo 'x.go:1: broken' >&2; exit 1"));
    const { code, out } = await mocha([
      waits,
      `describe("x", () => { ${needs("loki")} it("runs", () => {}); });`,
    ]);
    assert.equal(code, 1, out);
    assert.match(out, /1 passed, 1 failed, 0 skipped/);
    assert.match(out, /SlipwayError: .*building loki 3\.7\.8 .*broken/);
  });

  it("are given up when the tests are over", async () => {
    here.script("go", fakeGo('echo $$ > "$ROOT/pid"; sleep 600 & wait'));
    const { code, out } = await mocha(
      [waits, `describe("x", () => { ${needs("loki")} it("runs", () => {}); });`],
      "--grep=waits",
    );
    assert.equal(code, 0, out);
    assert.match(out, /1 passed, 0 failed, 0 skipped/);
    assert.throws(() => process.kill(Number(here.read("pid")), 0), { code: "ESRCH" });
  });
});
