import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryFolder } from "../../support/temporary";

const root = path.resolve(__dirname, "..", "..", "..");

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function slipway(...words: readonly string[]): Run {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "cli/main.ts", ...words],
    {
      cwd: root,
      encoding: "utf8",
      input: "",
    },
  );
  return { code: status, stdout, stderr };
}

/** The one JSON object that a run printed. */
function object(run: Run): { ok: boolean; error?: { message: string; todo?: string } } {
  assert.equal(run.stdout.trimEnd().split("\n").length, 1, run.stdout);
  return JSON.parse(run.stdout) as ReturnType<typeof object>;
}

describe("slipway's command line", function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = temporaryFolder();
    for (const name of ["Pulumi.yaml", "Pulumi.blue.yaml", "Pulumi.green.yaml"])
      writeFileSync(path.join(folder, name), "");
  });
  after(() => rmSync(folder, { recursive: true }));

  it("lists its commands in its help, on standard output, with success", () => {
    const { code, stdout, stderr } = slipway("--help");
    assert.deepEqual([code, stderr], [0, ""]);
    for (const name of ["preview", "up", "refresh", "destroy", "rehearse", "policy", "new", "doctor"]) {
      assert.match(stdout, new RegExp(`^ {2}${name} `, "m"));
    }
  });

  it("shows its help as wrong usage when no command is given", () => {
    const { code, stdout, stderr } = slipway();
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^Usage: slipway/);
  });

  const usage: readonly (readonly [name: string, words: readonly string[], message: string])[] = [
    ["an unknown command", ["lunch"], "unknown command 'lunch'; see `slipway --help`."],
    ["an unknown option", ["up", "--nope"], "unknown option '--nope'; see `slipway --help`."],
    [
      "a value that an option does not have",
      ["rehearse", "--providers", "x"],
      "option '--providers <choice>' argument 'x' is invalid. Allowed choices are auto, official, stand-in; see `slipway --help`.",
    ],
    [
      "two stacks",
      ["rehearse", "staging", "-s", "local"],
      "slipway rehearse: two stacks are named, staging and local; allowed: one; leave one out.",
    ],
    [
      "a control plane that is to be kept where there is none",
      ["rehearse", "--keep", "--context", "mine"],
      "slipway rehearse: `--keep` keeps an embedded control plane, and with `--context` there is none; allowed: one of the two; leave one out; to put a stack on the cluster of mine and leave it there, use `slipway up`.",
    ],
  ];
  for (const [name, words, message] of usage) {
    it(`refuses ${name} with one sentence and exit code 2`, () => {
      const run = slipway(...words);
      assert.deepEqual(run, { code: 2, stdout: "", stderr: `slipway: ${message}\n` });
      const json = slipway(...words, "--json");
      assert.deepEqual([json.code, json.stderr], [2, ""]);
      assert.deepEqual([object(json).ok, object(json).error?.message], [false, message]);
    });
  }

  it("lists the stacks when none is named", () => {
    for (const command of ["preview", "up", "refresh", "destroy"]) {
      const { code, stderr } = slipway(command, "-C", folder);
      assert.equal(code, 2);
      assert.equal(
        stderr,
        "slipway: --stack: no stack is named; allowed: blue, green; add `--stack <name>`.\n",
      );
    }
  });

  it("suggests the stack that a misspelt name is near to", () => {
    for (const words of [
      ["up", "-s", "gren"],
      ["rehearse", "gren"],
      ["rehearse", "--stack", "gren"],
    ]) {
      const run = slipway(...words, "-C", folder, "--json");
      assert.equal(run.code, 2);
      assert.equal(
        object(run).error?.message,
        '--stack: there is no stack "gren" (did you mean "green"?); allowed: blue, green; name one of them, or add Pulumi.gren.yaml.',
      );
    }
  });

  it("says so where there is no stack at all", () => {
    const { code, stderr } = slipway("up", "-C", path.join(folder, "nowhere"));
    assert.equal(code, 2);
    assert.match(stderr, /allowed: none: there is no Pulumi\.<stack>\.yaml/);
  });

  it("destroys nothing unasked where nobody can be asked", () => {
    const run = slipway("destroy", "-s", "blue", "-C", folder, "--json");
    assert.equal(run.code, 2);
    assert.equal(
      object(run).error?.message,
      "slipway destroy: destroying stack blue was not confirmed, and there is no terminal to ask at; add `--yes` when you are sure.",
    );
  });

  it("ends a doctor's visit with success exactly when all is well", () => {
    const run = slipway("doctor", "--json");
    const report = object(run);
    assert.equal(run.code, report.ok ? 0 : 1);
    assert.ok("items" in report);
  });
});
