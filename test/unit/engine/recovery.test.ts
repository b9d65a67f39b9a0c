import assert from "node:assert/strict";
import { idOf, recovered } from "../../../engine/recovery";

const urn = (type: string, name: string): string => `urn:pulumi:dev::slipway::${type}::${name}`;
const secretType = "kubernetes:core/v1:Secret";
const cipher: object = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "v1:abc",
};
const inputs = { metadata: { name: "a-0000", namespace: "shop" }, data: cipher };
const created = { urn: urn(secretType, "a"), type: secretType, custom: true, inputs, protect: true };
const creating = { type: "creating", resource: created };
const root = { urn: urn("pulumi:pulumi:Stack", "slipway-dev"), type: "pulumi:pulumi:Stack", custom: false };
const user = {
  urn: urn("kubernetes:apps/v1:Deployment", "b"),
  type: "kubernetes:apps/v1:Deployment",
  id: "shop/b",
};
const old = { ...created, id: "shop/a-1111", outputs: {} };
const taken = { ...created, id: "shop/a-0000", outputs: inputs };

function recover(
  resources: readonly object[],
  pending: readonly object[],
): Record<string, unknown> | undefined {
  const deployment = { manifest: { magic: "m" }, secrets_providers: { type: "passphrase" }, resources };
  const text = JSON.stringify({ version: 3, deployment: { ...deployment, pending_operations: pending } });
  const found = recovered(text);
  if (found === undefined) return undefined;
  const state = JSON.parse(found.state) as { version: number; deployment: Record<string, unknown> };
  return { ...state.deployment, version: state.version, urns: found.urns };
}

describe("recovery of creates that were cut off", () => {
  it("puts the resource at the end of the state, secrets still encrypted, and keeps all the rest", () => {
    assert.deepEqual(recover([root, user], [creating]), {
      version: 3,
      manifest: { magic: "m" },
      secrets_providers: { type: "passphrase" },
      resources: [root, user, taken],
      pending_operations: [],
      urns: [created.urn],
    });
  });

  it("has nothing to say of a state without pending creates that it can name", () => {
    const vpc = { ...created, type: "aws:ec2/vpc:Vpc", inputs: { cidrBlock: "10.0.0.0/16" } };
    assert.equal(recover([root], []), undefined);
    assert.equal(recover([root], [{ type: "creating", resource: vpc }]), undefined);
    assert.equal(recovered(JSON.stringify({ version: 3, deployment: null })), undefined);
    for (const type of ["updating", "deleting", "reading", "importing"])
      assert.equal(recover([root], [{ type, resource: created }]), undefined);
  });

  it("leaves the other pending operations for the refresh to clear", () => {
    const vpc = { type: "creating", resource: { ...created, type: "aws:ec2/vpc:Vpc", inputs: {} } };
    const updating = { type: "updating", resource: user };
    const result = recover([root, user], [vpc, creating, updating]);
    assert.deepEqual([result?.["pending_operations"], result?.["urns"]], [[vpc, updating], [created.urn]]);
  });

  it("marks what was to be replaced for deletion, and stands before it for the sake of what needs it", () => {
    const result = recover([root, old, user], [creating]);
    assert.deepEqual(result?.["resources"], [root, taken, { ...old, delete: true }, user]);
  });

  it("takes the place of what was deleted first, to be replaced", () => {
    const deleted = { ...old, id: "shop/a-0000", pendingReplacement: true };
    const other = { ...user, pendingReplacement: true };
    const result = recover([root, deleted, other], [creating]);
    assert.deepEqual(result?.["resources"], [root, taken, other]);
  });

  it("leaves an older replaced one marked as it is", () => {
    const marked = { ...old, delete: true };
    const result = recover([root, marked, user], [creating]);
    assert.deepEqual(result?.["resources"], [root, taken, marked, user]);
  });

  it("only drops the operation when the state has the very object already", () => {
    const known = { ...taken, outputs: { more: 1 } };
    const result = recover([root, known], [creating]);
    assert.deepEqual([result?.["resources"], result?.["pending_operations"]], [[root, known], []]);
  });
});

describe("ids that inputs tell", () => {
  const named = (name: unknown, namespace?: unknown) => ({
    metadata: { name, ...(namespace !== undefined && { namespace }) },
  });
  for (const [type, given, id] of [
    ["kubernetes:core/v1:Secret", named("a", "shop"), "shop/a"],
    ["kubernetes:core/v1:Namespace", named("shop"), "shop"],
    ["kubernetes:gateway.networking.k8s.io/v1:Gateway", named("a", "edge"), "edge/a"],
    ["kubernetes:core/v1:Secret", named(cipher, "shop"), undefined],
    ["kubernetes:core/v1:Secret", named("a", cipher), undefined],
    ["kubernetes:core/v1:Secret", {}, undefined],
    ["kubernetes:core/v1:NamespacePatch", named("a"), undefined],
    ["kubernetes:core/v1:ConfigMapList", named("a"), undefined],
    ["kubernetes:helm.sh/v3:Release", { name: "a", ...named("a", "b") }, undefined],
    ["kubernetes:yaml/v2:ConfigFile", named("a"), undefined],
    ["kubernetes:yaml:ConfigFile", named("a"), undefined],
    ["pulumi:providers:kubernetes", named("a"), undefined],
    ["aws:iam/role:Role", { name: "node" }, "node"],
    ["aws:cloudwatch/logGroup:LogGroup", { name: "/aws/eks/a/cluster" }, "/aws/eks/a/cluster"],
    ["aws:ecr/repository:Repository", { name: "shop/web" }, "shop/web"],
    ["aws:kms/alias:Alias", { name: "alias/a" }, "alias/a"],
    [
      "aws:eks/accessEntry:AccessEntry",
      { clusterName: "c", principalArn: "arn:aws:iam::1:role/a" },
      "c:arn:aws:iam::1:role/a",
    ],
    ["aws:eks/accessEntry:AccessEntry", { clusterName: "c" }, undefined],
    ["aws:iam/role:Role", { name: "" }, undefined],
    ["aws:eks/cluster:Cluster", { name: "c" }, undefined],
    ["aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }, undefined],
    ["random:index/randomId:RandomId", { byteLength: 4 }, undefined],
  ] as const) {
    it(`${id === undefined ? "cannot tell that of" : `say ${id} for`} ${type} with ${JSON.stringify(given)}`, () => {
      assert.equal(idOf(type, given), id);
    });
  }
});
