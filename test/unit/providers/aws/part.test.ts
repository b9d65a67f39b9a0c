import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { accountContents } from "../../../../rehearsal/providers/aws/outside";
import { awsPart } from "../../../../rehearsal/providers/aws/part";
import type { Fault } from "../../../../rehearsal/providers/aws/faults";
import type { Props } from "../../../../rehearsal/providers/part";
import { UNKNOWN } from "../../../../rehearsal/providers/part";
import { T, trust, world } from "./fixtures";
import { temporaryFolder } from "../../../support/temporary";
import { ACCOUNT, Engine, REGION, refusal } from "./harness";

const identity = "aws:index/getCallerIdentity:getCallerIdentity";

describe("the simulated account on disk", () => {
  it("is the same for a process that starts again", async () => {
    const { engine, vpc, cluster } = await world();
    const left = accountContents(engine.file);
    const next = await engine.restart();
    assert.deepEqual(accountContents(next.file), left);
    assert.deepEqual((await next.refresh(cluster))?.outputs, cluster.outputs);
    assert.match(await refusal(next.delete(vpc)), /DependencyViolation/);
  });

  it("is seen at once when another process changes it", async () => {
    const { engine, eip } = await world();
    const other = await engine.restart();
    await other.delete(eip);
    assert.equal(await engine.refresh(eip), undefined);
    const made = await engine.create(T.eip, "next", { domain: "vpc" });
    assert.deepEqual((await other.refresh(made))?.outputs, made.outputs);
  });

  it("is never seen half written, whatever was left of an earlier write", async () => {
    const { engine, eip } = await world();
    fs.writeFileSync(`${engine.file}.1.tmp`, "{");
    const next = await engine.restart();
    assert.ok((await next.refresh(eip)) !== undefined);
    assert.equal(fs.statSync(engine.file).mode & 0o777, 0o600);
  });

  it("is empty where there is no file, and refuses a file that is none", () => {
    const file = path.join(temporaryFolder("slipway-aws-"), "account.json");
    assert.deepEqual(accountContents(file), []);
    fs.writeFileSync(file, "{}");
    assert.throws(() => accountContents(file), /is not a simulated account; delete it, or give another file/);
    assert.throws(() => awsPart({ accountFile: file }), /is not a simulated account/);
  });

  it("belongs to one account id", async () => {
    const { engine } = await world();
    assert.throws(
      () => awsPart({ accountFile: engine.file, accountId: "111122223333" }),
      /holds account 123456789012, not 111122223333/,
    );
  });

  it("gives a create that is tried again the same object, and two resources two", async () => {
    const engine = await Engine.start();
    const first = await engine.create(T.eip, "a", { domain: "vpc" });
    const retried = await (await engine.restart()).create(T.eip, "a", { domain: "vpc" });
    assert.deepEqual(retried.outputs, first.outputs);
    await engine.create(T.eip, "b", { domain: "vpc" });
    assert.equal(accountContents(engine.file).length, 2);
  });

  it("gives a retry of a generated name the same name, and brings what changed in between up to date", async () => {
    const engine = await Engine.start();
    const inputs = { assumeRolePolicy: trust("ec2.amazonaws.com") };
    const first = await engine.create(T.role, "nodes", inputs);
    const retried = await engine.create(T.role, "nodes", { ...inputs, maxSessionDuration: 7200 });
    assert.equal(retried.id, first.id);
    assert.deepEqual(retried.outputs, { ...first.outputs, maxSessionDuration: 7200 });
    assert.equal(accountContents(engine.file).length, 1);
  });

  it("holds a replacement beside the object that it replaces", async () => {
    const engine = await Engine.start();
    const old = await engine.create(T.vpc, "v", { cidrBlock: "10.0.0.0/16" });
    const next = await engine.create(T.vpc, "v", { cidrBlock: "10.1.0.0/16" });
    assert.notEqual(next.id, old.id);
    await engine.delete(old);
    assert.ok((await engine.refresh(next)) !== undefined);
  });
});

describe("the configuration of the AWS stand-in", () => {
  const start = (config: Props): Promise<Engine> => Engine.start({}, config);

  it("takes region, default tags as an object or as the JSON of the SDK, and what only matters for reaching AWS", async () => {
    const engine = await start({
      region: "eu-west-1",
      defaultTags: JSON.stringify({ tags: { owner: "x" } }),
      allowedAccountIds: [ACCOUNT],
      skipCredentialsValidation: "true",
      skipMetadataApiCheck: true,
      profile: "team",
      assumeRoles: [{ roleArn: "arn:aws:iam::123456789012:role/x" }],
    });
    const { outputs } = await engine.create(T.eip, "a", { domain: "vpc" });
    assert.equal(outputs["region"], "eu-west-1");
    assert.deepEqual(outputs["tagsAll"], { owner: "x" });
  });

  it("lets an object live in a region of its own, and finds nothing across regions", async () => {
    const { engine, vpc } = await world();
    const far = await engine.create(T.vpc, "far", { cidrBlock: "10.0.0.0/16", region: "eu-west-1" });
    assert.match(String(far.outputs["arn"]), /^arn:aws:ec2:eu-west-1:/);
    const inputs = { vpcId: vpc.id, cidrBlock: "10.0.8.0/24", region: "eu-west-1" };
    assert.match(await refusal(engine.create(T.subnet, "s", inputs)), /does not exist in this account/);
    const moved = await engine.restart({}, { region: "eu-west-1" });
    assert.deepEqual(
      (await moved.diff(vpc, { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true })).replaces,
      ["region"],
    );
  });

  it("refuses another account, an unknown region, none, and an unknown argument", async () => {
    assert.match(
      await refusal(start({ region: REGION, allowedAccountIds: ["111122223333"] })),
      /account ID not allowed: 123456789012/,
    );
    assert.match(
      await refusal(start({ region: "eu-central-9" })),
      /region is "eu-central-9"; allowed: us-east-1/,
    );
    assert.match(await refusal(start({})), /no region is given; set aws:region/);
    assert.match(
      await refusal(start({ region: REGION, endpoints: [] })),
      /does not model the argument "endpoints"/,
    );
    await start({ region: UNKNOWN });
  });

  it("refuses types and functions that it does not model, by name", async () => {
    const engine = await Engine.start();
    const type = "aws:sqs/queue:Queue";
    assert.match(await refusal(engine.create(type, "x", {})), /does not model aws:sqs\/queue:Queue/);
    assert.match(
      await refusal(engine.instance.invoke("aws:ec2/getAmi:getAmi", {})),
      /does not model aws:ec2\/getAmi:getAmi/,
    );
    const token = "aws:index/getCallerIdentity:getCallerIdentity";
    assert.match(await refusal(engine.instance.invoke(token, { x: 1 })), /does not model the argument "x"/);
  });

  it("refuses a type by the same name in every step", async () => {
    const engine = await Engine.start();
    const ref = { type: "aws:dynamodb/table:Table", name: "x", urn: "x", id: "x" };
    const steps = [
      engine.instance.diff({ ...ref, oldInputs: {}, oldOutputs: {}, news: {}, ignoreChanges: [] }),
      engine.instance.read({ ...ref, inputs: {}, outputs: {} }),
      engine.instance.delete({ ...ref, inputs: {}, outputs: {}, timeoutSeconds: 0 }),
    ];
    for (const step of steps) assert.match(await refusal(step), /does not model aws:dynamodb\/table:Table/);
  });
});

describe("imports and functions of the AWS stand-in", () => {
  it("read an object by its id, with its region or without", async () => {
    const { engine, logs } = await world();
    const ref = { type: T.logGroup, name: "x", urn: "x", inputs: undefined, outputs: undefined };
    const found = await engine.instance.read({ ...ref, id: "/flow" });
    assert.deepEqual(found?.inputs, {
      name: "/flow",
      retentionInDays: 30,
      region: REGION,
      deletionProtectionEnabled: false,
      logGroupClass: "STANDARD",
    });
    assert.deepEqual((await engine.instance.read({ ...ref, id: `/flow@${REGION}` }))?.outputs, logs.outputs);
    assert.equal(await engine.instance.read({ ...ref, id: "/flow@eu-west-1" }), undefined);
  });

  it("tell account, partition, region and zones", async () => {
    const { instance } = await Engine.start();
    assert.equal((await instance.invoke(identity, {}))["accountId"], ACCOUNT);
    assert.equal((await instance.invoke("aws:index/getPartition:getPartition", {}))["partition"], "aws");
    assert.equal((await instance.invoke("aws:index/getRegion:getRegion", {}))["region"], REGION);
    const { names } = await instance.invoke("aws:index/getRegions:getRegions", {});
    assert.ok(Array.isArray(names) && names.includes(REGION));
    const zones = await instance.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {
      state: "available",
    });
    assert.deepEqual(
      zones["names"],
      ["a", "b", "c"].map((zone) => REGION + zone),
    );
    assert.deepEqual(zones["zoneIds"], ["euc1-az1", "euc1-az2", "euc1-az3"]);
  });

  it("give a login for the registry and a token for a cluster", async () => {
    const { engine } = await world();
    const login = await engine.instance.invoke("aws:ecr/getAuthorizationToken:getAuthorizationToken", {});
    const text = Buffer.from(String(login["authorizationToken"]), "base64").toString();
    assert.equal(text, `AWS:${String(login["password"])}`);
    assert.equal(login["proxyEndpoint"], `https://${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`);
    const auth = await engine.instance.invoke("aws:eks/getClusterAuth:getClusterAuth", { name: "main" });
    assert.match(String(auth["token"]), /^k8s-aws-v1\./);
    assert.match(
      await refusal(engine.instance.invoke("aws:eks/getCluster:getCluster", { name: "gone" })),
      /no cluster of that name/,
    );
  });
});

describe("injected faults", () => {
  const plan = (...faults: readonly Fault[]) => ({ faults });

  it("throttle a call once, and only the counter shows it", async () => {
    const engine = await Engine.start({
      faults: plan({ match: "aws:ec2", method: "create", nth: 2, kind: "throttle" }),
    });
    await engine.create(T.eip, "a", { domain: "vpc" });
    assert.equal(engine.part.throttled, 0);
    await engine.create(T.eip, "b", { domain: "vpc" });
    assert.equal(engine.part.throttled, 1);
    assert.equal(accountContents(engine.file).length, 2);
  });

  it("fail exactly the n-th call of a type, changing nothing", async () => {
    const engine = await Engine.start({
      faults: plan({ match: T.eip, method: "create", nth: 2, kind: "error" }),
    });
    await engine.create(T.eip, "a", { domain: "vpc" });
    await engine.create(T.vpc, "v", { cidrBlock: "10.0.0.0/16" });
    assert.match(
      await refusal(engine.create(T.eip, "b", { domain: "vpc" })),
      /InternalError: an injected fault in create of aws:ec2\/eip:Eip/,
    );
    assert.equal(accountContents(engine.file).filter(({ type }) => type === T.eip).length, 1);
    await engine.create(T.eip, "b", { domain: "vpc" });
  });

  it("fail updates, reads, deletes and functions too", async () => {
    const faults = (["update", "read", "delete"] as const).map((method) => ({
      match: T.logGroup,
      method,
      nth: 1,
      kind: "error" as const,
    }));
    const engine = await Engine.start({
      faults: plan(...faults, { match: identity, method: "invoke", nth: 1, kind: "error" }),
    });
    const held = await engine.create(T.logGroup, "n", { name: "/n" });
    for (const step of [
      engine.update(held, { name: "/n", retentionInDays: 1 }),
      engine.refresh(held),
      engine.delete(held),
      engine.instance.invoke(identity, {}),
    ]) {
      assert.match(await refusal(step), /an injected fault/);
    }
    assert.deepEqual((await engine.refresh(held))?.outputs, held.outputs);
  });

  it("crash after the account has changed: the process dies, and a retry finds what it made", async () => {
    const file = path.join(temporaryFolder("slipway-aws-"), "account.json");
    const script = `
      const { awsPart } = require(${JSON.stringify(path.resolve(__dirname, "../../../../rehearsal/providers/aws/part"))});
      const fault = { match: "aws:ec2", method: "create", nth: 1, kind: "crash" };
      const part = awsPart({ accountFile: ${JSON.stringify(file)}, faults: { faults: [fault] } });
      part.configure({ region: "${REGION}" }).then((instance) => instance.create({
        type: "${T.eip}", name: "a", urn: "urn:pulumi:test::slipway::${T.eip}::a",
        inputs: { domain: "vpc" }, preview: false, timeoutSeconds: 0,
      })).then(() => process.exit(0));`;
    const child = spawnSync(process.execPath, ["--require", "tsx/cjs", "--eval", script], {
      cwd: path.resolve(__dirname, "../../../.."),
      timeout: 60_000,
    });
    assert.equal(child.signal, "SIGKILL", child.stderr.toString());
    assert.equal(accountContents(file).length, 1);
    const engine = await Engine.start({ accountFile: file });
    const { id } = await engine.create(T.eip, "a", { domain: "vpc" });
    assert.deepEqual(accountContents(file), [{ type: T.eip, id, name: id }]);
  });

  it("are not counted in a preview", async () => {
    const engine = await Engine.start({
      faults: plan({ match: T.eip, method: "create", nth: 1, kind: "error" }),
    });
    await engine.preview(T.eip, "a", { domain: "vpc" });
    assert.match(await refusal(engine.create(T.eip, "a", { domain: "vpc" })), /an injected fault/);
  });
});
