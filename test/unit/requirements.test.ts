import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { readRequirements } from "../support/requirements";
import type { Demand } from "../support/requirements";
import { temporaryFolder } from "../support/temporary";

const root = path.resolve(__dirname, "..", "..");
const systems = ["DAIRA", "KOVA", "Noa", "Omnitide", "DWCP"];
const states = ["met", "not yet", "wrong today"];
/** What a demand that is not met yet waits for; the head of docs/requirements.md says what each is. */
const areas = [
  "application",
  "backup and restore",
  "GitOps",
  "load tests",
  "monitoring",
  "pipelines",
  "releases",
  "runtime security",
];

const { demands, summary } = readRequirements(root);

/** `docs/requirements.md:12 DAIRA 5: …` of every demand that something is wrong with. */
function places(wrong: (demand: Demand) => boolean): string[] {
  return demands
    .filter(wrong)
    .map(
      ({ line, system, section, demand }) => `docs/requirements.md:${line} ${system} ${section}: ${demand}`,
    );
}

/** Full titles of all tests in these files, as mocha finds them when it loads them; none is run. */
function titlesIn(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const folder = temporaryFolder("slipway-titles-");
  try {
    const output = path.join(folder, "titles.json");
    const mocha = path.join(root, "node_modules", "mocha", "bin", "mocha.js");
    const options = ["--dry-run", "--reporter", "json", "--reporter-option", `output=${output}`];
    const run = spawnSync(process.execPath, [mocha, ...options, ...files], { cwd: root, encoding: "utf8" });
    assert.equal(run.status, 0, run.stderr);
    const { tests } = JSON.parse(readFileSync(output, "utf8")) as {
      tests: readonly { readonly file: string; readonly fullTitle: string }[];
    };
    return new Map(
      files.map((file) => [
        file,
        tests.filter((test) => path.relative(root, test.file) === file).map(({ fullTitle }) => fullTitle),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the table of requirements", function () {
  // Loads most of the suite once more.
  this.timeout(180_000);

  it("has demands of each of the five systems, and of no other", () => {
    assert.deepEqual([...new Set(demands.map(({ system }) => system))], systems);
    for (const system of systems)
      assert.ok(demands.filter((row) => row.system === system).length >= 40, system);
  });

  it("has each demand once, with its section", () => {
    const keys = demands.map(({ system, demand }) => `${system}: ${demand}`);
    assert.deepEqual(
      keys.filter((key, index) => keys.indexOf(key) !== index),
      [],
    );
    assert.deepEqual(
      places(({ section, demand }) => section === "" || demand === ""),
      [],
    );
  });

  it("calls each demand met, not yet or wrong today", () => {
    assert.deepEqual(
      places(({ state }) => !states.includes(state)),
      [],
    );
  });

  it("names a file and a test for each demand that is met", () => {
    assert.deepEqual(
      places(({ state, where, tests }) => state === "met" && (where.length === 0 || tests.length === 0)),
      [],
    );
  });

  it("says what each demand that is not met waits for, and claims no proof of it", () => {
    const isArea = (fact: string): boolean =>
      areas.some((area) => fact === area || fact.startsWith(`${area}: `));
    assert.deepEqual(
      places(({ state, tests, fact }) => state === "not yet" && (tests.length > 0 || !isArea(fact))),
      [],
    );
  });

  it("says of each demand that is wrong today why it is, and what is done instead", () => {
    assert.deepEqual(
      places(({ state, fact }) => state === "wrong today" && !/^\S.*; instead: \S/.test(fact)),
      [],
    );
  });

  it("names only files that there are", () => {
    assert.deepEqual(
      places(({ where, tests }) =>
        [...where, ...tests.map(({ file }) => file)].some((file) => !existsSync(path.join(root, file))),
      ),
      [],
    );
  });

  it("names only tests that the suite runs", () => {
    const files = [...new Set(demands.flatMap(({ tests }) => tests.map(({ file }) => file)))];
    assert.deepEqual(
      files.filter((file) => !/^test\/.+\.test\.ts$/.test(file)),
      [],
    );
    const titles = titlesIn(files);
    const missing = demands.flatMap(({ line, tests }) =>
      tests
        .filter(({ file, title }) => !titles.get(file)?.includes(title))
        .map(({ file, title }) => `docs/requirements.md:${line} ${file} ${title}`),
    );
    assert.deepEqual(missing, []);
  });

  it("is counted in its summary", () => {
    const count = (system: string | undefined, state: string): string =>
      String(
        demands.filter((row) => (system === undefined || row.system === system) && row.state === state)
          .length,
      );
    assert.deepEqual(summary, [
      ...systems.map((system) => [system, ...states.map((state) => count(system, state))]),
      ["together", ...states.map((state) => count(undefined, state))],
    ]);
  });
});
