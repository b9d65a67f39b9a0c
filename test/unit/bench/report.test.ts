import assert from "node:assert/strict";
import type { PreviewSample } from "../../../bench/preview-process";
import { renderMarkdown, renderText } from "../../../bench/render";
import { goals, measures, previewCases, reached, steps } from "../../../bench/report";
import type { BenchReport, Measure, Samples } from "../../../bench/report";

const sample = (end: number): PreviewSample => ({
  loaded: end / 10,
  program: end / 5,
  first: end / 4,
  last: end / 2,
  end,
  resources: 7,
});

/** Two rounds, the second twice as slow throughout, as on a machine that got something else to do. */
const samples: Samples = {
  previews: {
    stack: [sample(2.4), sample(4.8)],
    flat: [sample(2), sample(4)],
    emptyPack: [sample(3), sample(6)],
    wholePack: [sample(3.6), sample(7.2)],
  },
  firstResource: [1.5, 2],
  dearestRule: [0.2, 0.4],
  rehearsals: [
    { up: 10, destroy: 5 },
    { up: 12, destroy: 4 },
  ],
};

const report: BenchReport = {
  ok: true,
  stack: "staging",
  rounds: 2,
  machine: { cores: 2, processor: "X1", memoryGib: 8, platform: "linux x64", node: "20.19.0", load: 0.3 },
  engine: { version: "3.259.0", source: "cache" },
  kubernetes: "v1.36.3",
  resources: { stack: 7, flat: 5 },
  measures: measures("staging", samples),
  steps: steps(samples),
  reached: reached(samples),
};

function one(list: readonly Measure[], name: string): Measure {
  const found = list.filter((measure) => measure.name === name);
  assert.equal(found.length, 1, `${name} in ${list.map((measure) => measure.name).join(", ")}`);
  return found[0]!;
}

const near = (actual: readonly number[], expected: readonly number[]): void => {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => assert.ok(Math.abs(value - expected[index]!) < 1e-9, `${value}`));
};

describe("report of the benchmark", () => {
  const list = report.measures;

  it("compares the stack with the flat program in the same round", () => {
    const measure = one(list, "preview of staging ÷ the same resources flat");
    near(measure.samples, [1.2, 1.2]);
    assert.equal(measure.goal, 1.3);
    assert.equal(measure.met, true);
  });

  it("compares the whole pack with the empty one, and misses its goal", () => {
    const measure = one(list, "whole pack ÷ a pack of one empty rule");
    near(measure.samples, [1.2, 1.2]);
    assert.equal(measure.goal, 1.1);
    assert.equal(measure.met, false);
  });

  it("tells the share of the pack as a part of the preview with it", () =>
    near(one(list, "share of the whole pack in a preview").samples, [100 / 3, 100 / 3]));

  it("meets a goal whose median is just reached, and misses it above", () => {
    const at = (seconds: number): boolean | undefined =>
      one(
        measures("staging", { ...samples, firstResource: [seconds] }),
        "first resource of `slipway preview`",
      ).met;
    assert.equal(goals.firstResource, 2);
    assert.equal(at(2), true);
    assert.equal(at(2.01), false);
  });

  it("has a goal for four measures and for no other", () =>
    assert.deepEqual(
      list.flatMap(({ goal }) => goal ?? []),
      [1.3, 1.1, 1, 2],
    ));

  it("has each step of the rehearsals in its order", () => {
    assert.deepEqual(
      report.steps.map(({ name, min, median, max, unit }) => [name, min, median, max, unit]),
      [
        ["up", 10, 11, 12, "s"],
        ["destroy", 4, 4.5, 5, "s"],
      ],
    );
    assert.deepEqual(steps({ ...samples, rehearsals: [] }), []);
  });

  it("says when each kind of preview reached what", () => {
    assert.deepEqual(Object.keys(report.reached), [...previewCases]);
    assert.equal(report.reached.flat.end, 3);
    near([report.reached.wholePack.first], [1.35]);
  });

  it("refuses a rehearsal that lacks a step of the first one", () => {
    assert.throws(() => steps({ ...samples, rehearsals: [{ up: 1 }, {}] }), { name: "RangeError" });
  });
});

describe("rendering of the benchmark", () => {
  const text = renderText(report).split("\n");
  const markdown = renderMarkdown(report).split("\n");

  it("starts with what was measured and on what", () => {
    const headline =
      "stack staging, 7 resources (5 without components); 2 rounds on 2 cores (X1) and 8 GiB, linux x64; " +
      "load 0.3 at the start; Node.js 20.19.0, Pulumi 3.259.0 (cache), Kubernetes v1.36.3";
    assert.equal(text[0], headline);
    assert.equal(markdown[0], `${headline}.`);
  });

  it("has minimum, median, maximum and goal in a line", () => {
    assert.ok(
      markdown.includes(
        "| preview of staging ÷ the same resources flat | 1.20 | 1.20 | 1.20 | ≤ 1.3 | met |",
      ),
    );
    assert.ok(
      markdown.includes("| whole pack ÷ a pack of one empty rule | 1.20 | 1.20 | 1.20 | ≤ 1.1 | missed |"),
    );
    assert.ok(
      markdown.includes("| first resource of `slipway preview` | 1.50 s | 1.75 s | 2.00 s | ≤ 2 s | met |"),
    );
    assert.ok(markdown.includes("| share of the whole pack in a preview | 33 % | 33 % | 33 % |  |  |"));
    assert.ok(markdown.includes("| up | 10.00 s | 11.00 s | 12.00 s |"));
    assert.ok(markdown.includes("| flat, no pack | 0.30 | 0.60 | 0.75 | 1.50 | 3.00 |"));
  });

  it("aligns numbers at the right at a terminal", () => {
    const ups = text.filter((line) => / (up|destroy) /.test(line));
    assert.equal(ups.length, 2);
    assert.equal(ups[0]?.length, ups[1]?.length);
    assert.match(ups[1] ?? "", /^ {2}destroy +4\.00 s +4\.50 s +5\.00 s$/);
  });

  it("ends with the goals that were missed, or says that none was", () => {
    assert.equal(text.at(-1), "missed: whole pack ÷ a pack of one empty rule");
    const met = { ...report, measures: report.measures.filter((measure) => measure.met !== false) };
    assert.equal(renderText(met).split("\n").at(-1), "all goals met");
  });

  it("has a profile only where one was taken, without what takes no time", () => {
    assert.ok(!markdown.some((line) => line.includes("CPU")));
    const profile = { stack: { zod: 0.05, tsx: 0.3, tiny: 0.001 }, flat: { tsx: 0.1, late: 0.2 } };
    const lines = renderMarkdown({ ...report, profile }).split("\n");
    const start = lines.findIndex((line) => line.startsWith("**CPU"));
    assert.deepEqual(lines.slice(start + 4, start + 8), [
      "| tsx | 0.30 | 0.10 |",
      "| zod | 0.05 | 0.00 |",
      "| late | 0.00 | 0.20 |",
      "",
    ]);
  });

  it("leaves out the steps where no rehearsal was run", () => {
    const none = renderMarkdown({ ...report, steps: [] });
    assert.ok(!none.includes("rehearsal"));
    assert.ok(markdown.some((line) => line.includes("warm rehearsal")));
  });
});
