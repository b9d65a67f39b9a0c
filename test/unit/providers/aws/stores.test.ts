import assert from "node:assert/strict";
import * as fs from "node:fs";
import type { Json, Props } from "../../../../rehearsal/providers/part";
import { accountContents } from "../../../../rehearsal/providers/aws/outside";
import { UNKNOWN } from "../../../../rehearsal/providers/part";
import type { World } from "./fixtures";
import { prepare, T, valid, world } from "./fixtures";
import type { Held } from "./harness";
import { refusal } from "./harness";

async function make(type: string, over: Props = {}): Promise<{ w: World; inputs: Props; held: Held }> {
  const w = await world();
  await prepare(w, type);
  const inputs: Props = { ...valid(w)[type], ...over };
  return { w, inputs, held: await w.engine.create(type, "more", inputs) };
}

/** Type, the change, and the paths of which the object is replaced; no path means that it is changed in place. */
const changes: readonly (readonly [
  title: string,
  type: string,
  change: Props,
  replaces: readonly string[],
])[] = [
  ["a bigger volume", T.dbInstance, { allocatedStorage: 40 }, []],
  ["another password", T.dbInstance, { password: "another-password" }, []],
  ["another machine", T.dbInstance, { instanceClass: "db.m7g.large" }, []],
  ["longer backups", T.dbInstance, { backupRetentionPeriod: 35 }, []],
  [
    "an encryption that is given up",
    T.dbInstance,
    { storageEncrypted: false, kmsKeyId: null },
    ["storageEncrypted"],
  ],
  ["another key", T.dbInstance, { kmsKeyId: UNKNOWN }, ["kmsKeyId"]],
  ["another database", T.dbInstance, { dbName: "other" }, ["dbName"]],
  ["another account", T.dbInstance, { username: "other" }, ["username"]],
  [
    "another value of a parameter",
    T.dbParameters,
    { parameters: [{ name: "rds.force_ssl", value: "0" }] },
    [],
  ],
  ["another family of parameters", T.dbParameters, { family: "postgres16" }, ["family"]],
  ["one reader more", T.cacheGroup, { numCacheClusters: 3 }, []],
  ["another node type", T.cacheGroup, { nodeType: "cache.m7g.large" }, []],
  ["another key", T.cacheGroup, { kmsKeyId: UNKNOWN }, ["kmsKeyId"]],
  ["Valkey in place of Redis", T.cacheGroup, { engine: "valkey", engineVersion: "8.1" }, []],
  ["another subnet group", T.cacheGroup, { subnetGroupName: "other" }, ["subnetGroupName"]],
  [
    "a second password",
    T.cacheUser,
    { authenticationMode: { type: "password", passwords: ["a-long-password-1", "a-long-password-2"] } },
    [],
  ],
  ["another user name", T.cacheUser, { userName: "other" }, ["userName"]],
  [
    "a bigger volume",
    T.searchDomain,
    { ebsOptions: { ebsEnabled: true, volumeType: "gp3", volumeSize: 100 } },
    [],
  ],
  [
    "another key",
    T.searchDomain,
    { encryptAtRest: { enabled: true, kmsKeyId: UNKNOWN } },
    ["encryptAtRest.kmsKeyId"],
  ],
  [
    "a domain that leaves its network",
    T.searchDomain,
    { vpcOptions: null },
    ["vpcOptions.securityGroupIds", "vpcOptions.subnetIds"],
  ],
  ["another name", T.searchDomain, { domainName: "other" }, ["domainName"]],
  ["another value", T.secretVersion, { secretString: "another" }, ["secretString"]],
  ["another key", T.secret, { kmsKeyId: UNKNOWN }, []],
  ["another name", T.secret, { name: "team/other" }, ["name"]],
];

describe("the AWS stand-in plans for stores", () => {
  for (const [title, type, change, replaces] of changes) {
    it(`${replaces.length === 0 ? "an update" : "a replacement"} for ${title} (${type.split(":")[2] ?? ""})`, async () => {
      const { w, inputs, held } = await make(type);
      assert.deepEqual((await w.engine.diff(held, inputs)).changes, []);
      const diff = await w.engine.diff(held, { ...inputs, ...change });
      assert.notEqual(diff.changes.length, 0);
      assert.deepEqual([...diff.replaces].sort(), [...replaces]);
    });
  }

  it("a Valkey never back into a Redis", async () => {
    const w = await world();
    const valkey = { engine: "valkey", engineVersion: "8.1", replicationGroupId: "v", description: "v" };
    const held = await w.engine.create(T.cacheGroup, "v", valkey);
    assert.deepEqual(
      (await w.engine.diff(held, { ...valkey, engine: "redis", engineVersion: "7.1" })).replaces,
      ["engine"],
    );
  });
});

describe("a database of the AWS stand-in", () => {
  it("grows, and never shrinks", async () => {
    const { w, inputs, held } = await make(T.dbInstance);
    const grown = await w.engine.update(held, { ...inputs, allocatedStorage: 40 });
    assert.equal(grown.outputs["allocatedStorage"], 40);
    assert.equal(grown.outputs["address"], held.outputs["address"]);
    assert.match(
      await refusal(w.engine.update(grown, { ...inputs, allocatedStorage: 30 })),
      /can't reduce the allocated storage from 40 to 30/,
    );
  });

  it("takes a new major version only when that is allowed", async () => {
    const { w, inputs, held } = await make(T.dbInstance, { parameterGroupName: null });
    const next = { ...inputs, engineVersion: "16" };
    assert.match(await refusal(w.engine.update(held, next)), /AllowMajorVersionUpgrade flag/);
    const upgraded = await w.engine.update(held, { ...next, allowMajorVersionUpgrade: true });
    assert.equal(upgraded.outputs["engineVersionActual"], "16.18");
  });

  it("is not deleted while it is protected, and leaves the snapshot that was asked for", async () => {
    const { w, inputs, held } = await make(T.dbInstance, {
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "more-final",
    });
    assert.match(await refusal(w.engine.delete(held)), /Cannot delete protected DB Instance/);
    const open = await w.engine.update(held, { ...inputs, deletionProtection: false });
    await w.engine.delete(open);
    const left = accountContents(w.engine.file).filter(({ type }) => type.startsWith("aws:rds/"));
    assert.deepEqual(
      left.map(({ type, id }) => [type, id]).sort(),
      [
        [T.dbParameters, "stores"],
        [T.dbSnapshot, "more-final"],
        [T.dbSubnets, "stores"],
      ].sort(),
    );
    const again = await w.engine.create(T.dbInstance, "again", { ...inputs, deletionProtection: false });
    assert.match(await refusal(w.engine.delete(again)), /DBSnapshotAlreadyExists/);
  });

  it("holds on to its subnets, settings and security group", async () => {
    const { w } = await make(T.dbInstance);
    const named = (type: string, id: string): Held => ({ ...w.vpc, type, id, outputs: {} });
    for (const [held, code] of [
      [named(T.dbSubnets, "stores"), /InvalidDBSubnetGroupStateFault/],
      [named(T.dbParameters, "stores"), /InvalidDBParameterGroupState/],
      [w.group, /DependencyViolation/],
      [w.a, /DependencyViolation/],
    ] as const) {
      assert.match(await refusal(w.engine.delete(held)), code);
    }
  });

  it("has readers that take over what it is, and that it tells of", async () => {
    const { w, held } = await make(T.dbInstance);
    const reader = await w.engine.create(T.dbInstance, "reader", {
      identifier: "more-reader-1",
      replicateSourceDb: "more",
      instanceClass: "db.t4g.micro",
      storageEncrypted: true,
      skipFinalSnapshot: true,
    });
    const { dbName, username, backupRetentionPeriod, address } = reader.outputs;
    assert.deepEqual([dbName, username, backupRetentionPeriod], ["shop", "shop", 0]);
    assert.match(String(address), /^more-reader-1\.c[0-9a-f]{11}\.eu-central-1\.rds\.amazonaws\.com$/);
    assert.deepEqual((await w.engine.refresh(held))?.outputs["replicas"], ["more-reader-1"]);
  });

  it("cannot have readers without backups", async () => {
    const { w } = await make(T.dbInstance, { backupRetentionPeriod: 0 });
    const reader = { replicateSourceDb: "more", instanceClass: "db.t4g.micro", skipFinalSnapshot: true };
    assert.match(
      await refusal(w.engine.create(T.dbInstance, "reader", reader)),
      /Automated backups are not enabled/,
    );
  });
});

describe("a cache of the AWS stand-in", () => {
  it("has as many members as it was asked for, and the same addresses ever after", async () => {
    const { w, inputs, held } = await make(T.cacheGroup);
    assert.match(
      String(held.outputs["primaryEndpointAddress"]),
      /^master\.more\.[0-9a-f]{6}\.euc1\.cache\.amazonaws\.com$/,
    );
    assert.deepEqual(held.outputs["memberClusters"], ["more-001", "more-002"]);
    const grown = await w.engine.update(held, { ...inputs, numCacheClusters: 3 });
    assert.deepEqual(grown.outputs["memberClusters"], ["more-001", "more-002", "more-003"]);
    assert.equal(grown.outputs["primaryEndpointAddress"], held.outputs["primaryEndpointAddress"]);
  });

  it("holds on to its users, subnets and settings, and lets go of them with itself", async () => {
    const { w, held } = await make(T.cacheGroup, { finalSnapshotIdentifier: "more-final" });
    const named = (type: string): Held => ({ ...held, type, id: "stores", outputs: {} });
    const order = [T.cacheUsers, T.cacheSubnets, T.cacheParameters];
    for (const type of order) assert.match(await refusal(w.engine.delete(named(type))), /in use by more/);
    assert.match(await refusal(w.engine.delete(named(T.cacheUser))), /in use by stores/);
    await w.engine.delete(held);
    for (const type of [...order, T.cacheUser]) await w.engine.delete(named(type));
    assert.deepEqual(
      accountContents(w.engine.file).filter(({ type }) => type.startsWith("aws:elasticache/")),
      [{ type: T.cacheSnapshot, id: "more-final", name: "more-final" }],
    );
  });
});

describe("secrets of the AWS stand-in", () => {
  const secret = "a-very-secret-value";
  const hidden: readonly (readonly [type: string, field: string, value: Json])[] = [
    [T.dbInstance, "password", secret],
    [T.cacheUser, "authenticationMode", { type: "password", passwords: [secret] }],
    [T.secretVersion, "secretString", secret],
  ];
  for (const [type, field, value] of hidden) {
    it(`never stand in the account's file, and are told as the state has them (${type.split(":")[2] ?? ""})`, async () => {
      const { w, inputs, held } = await make(type, { [field]: value });
      assert.deepEqual(held.outputs[field], value);
      assert.equal(fs.readFileSync(w.engine.file, "utf8").includes(secret), false);
      const live = await w.engine.refresh(held);
      assert.deepEqual(live?.outputs[field], value);
      assert.deepEqual(await w.engine.drift(held, inputs), []);
    });
  }

  it("have one current version, and go at once or after the days that were asked for", async () => {
    const { w, held } = await make(T.secretVersion);
    const inputs = { ...held.inputs, secretString: "newer" };
    const newer = await w.engine.create(T.secretVersion, "newer", inputs);
    assert.deepEqual((await w.engine.refresh(held))?.outputs["versionStages"], ["AWSPREVIOUS"]);
    assert.deepEqual((await w.engine.refresh(newer))?.outputs["versionStages"], ["AWSCURRENT"]);
    await w.engine.delete(w.secret);
    const later = await w.engine.create(T.secret, "now", { name: "team/now", recoveryWindowInDays: 0 });
    await w.engine.delete(later);
    assert.deepEqual(
      accountContents(w.engine.file).filter(({ type }) => type.startsWith("aws:secretsmanager/")),
      [],
    );
    const { scheduled } = JSON.parse(fs.readFileSync(w.engine.file, "utf8")) as {
      scheduled: { id: string; days: number }[];
    };
    assert.deepEqual(
      scheduled.map(({ id, days }) => [id, days]),
      [[w.secret.id, 30]],
    );
  });
});
