import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import type { RehearsalReport } from "../../rehearsal/report";
import { installTools } from "../support/tools";

const root = path.resolve(__dirname, "../..");

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], cwd = root): Promise<Run> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === "number" ? error.code : error === null ? 0 : 1,
        stdout,
        stderr,
      });
    });
  });
}

async function rehearse(...args: string[]): Promise<RehearsalReport> {
  const { code, stdout, stderr } = await run(process.execPath, [
    "bin/slipway.mjs",
    "rehearse",
    ...args,
    "--json",
  ]);
  assert.equal(code, 0, `${stderr.slice(-4000)}\n${stdout.slice(-4000)}`);
  return JSON.parse(stdout) as RehearsalReport;
}

/** Files of the checkout that git sees as changed or new. */
const changes = (): string => execFileSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" });

const full = ["up", "up again", "refresh", "integrity", "drift", "destroy"];

describe("a rehearsal", function () {
  this.timeout(20 * 60_000);
  before(installTools);
  const untouched = changes();

  it("runs README's two commands as they stand", async () => {
    const blocks = [...readFileSync(path.join(root, "README.md"), "utf8").matchAll(/```sh\n(.*?)```/gs)].map(
      ([, block = ""]) => block.trim(),
    );
    assert.deepEqual(blocks.slice(0, 2), ["npm start", "npm test"]);
    const start = await run("npm", ["start"]);
    assert.equal(start.code, 0, `${start.stdout.slice(-4000)}\n${start.stderr.slice(-4000)}`);
    assert.match(start.stdout, /stand-in/);
    const test = await run("npm", ["test", "--", "test/unit/support/recorder.test.ts"]);
    assert.equal(test.code, 0, test.stderr.slice(-4000));
    assert.match(test.stdout, /^2 passed, 0 failed, 0 skipped$/m);
  });

  it("of production goes through all steps, its protection lifted only by config and an up", async () => {
    const report = await rehearse("production");
    assert.equal(report.ok, true);
    assert.deepEqual(
      report.steps.map(({ name }) => name),
      [...full.slice(0, 5), "destroy is refused", "lift protection", "destroy"],
    );
    assert.deepEqual(report.leftovers, []);
    assert.equal(report.policy.mandatory, 0);
    assert.equal(report.drift.changed.length, 2);
    assert.deepEqual(report.drift.found, report.drift.changed);
    assert.equal(report.drift.mended, true);
    assert.equal(report.providers.find(({ name }) => name === "aws")?.source, "stand-in");
    assert.ok(report.notExercised.length > 0);
    assert.ok(report.standIns.some(({ name }) => name === "provider aws"));
    assert.equal(report.resources.byType["aws:eks/cluster:Cluster"], 1);
  });

  it("of staging goes through with managed nodes too", async () => {
    const report = await rehearse("staging", "--compute", "managed");
    assert.equal(report.ok, true);
    assert.deepEqual(
      report.steps.map(({ name }) => name),
      full,
    );
    assert.equal(report.resources.byType["aws:eks/nodeGroup:NodeGroup"], 3);
  });

  it("of local needs no cloud at all", async () => {
    const report = await rehearse("local");
    assert.equal(report.ok, true);
    assert.deepEqual(
      report.steps.map(({ name }) => name),
      full,
    );
    assert.deepEqual(
      Object.keys(report.resources.byType).filter((type) => type.startsWith("aws:")),
      [],
    );
    assert.equal(report.drift.changed.length, 1);
    const { config } = parse(readFileSync(path.join(root, "Pulumi.local.yaml"), "utf8")) as {
      config: { "slipway:systems": string[] };
    };
    assert.deepEqual(
      report.systems.map(({ name }) => name),
      config["slipway:systems"].sort(),
    );
    assert.equal(report.systems.find(({ name }) => name === "daira")?.url, "https://daira.localhost");
    for (const { name, pods } of report.systems) {
      assert.ok(pods.total > 0, name);
      assert.equal(pods.ready, pods.total, name);
    }
  });

  it("of a stack that does not exist says so in one sentence", async () => {
    const { code, stdout } = await run(process.execPath, ["bin/slipway.mjs", "rehearse", "stagin", "--json"]);
    assert.equal(code, 2);
    const { error } = JSON.parse(stdout) as { error: { message: string } };
    assert.match(error.message, /there is no stack "stagin" \(did you mean "staging"\?\)/);
  });

  it("writes nothing into the checkout", () => assert.equal(changes(), untouched));
});
