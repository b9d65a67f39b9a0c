import assert from "node:assert/strict";
import { changeBehindItsBack } from "../../../../rehearsal/providers/aws/outside";
import { models } from "../../../../rehearsal/providers/aws/types";
import type { Props } from "../../../../rehearsal/providers/part";
import { prepare, T, trust, valid, world } from "./fixtures";
import { Engine, REGION } from "./harness";

describe("drift in the simulated account", () => {
  for (const type of models.keys()) {
    if (type === T.endpointAssociation) continue;
    it(`is not found in an untouched ${type.split(":")[2] ?? ""}`, async () => {
      const w = await world();
      await prepare(w, type);
      const inputs = valid(w)[type] ?? {};
      const held = await w.engine.create(type, "more", inputs);
      const live = await w.engine.refresh(held);
      const listed = type === T.defaultNetworkAcl ? { subnetIds: [w.a.id, w.b.id].sort() } : {};
      assert.deepEqual(live?.inputs, { ...held.inputs, ...listed });
      assert.deepEqual(live.outputs, { ...held.outputs, ...listed });
    });
  }

  const hidden: readonly (readonly [string, Props, readonly string[]])[] = [
    [T.logGroup, { retentionInDays: 1 }, ["retentionInDays"]],
    [T.logGroup, { "tags.added": "x" }, ["tags", "tagsAll"]],
    [T.logGroup, { kmsKeyId: null }, ["kmsKeyId"]],
    [T.vpc, { enableDnsSupport: false }, ["enableDnsSupport"]],
    [T.subnet, { mapPublicIpOnLaunch: true }, ["mapPublicIpOnLaunch"]],
    [T.role, { maxSessionDuration: 7200 }, ["maxSessionDuration"]],
    [T.role, { assumeRolePolicy: trust("lambda.amazonaws.com") }, ["assumeRolePolicy"]],
    [T.key, { isEnabled: false }, ["isEnabled"]],
    [T.repository, { imageTagMutability: "MUTABLE" }, ["imageTagMutability"]],
    [
      T.repository,
      { "imageScanningConfiguration.scanOnPush": false },
      ["imageScanningConfiguration.scanOnPush"],
    ],
    [T.cluster, { "vpcConfig.endpointPublicAccess": true }, ["vpcConfig.endpointPublicAccess"]],
    [T.cluster, { enabledClusterLogTypes: ["api"] }, ["enabledClusterLogTypes"]],
    [T.ingressRule, { cidrIpv4: "0.0.0.0/0" }, ["cidrIpv4"]],
    [T.nodeGroup, { "scalingConfig.maxSize": 9 }, ["scalingConfig.maxSize"]],
    [
      T.defaultSecurityGroup,
      { ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }] },
      ["ingress"],
    ],
  ];
  for (const [type, set, paths] of hidden) {
    it(`is found in ${type.split(":")[2] ?? ""} ${JSON.stringify(paths)}, and mended by an update`, async () => {
      const w = await world();
      const inputs = valid(w)[type] ?? {};
      const held = await w.engine.create(type, "more", inputs);
      const { id } = changeBehindItsBack(w.engine.file, { type, id: held.id, set });
      assert.equal(id, held.id);
      assert.deepEqual(sorted(await w.engine.drift(held, inputs)), [...paths]);
      const live = await w.engine.refresh(held);
      assert.ok(live !== undefined);
      await w.engine.update(live, inputs);
      assert.deepEqual(await w.engine.drift(held, inputs), []);
    });
  }

  it("is found where an object is gone", async () => {
    const { engine, eip } = await world();
    changeBehindItsBack(engine.file, { type: T.eip, id: eip.id, remove: true });
    assert.equal(await engine.drift(eip, { domain: "vpc" }), "gone");
  });

  it("is found in a default tag", async () => {
    const engine = await Engine.start(
      {},
      { region: REGION, defaultTags: { tags: { owner: "platform", stack: "test" } } },
    );
    const inputs = { name: "/n", tags: { Name: "n" } };
    const held = await engine.create(T.logGroup, "n", inputs);
    assert.deepEqual(held.outputs["tagsAll"], { Name: "n", owner: "platform", stack: "test" });
    assert.deepEqual(held.outputs["tags"], { Name: "n" });
    changeBehindItsBack(engine.file, { type: T.logGroup, set: { "tags.owner": "somebody" } });
    assert.deepEqual(sorted(await engine.drift(held, inputs)), ["tags", "tagsAll"]);
    changeBehindItsBack(engine.file, { type: T.logGroup, set: { "tags.owner": null } });
    assert.deepEqual(await engine.drift(held, inputs), ["tagsAll"]);
  });

  it("is planned when the provider's default tags change", async () => {
    const engine = await Engine.start();
    const held = await engine.create(T.logGroup, "n", { name: "/n" });
    const tagged = await engine.restart({}, { region: REGION, defaultTags: { tags: { owner: "x" } } });
    assert.deepEqual((await tagged.diff(held, { name: "/n" })).changes, ["tagsAll"]);
  });

  it("cannot be made in what is not there", async () => {
    const { engine } = await world();
    assert.throws(
      () => changeBehindItsBack(engine.file, { type: T.alias, set: {} }),
      /no aws:kms\/alias:Alias/,
    );
  });
});

function sorted(found: readonly string[] | "gone"): readonly string[] {
  return found === "gone" ? ["gone"] : [...found].sort();
}
