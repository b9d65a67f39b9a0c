import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import path from "node:path";
import type { StateEntry } from "../../../engine/state";
import type { OperationResult, StepRecord } from "../../../engine/types";
import { judgeDrift, tamperWithAccount, tamperWithCluster } from "../../../rehearsal/drift";
import type { Tampering } from "../../../rehearsal/drift";
import type { KubeClient } from "../../../rehearsal/kube/client";
import { Account } from "../../../rehearsal/providers/aws/account";
import { temporaryFolder } from "../../support/temporary";

const urn = (types: string, name: string): string => `urn:pulumi:dev::slipway::${types}::${name}`;
const deployment = "kubernetes:apps/v1:Deployment";
const logGroup = "aws:cloudwatch/logGroup:LogGroup";
const own = urn(`slipway:system:System$${deployment}`, "shop-web");
const other = urn(`slipway:edge:Edge$${deployment}`, "edge-web");
const logs = urn(`slipway:network:Network$${logGroup}`, "flow-logs");
const entry = (at: string, id?: string): StateEntry => ({
  urn: at,
  type: at.split("::")[2]!.split("$").at(-1)!,
  id,
  protect: false,
});

const result = (...steps: readonly (readonly [op: string, urn: string])[]): OperationResult => ({
  operation: "up",
  seconds: 0,
  changes: { create: 0, update: 0, replace: 0, delete: 0, same: 0 },
  steps: steps.map(([op, at]): StepRecord => ({ urn: at, type: "", op, diffs: [] })),
  findings: [],
  remediations: [],
  outputs: {},
});
const tampering = (at: string, what: string, mended = true): Tampering => ({
  urn: at,
  what,
  isMended: () => Promise.resolve(mended),
});

describe("a change behind the engine's back", () => {
  it("is made to the image of a system's Deployment, by a manager of its own, and looked at by its value", async () => {
    let image = "registry/web@sha256:1";
    const patches: unknown[] = [];
    const client = {
      get: () => Promise.resolve({ spec: { template: { spec: { containers: [{ image }] } } } }),
      patch: (...given: unknown[]) => {
        patches.push(given);
        image = "changed";
        return Promise.resolve();
      },
    } as unknown as KubeClient;
    const tampered = await tamperWithCluster(client, [entry(other, "edge/web"), entry(own, "shop/web")]);
    assert.deepEqual([tampered.urn, tampered.what], [own, `${deployment} "shop-web": image`]);
    assert.deepEqual(patches, [
      [
        { apiVersion: "apps/v1", kind: "Deployment", name: "web", namespace: "shop" },
        [
          {
            op: "replace",
            path: "/spec/template/spec/containers/0/image",
            value: `registry.k8s.io/changed-behind-pulumis-back:1@sha256:${"0".repeat(64)}`,
          },
        ],
        { type: "json", fieldManager: "somebody" },
      ],
    ]);
    assert.equal(await tampered.isMended(), false);
    image = "registry/web@sha256:1";
    assert.equal(await tampered.isMended(), true);
  });

  it("is made to the label of a namespace in a stack without systems", async () => {
    const patches: unknown[] = [];
    const client = {
      get: () => Promise.resolve({ metadata: { labels: { "slipway.dev/owner": "platform" } } }),
      patch: (...given: unknown[]) => Promise.resolve(patches.push(given)),
    } as unknown as KubeClient;
    const namespace = urn("slipway:edge:Edge$kubernetes:core/v1:Namespace", "edge");
    const tampered = await tamperWithCluster(client, [entry(other, "edge/web"), entry(namespace, "edge")]);
    assert.deepEqual(
      [tampered.urn, tampered.what],
      [namespace, 'kubernetes:core/v1:Namespace "edge": owner'],
    );
    assert.deepEqual(patches, [
      [
        { apiVersion: "v1", kind: "Namespace", name: "edge" },
        [
          {
            op: "replace",
            path: "/metadata/labels/slipway.dev~1owner",
            value: "changed-behind-pulumis-back",
          },
        ],
        { type: "json", fieldManager: "somebody" },
      ],
    ]);
    assert.equal(await tampered.isMended(), true);
  });

  it("needs an object of one of these kinds, and a log group", async () => {
    const state = [entry(other, "edge/web"), entry(own)];
    await assert.rejects(tamperWithCluster({} as KubeClient, state), /the stack has no object to change/);
    assert.throws(() => tamperWithAccount("/no/such/account", state), /the stack has no log group to change/);
  });

  describe("in the account", () => {
    let folder: string;
    beforeEach(() => {
      folder = temporaryFolder("slipway-drift-test-");
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    for (const [before, after] of [
      [30, 1],
      [1, 3],
    ] as const) {
      it(`sets the retention of ${before} days to ${after}`, async () => {
        const file = path.join(folder, "account.json");
        const object = {
          type: logGroup,
          region: "eu-central-1",
          id: "/logs",
          urn: logs,
          token: "",
          owner: "",
        };
        const attributes = { name: "/logs", retentionInDays: before };
        new Account(file, "123456789012").put([{ ...object, attributes }]);
        const retention = () =>
          new Account(file, "").all(logGroup).map((one) => one.attributes["retentionInDays"]);
        const tampered = await tamperWithAccount(file, [entry(own, "shop/web"), entry(logs, "/logs")]);
        assert.deepEqual(retention(), [after]);
        assert.deepEqual([tampered.urn, tampered.what], [logs, `${logGroup} "flow-logs": retentionInDays`]);
        assert.equal(await tampered.isMended(), false);
        new Account(file, "").put([{ ...object, attributes }]);
        assert.equal(await tampered.isMended(), true);
      });
    }
  });
});

describe("the verdict on drift", () => {
  const both = [tampering(own, "web: image"), tampering(logs, "logs: retention")];

  it("is good when refresh found exactly what was changed and up put exactly that back", async () => {
    const verdict = await judgeDrift(
      both,
      result(["update", own], ["same", other], ["update", logs]),
      result(["update", logs], ["same", other], ["read", other], ["update", own]),
    );
    assert.deepEqual(verdict, {
      changed: ["logs: retention", "web: image"],
      found: ["logs: retention", "web: image"],
      mended: true,
      problems: [],
    });
  });

  for (const [what, tampered, refreshed, mended, problems, found] of [
    [
      "refresh missed a change",
      both,
      result(["update", own]),
      result(["update", own], ["update", logs]),
      [`refresh did not find the change of ${logGroup} "flow-logs"`],
      ["web: image"],
    ],
    [
      "refresh found what nobody changed",
      both,
      result(["update", own], ["update", logs], ["update", other]),
      result(["update", own], ["update", logs]),
      [`refresh found a change of ${deployment} "edge-web", which nobody changed`],
      [`${deployment} "edge-web"`, "logs: retention", "web: image"],
    ],
    [
      "up left a change",
      both,
      result(["update", own], ["update", logs]),
      result(["update", own]),
      [`up changed ${deployment} "shop-web" to mend ${logGroup} "flow-logs", ${deployment} "shop-web"`],
      ["logs: retention", "web: image"],
    ],
    [
      "up changed nothing",
      [both[0]!],
      result(["update", own]),
      result(["same", own]),
      [`up changed nothing to mend ${deployment} "shop-web"`],
      ["web: image"],
    ],
    [
      "the value is not what it was",
      [tampering(own, "web: image", false)],
      result(["update", own]),
      result(["update", own]),
      ["web: image is not as it was before"],
      ["web: image"],
    ],
  ] as const) {
    it(`is a problem when ${what}`, async () => {
      const verdict = await judgeDrift(tampered, refreshed, mended);
      assert.deepEqual(verdict.problems, problems);
      assert.deepEqual(verdict.found, found);
      assert.equal(verdict.mended, !/up changed|not as it was/.test(problems[0]));
    });
  }
});
