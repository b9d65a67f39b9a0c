import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import type { BenchReport } from "../../bench/report";

const root = path.resolve(__dirname, "../..");

describe("the benchmark", function () {
  this.timeout(15 * 60_000);
  let report: BenchReport;

  before(async () => {
    const words = ["--import", "tsx", "bench/run.ts", "--quick", "--rehearsals", "0", "--profile", "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root, maxBuffer: 2 ** 26 });
    report = JSON.parse(stdout) as BenchReport;
  });

  it("measures once in a quick run, and finds a number for everything", () => {
    assert.equal(report.rounds, 1);
    assert.equal(report.measures.length, 11);
    for (const { name, samples, min, median, max } of report.measures) {
      assert.equal(samples.length, 1, name);
      assert.deepEqual([min, median, max], [samples[0], samples[0], samples[0]], name);
      assert.ok(typeof samples[0] === "number" && Number.isFinite(samples[0]), name);
    }
    assert.deepEqual(report.steps, []);
  });

  it("has goals for components, pack, its rules and first resource", () =>
    assert.deepEqual(
      report.measures.flatMap(({ goal }) => goal ?? []),
      [1.3, 1.1, 1, 2],
    ));

  it("registers fewer resources in the flat program, for it has no components", () => {
    assert.ok(report.resources.flat > 100, String(report.resources.flat));
    assert.ok(report.resources.stack > report.resources.flat);
  });

  it("reaches things in the order in which they happen", () => {
    for (const { loaded, program, first, last, end } of Object.values(report.reached)) {
      const times = [0, loaded, program, first, last, end];
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      );
    }
  });

  it("profiles both programs", () => {
    for (const side of ["stack", "flat"] as const) {
      assert.ok((report.profile?.[side]["@pulumi/pulumi"] ?? 0) > 0, side);
      // The flat program needs no provider's package.
      assert.equal("@pulumi/aws" in (report.profile?.[side] ?? {}), side === "stack");
    }
  });
});
