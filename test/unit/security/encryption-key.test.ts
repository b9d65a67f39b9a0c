import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../../../components/security/encryption-key";
import type { EncryptionKeyArgs } from "../../../components/security/encryption-key";
import { keyPolicy } from "../../../components/security/key-policy";
import type { KeyPolicyArgs, KeyStatement } from "../../../components/security/key-policy";
import { record, value } from "../../support/recorder";
import type { Recording } from "../../support/recorder";

const ROOT = { AWS: "arn:aws:iam::111122223333:root" };
const defaults: EncryptionKeyArgs = {
  description: "Images of production",
  alias: "slipway-test/registry",
  accountId: "111122223333",
  region: "eu-central-1",
  users: [{ service: "ecr" }],
};

function build(change: Partial<EncryptionKeyArgs> = {}): Promise<Recording<EncryptionKey>> {
  return record(() => new EncryptionKey("registry-key", { ...defaults, ...change }), {
    outputs: ({ type }) => (type === "aws:kms/key:Key" ? { arn: "arn:key", keyId: "1234" } : {}),
  });
}

function statements(change: Partial<KeyPolicyArgs> = {}): readonly KeyStatement[] {
  return keyPolicy({
    accountId: "111122223333",
    region: "eu-central-1",
    users: [],
    rolesMayUse: false,
    statements: [],
    ...change,
  }).Statement;
}

describe("key policy", () => {
  it("lets the account administer the key and not use it", () => {
    const [first, ...others] = statements();
    assert.deepEqual(others, []);
    assert.deepEqual(first?.Principal, ROOT);
    assert.ok(first.Action.includes("kms:PutKeyPolicy"), "or the key could never be changed again");
    assert.ok(first.Action.includes("kms:ScheduleKeyDeletion"));
    for (const action of first.Action) {
      assert.doesNotMatch(action, /\*|Encrypt|Decrypt|GenerateDataKey|CreateGrant/, action);
    }
  });

  it("binds CloudWatch Logs to the named log groups", () => {
    const [, logs] = statements({
      users: [{ service: "logs", logGroups: ["/slipway/test/flow-logs", "/aws/eks/test/*"] }],
    });
    assert.deepEqual(logs, {
      Sid: "CloudWatchLogsUses",
      Effect: "Allow",
      Principal: { Service: "logs.eu-central-1.amazonaws.com" },
      Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
      Resource: "*",
      Condition: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": [
            "arn:aws:logs:eu-central-1:111122223333:log-group:/slipway/test/flow-logs",
            "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/eks/test/*",
          ],
        },
      },
    });
  });

  it("lets whoever works through ECR in this account hand it a grant, and no more", () => {
    const [, ecr] = statements({ users: [{ service: "ecr" }] });
    assert.deepEqual(ecr, {
      Sid: "RepositoriesUse",
      Effect: "Allow",
      Principal: ROOT,
      Action: ["kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"],
      Resource: "*",
      Condition: {
        StringEquals: {
          "kms:ViaService": "ecr.eu-central-1.amazonaws.com",
          "kms:CallerAccount": "111122223333",
        },
      },
    });
  });

  it("lets whoever works through the services of stores use it there, and nowhere else", () => {
    const users = (["rds", "elasticache", "secretsmanager"] as const).map((service) => ({ service }));
    const [, ...stores] = statements({ users });
    assert.deepEqual(
      stores.map(({ Sid, Principal, Condition }) => [Sid, Principal, Condition]),
      [
        ["DatabasesUse", "rds"],
        ["CachesUse", "elasticache"],
        ["SecretsUse", "secretsmanager"],
      ].map(([sid, service]) => [
        sid,
        ROOT,
        {
          StringEquals: {
            "kms:ViaService": `${service ?? ""}.eu-central-1.amazonaws.com`,
            "kms:CallerAccount": "111122223333",
          },
        },
      ]),
    );
    for (const { Action } of stores) {
      assert.ok(Action.includes("kms:GenerateDataKey*") && Action.includes("kms:CreateGrant"));
    }
  });

  it("lets roles use the key only where that is asked for", () => {
    const without = statements({ users: [{ service: "ecr" }] });
    const used = statements({ users: [{ service: "ecr" }], rolesMayUse: true });
    assert.deepEqual(used.slice(0, -1), without);
    assert.deepEqual(used.at(-1)?.Principal, ROOT);
    assert.ok(used.at(-1)?.Action.includes("kms:Decrypt"));
    assert.ok(used.at(-1)?.Action.includes("kms:CreateGrant"));
  });

  it("names nobody outside the account, has a Sid for each statement, and follows the partition", () => {
    const all = statements({
      region: "us-gov-west-1",
      users: [{ service: "ecr" }, { service: "logs", logGroups: ["x"] }],
      rolesMayUse: true,
    });
    assert.equal(all.length, 4);
    assert.equal(new Set(all.map(({ Sid }) => Sid)).size, 4);
    for (const { Principal } of all) {
      assert.ok(
        "Service" in Principal
          ? Principal.Service === "logs.us-gov-west-1.amazonaws.com"
          : Principal.AWS === "arn:aws-us-gov:iam::111122223333:root",
      );
    }
    assert.match(JSON.stringify(all), /arn:aws-us-gov:logs:us-gov-west-1:111122223333:log-group:x/);
  });
});

describe("EncryptionKey", () => {
  it("creates a key that rotates, can be called back for 30 days and has an alias", async () => {
    const recording = await build({ tags: { "slipway:stack": "test" } });
    assert.deepEqual(recording.counts(), {
      "slipway:security:EncryptionKey": 1,
      "aws:kms/key:Key": 1,
      "aws:kms/alias:Alias": 1,
    });
    const { policy, ...inputs } = recording.one("aws:kms/key:Key", "registry-key-key").inputs;
    assert.deepEqual(inputs, {
      description: "Images of production",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      tags: { "slipway:stack": "test", Name: "slipway-test/registry" },
    });
    assert.deepEqual(JSON.parse(policy as string).Statement, statements({ users: [{ service: "ecr" }] }));
    assert.deepEqual(recording.one("aws:kms/alias:Alias", "registry-key-alias").inputs, {
      name: "alias/slipway-test/registry",
      targetKeyId: "1234",
    });
    const component = recording.one("slipway:security:EncryptionKey");
    assert.deepEqual(component.inputs, {});
    for (const type of ["aws:kms/key:Key", "aws:kms/alias:Alias"]) {
      assert.equal(recording.one(type).parent, component.urn);
      assert.match(recording.one(type).urn, /::slipway:security:EncryptionKey\$aws:kms/);
    }
    assert.equal(await value(recording.result.arn), "arn:key");
    assert.equal(recording.result.aliasName, "alias/slipway-test/registry");
  });

  it("adds statements that are known only later", async () => {
    const extra: KeyStatement = {
      Sid: "X",
      Effect: "Allow",
      Principal: { Service: "x" },
      Action: ["kms:Decrypt"],
    };
    const recording = await build({ users: [], statements: pulumi.output([extra]) });
    const policy = JSON.parse(recording.one("aws:kms/key:Key").inputs["policy"] as string) as {
      Statement: KeyStatement[];
    };
    assert.deepEqual(policy.Statement.at(-1), extra);
  });

  it("protects the key, and not its alias, when asked to", async () => {
    const recording = await build({ protect: true });
    assert.equal(recording.one("aws:kms/key:Key").protect, true);
    assert.equal(recording.one("aws:kms/alias:Alias").protect, false);
    assert.equal((await build()).one("aws:kms/key:Key").protect, false);
  });

  const refused: readonly (readonly [string, Partial<EncryptionKeyArgs>, RegExp])[] = [
    ["an alias with a space", { alias: "slipway test" }, /"alias\/slipway test" cannot be the name/],
    ["an alias that belongs to AWS", { alias: "aws/ecr" }, /not alias\/aws\//],
    ["a key that nothing may use", { users: [] }, /key registry-key: nothing may use it; name its users/],
    ["log groups that are none", { users: [{ service: "logs", logGroups: [] }] }, /for no log group/],
  ];
  for (const [what, change, message] of refused) {
    it(`refuses ${what} before anything exists`, async () => {
      const recording = await record(() => {
        assert.throws(() => new EncryptionKey("registry-key", { ...defaults, ...change }), {
          name: "SlipwayError",
          message,
        });
      });
      assert.deepEqual(recording.resources, []);
    });
  }
});
