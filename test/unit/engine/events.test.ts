import assert from "node:assert/strict";
import type { EngineEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation";
import { changeSummary, eventLog, plain } from "../../../engine/events";

const urn = "urn:pulumi:dev::demo::aws:s3/bucket:Bucket::logs";
const base = { sequence: 0, timestamp: 0 };
const metadata = (op: OpType, more: object = {}): StepEventMetadata => ({
  op,
  urn,
  type: "aws:s3/bucket:Bucket",
  provider: "",
  ...more,
});
const done = (op: OpType, more: object = {}, planning = false): EngineEvent => ({
  ...base,
  resOutputsEvent: { metadata: metadata(op, more), planning },
});

describe("event log", () => {
  it("has one record for each resource, however many events the engine sends", () => {
    const said: string[] = [];
    const log = eventLog((line) => said.push(line));
    log.listen({ ...base, resourcePreEvent: { metadata: metadata("update") } });
    log.listen(done("update", { diffs: ["tags"], detailedDiff: { "tags.team": {}, tags: {} } }));
    log.listen(done("update"));
    assert.deepEqual(log.steps(), [
      { urn, type: "aws:s3/bucket:Bucket", op: "update", diffs: ["tags", "tags.team"] },
    ]);
    assert.equal(said[0], "aws:s3/bucket:Bucket logs update");
    assert.equal(log.touched(), true);
  });

  it("joins the steps of a replacement into one", () => {
    for (const order of [
      ["create-replacement", "replace", "delete-replaced"],
      ["delete-replaced", "replace", "create-replacement"],
    ] as const) {
      const log = eventLog();
      for (const op of order) log.listen(done(op));
      assert.deepEqual(
        log.steps().map(({ op }) => op),
        ["replace"],
      );
    }
  });

  it("takes for a refresh what it found, not that it looked", () => {
    const log = eventLog();
    log.listen({ ...base, resourcePreEvent: { metadata: metadata("refresh") } });
    log.listen(done("update"));
    assert.deepEqual(
      log.steps().map(({ op }) => op),
      ["update"],
    );
  });

  it("knows that a preview and an unchanged resource touch nothing, and that a failed step does", () => {
    const log = eventLog();
    log.listen(done("create", {}, true));
    log.listen(done("same"));
    assert.equal(log.touched(), false);
    log.listen({ ...base, resOpFailedEvent: { metadata: metadata("create"), status: 0, steps: 0 } });
    assert.equal(log.touched(), true);
  });

  it("keeps each finding once, in the order of resources, and takes any level but mandatory for advice", () => {
    const log = eventLog();
    const event = (name: string, level: string): EngineEvent =>
      ({
        ...base,
        policyEvent: {
          resourceUrn: `${urn}${name}`,
          message: "<{%bold%}>Buckets are private<{%reset%}>\nit is public; set acl\n",
          color: "raw",
          policyName: "aws-s3",
          policyPackName: "slipway",
          policyPackVersion: "1",
          policyPackVersionTag: "1",
          enforcementLevel: level,
        },
      }) as EngineEvent;
    for (const each of [event("-b", "mandatory"), event("-b", "mandatory"), event("-a", "advisory")])
      log.listen(each);
    const message = "Buckets are private. it is public; set acl";
    assert.deepEqual(log.findings(), [
      { policy: "aws-s3", level: "advisory", urn: `${urn}-a`, message },
      { policy: "aws-s3", level: "mandatory", urn: `${urn}-b`, message },
    ]);
  });

  it("has the severity of a finding where the engine tells it", () => {
    const log = eventLog();
    const policy = { resourceUrn: urn, message: "m", policyName: "p", enforcementLevel: "mandatory" };
    for (const severity of ["high", undefined])
      log.listen({ ...base, policyEvent: { ...policy, message: String(severity), severity } } as never);
    assert.deepEqual(
      log.findings().map((finding) => [finding.message, finding.severity, "severity" in finding]),
      [
        ["high", "high", true],
        ["undefined", undefined, false],
      ],
    );
  });

  it("has each remediation once, in the order of resources, and nothing of what it changed", () => {
    const log = eventLog();
    const event = (name: string): EngineEvent =>
      ({
        ...base,
        policyRemediationEvent: {
          resourceUrn: `${urn}${name}`,
          color: "raw",
          policyName: "aws-s3",
          policyPackName: "slipway",
          before: { password: "secret" },
          after: { password: "secret", tags: {} },
        },
      }) as EngineEvent;
    for (const each of [event("-b"), event("-a"), event("-b")]) log.listen(each);
    assert.deepEqual(log.remediations(), [
      { policy: "aws-s3", urn: `${urn}-a` },
      { policy: "aws-s3", urn: `${urn}-b` },
    ]);
    assert.deepEqual(log.findings(), []);
  });

  it("keeps errors once, and neither warnings nor debug lines", () => {
    const log = eventLog();
    const event = (severity: string, message: string): EngineEvent =>
      ({ ...base, diagnosticEvent: { urn, message, color: "never", severity } }) as EngineEvent;
    for (const severity of ["debug", "info", "warning", "error", "error"])
      log.listen(event(severity, "no\n"));
    assert.deepEqual(log.errors(), [{ urn, message: "no" }]);
  });

  it("sums up the engine's counts in five kinds", () => {
    assert.deepEqual(changeSummary({}), { create: 0, update: 0, replace: 0, delete: 0, same: 0 });
    assert.deepEqual(
      changeSummary({ create: 2, import: 1, update: 3, replace: 4, delete: 5, same: 6, read: 9 }),
      {
        create: 3,
        update: 3,
        replace: 4,
        delete: 5,
        same: 6,
      },
    );
  });

  it("strips colour marks and terminal codes", () => {
    assert.equal(plain("<{%fg 1%}>a<{%reset%}> \u001b[31mb\u001b[0m"), "a b");
  });
});
