import assert from "node:assert/strict";
import { UsageError, failed } from "../../../cli/outcome";
import { operationJson, renderOperation } from "../../../cli/render-operation";
import { renderReport } from "../../../cli/render-report";
import { counted, duration, table } from "../../../cli/table";
import type { OperationResult } from "../../../engine/types";
import { findingSentence, PolicyViolationError } from "../../../engine/violations";
import type { RehearsalReport } from "../../../rehearsal/report";

const urn = (types: string, name: string): string => `urn:pulumi:dev::demo::${types}::${name}`;
const result: OperationResult = {
  operation: "preview",
  seconds: 65.2,
  changes: { create: 1, update: 0, replace: 0, delete: 1, same: 1 },
  steps: [
    { urn: urn("pulumi:pulumi:Stack", "demo-dev"), type: "pulumi:pulumi:Stack", op: "same", diffs: [] },
    { urn: urn("slipway:network:Network", "net"), type: "slipway:network:Network", op: "create", diffs: [] },
    { urn: urn("slipway:edge:Edge", "edge"), type: "slipway:edge:Edge", op: "delete", diffs: [] },
  ],
  findings: [
    { policy: "p", level: "advisory", urn: urn("slipway:network:Network", "net"), message: "poor; mend it" },
  ],
  remediations: [],
  outputs: { url: "https://a.example", systems: { a: 1 } },
};

const report: RehearsalReport = {
  stack: "staging",
  ok: true,
  steps: [
    {
      name: "up",
      seconds: 61,
      changes: { create: 12, update: 0, replace: 0, delete: 0, same: 0 },
      ok: true,
      problems: [],
    },
    {
      name: "destroy",
      seconds: 4.21,
      changes: { create: 0, update: 0, replace: 0, delete: 12, same: 0 },
      ok: true,
      problems: [],
    },
  ],
  resources: { total: 12, byType: { "a:b:C": 12 }, byLayer: { network: 4, system: 8 } },
  systems: [
    { name: "mailer", namespace: "post", pods: { total: 1, ready: 0 } },
    { name: "shop", namespace: "shop", url: "https://shop.example", pods: { total: 5, ready: 5 } },
  ],
  policy: { pack: "slipway", mandatory: 0, advisory: 1 },
  drift: { changed: ["Deployment a: image", "LogGroup b: days"], found: ["x", "y"], mended: true },
  leftovers: [],
  engine: { version: "3.259.0", source: "cache" },
  cluster: { version: "1.36.3", source: "built" },
  providers: [
    { name: "aws", source: "stand-in" },
    { name: "kubernetes", source: "official" },
  ],
  notExercised: [{ name: "DNS", reason: "no zone" }],
  standIns: [{ name: "AWS", reason: "a simulated account" }],
};

describe("rendering", () => {
  it("aligns text to the left and numbers to the right", () => {
    assert.deepEqual(
      table([
        ["a", 1, "x"],
        ["long", 100, ""],
      ]),
      ["a       1  x", "long  100"],
    );
    assert.deepEqual(table([]), []);
  });

  it("words spans of time and counts", () => {
    assert.deepEqual([0.04, 4.25, 59.9, 60, 65.2, 119.7].map(duration), [
      "0.0 s",
      "4.3 s",
      "59.9 s",
      "1 min 00 s",
      "1 min 05 s",
      "2 min 00 s",
    ]);
    assert.deepEqual([counted(1, "thing"), counted(0, "thing")], ["1 thing", "0 things"]);
  });

  it("shows an operation by layer, with verdicts, outputs and time", () => {
    assert.deepEqual(renderOperation("dev", result).split("\n"), [
      "",
      "layer    create  update  replace  delete  same",
      "stack         0       0        0       0     1",
      "network       1       0        0       0     0",
      "edge          0       0        0       1     0",
      "total         1       0        0       1     1",
      "",
      "policy: 0 mandatory violations, 1 advisory",
      '  policy p advises on slipway:network:Network "net": poor; mend it.',
      "",
      "outputs",
      "  url      https://a.example",
      '  systems  {"a":1}',
      "",
      "preview of stack dev: done in 1 min 05 s",
    ]);
    assert.match(renderOperation("dev", { ...result, operation: "refresh" }), /policy: not asked/);
    const remediations = [{ policy: "mend", urn: urn("slipway:edge:Edge", "edge") }];
    assert.match(
      renderOperation("dev", { ...result, remediations }),
      /advisory\n.*\n {2}remediated by mend: slipway:edge:Edge "edge"\n/,
    );
  });

  it("gives an operation as data, without the resources that stay as they are", () => {
    const json = operationJson("dev", result) as Record<string, unknown>;
    assert.deepEqual(Object.keys(json).sort(), [
      "byLayer",
      "changes",
      "ok",
      "operation",
      "outputs",
      "policy",
      "seconds",
      "stack",
      "steps",
    ]);
    assert.deepEqual(
      (json["steps"] as { op: string }[]).map(({ op }) => op),
      ["create", "delete"],
    );
    assert.deepEqual(json["byLayer"], { stack: { same: 1 }, network: { create: 1 }, edge: { delete: 1 } });
    assert.deepEqual(json["policy"], {
      mandatory: 0,
      advisory: 1,
      findings: result.findings,
      remediations: [],
    });
  });

  it("shows a rehearsal's report, and says plainly what was a stand-in and what was not tried", () => {
    const text = renderReport(report);
    for (const line of [
      "  system    8",
      "  total    12",
      "system    address               namespace  pods ready",
      "  mailer  no address            post       0 of 1",
      "  shop    https://shop.example  shop       5 of 5",
      "policy pack slipway: 0 mandatory violations, 1 advisory",
      "  up       1 min 01 s      12       0        0       0     0  ok",
      "  destroy  4.2 s            0       0        0      12     0  ok",
      "drift: 2 objects changed behind the engine's back, 2 found, mended",
      "left behind by destroy: nothing",
      "  provider  aws                stand-in",
      "  provider  kubernetes         official",
      "stand-ins: these were not the real thing, and say nothing about it beyond what they model",
      "  AWS  a simulated account",
      "not exercised: nothing here was tried",
      "  DNS  no zone",
      "rehearsal of stack staging: passed in 1 min 05 s",
    ]) {
      assert.ok(text.split("\n").includes(line), `${line}\n in\n${text}`);
    }
    assert.ok(!text.includes("KUBECONFIG"));
  });

  it("shows what failed in a rehearsal, and what it did not reach", () => {
    const text = renderReport({
      ...report,
      ok: false,
      steps: [{ ...report.steps[0]!, ok: false, problems: ["x is loose"] }],
      systems: [],
      drift: { changed: [], found: [], mended: false },
      error: "the cluster is gone.",
    });
    for (const line of [
      "  up: x is loose",
      "drift: not tried",
      "destroy: not reached",
      "rehearsal of stack staging: FAILED in 1 min 01 s",
      "  the cluster is gone.",
    ]) {
      assert.ok(text.split("\n").includes(line), `${line}\n in\n${text}`);
    }
    assert.ok(!text.includes("address"), text);
    assert.match(
      renderReport({ ...report, drift: { ...report.drift, found: [], mended: false } }),
      /0 found, NOT mended/,
    );
    assert.match(
      renderReport({ ...report, leftovers: ["Pod a/b"] }),
      /left behind by destroy: 1\n {2}Pod a\/b/,
    );
    const kept = renderReport({ ...report, steps: [report.steps[0]!], kubeconfig: "/srv/k" });
    assert.match(kept, /destroy: not tried, for everything was to be kept/);
    assert.match(kept, /export KUBECONFIG=\/srv\/k\n {2}end it with: slipway rehearse --stop\n/);
  });

  it("gives a failure as one sentence and its parts, findings too, and never a stack trace", () => {
    assert.deepEqual(failed(new UsageError({ what: "a", todo: "b" })), {
      ok: false,
      json: { ok: false, error: { message: "a; b.", what: "a", todo: "b" } },
      text: "slipway: a; b.",
    });
    const finding = { ...result.findings[0]!, level: "mandatory" } as const;
    const { json, text } = failed(
      new PolicyViolationError([finding, { ...finding, policy: "other" }], false),
    );
    assert.deepEqual((json as { error: { findings: unknown } }).error.findings, [
      finding,
      { ...finding, policy: "other" },
    ]);
    const [head, first, second, ...more] = text.split("\n");
    assert.equal(head, "slipway: 2 mandatory violations, nothing was changed");
    assert.equal(first, `  ${findingSentence(finding)}`);
    assert.match(second ?? "", /^ {2}policy other refuses /);
    assert.deepEqual(more, []);
    assert.equal(failed(new Error("odd.\n    at x.ts:1:1")).text, "slipway: unexpected failure: odd.");
    assert.equal(failed("odd").text, "slipway: unexpected failure: odd.");
  });
});
