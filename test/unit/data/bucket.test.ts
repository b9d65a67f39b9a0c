import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { bucketPolicy, lifecycleRules } from "../../../components/data/bucket-rules";
import { createBuckets } from "../../../infra/buckets";
import { systems } from "../../../infra/systems";
import type { SystemSpec } from "../../../components/spec/types";
import { record, value } from "../../support/recorder";
import type { Recording } from "../../support/recorder";

const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1";

function recordBuckets(
  specs: readonly Pick<SystemSpec, "name" | "buckets">[],
  protect = true,
): Promise<Recording<ReturnType<typeof createBuckets>>> {
  return record(
    () => {
      const provider = new aws.Provider("aws", { region: "eu-central-1" });
      return createBuckets(specs, {
        provider,
        region: "eu-central-1",
        accountId: "123456789012",
        prefix: "slipway-test",
        protect,
      });
    },
    {
      outputs: ({ type, name }) =>
        type === "aws:s3/bucket:Bucket"
          ? { bucket: `${name}-1234567`, arn: `arn:aws:s3:::${name}-1234567` }
          : type === "aws:kms/key:Key"
            ? { arn: KEY, keyId: "1" }
            : {},
    },
  );
}

const shop = { name: "shop", buckets: { artifacts: { purpose: "Build artifacts", expireAfterDays: 90 } } };

describe("the buckets of a stack", () => {
  it("are exactly these objects, under one key", async () => {
    assert.deepEqual((await recordBuckets([shop, { name: "mailer" }])).counts(), {
      "pulumi:providers:aws": 1,
      "slipway:security:EncryptionKey": 1,
      "aws:kms/key:Key": 1,
      "aws:kms/alias:Alias": 1,
      "slipway:data:Bucket": 1,
      "aws:s3/bucket:Bucket": 1,
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
      "aws:s3/bucketVersioning:BucketVersioning": 1,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
      "aws:s3/bucketPolicy:BucketPolicy": 1,
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
    });
  });

  it("are none, and have no key, where no system asks for one or there is no cloud", async () => {
    assert.deepEqual((await recordBuckets([{ name: "mailer" }])).counts(), { "pulumi:providers:aws": 1 });
    const { counts } = await record(() => createBuckets([shop], undefined));
    assert.deepEqual(counts(), {});
  });

  it("keep versions, encrypt with the key, and close themselves to the public", async () => {
    const all = await recordBuckets([shop]);
    const bucket = "shop-artifacts-bucket-id";
    assert.deepEqual(all.one("aws:s3/bucketVersioning:BucketVersioning").inputs, {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    assert.deepEqual(
      all.one("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
        .inputs,
      {
        bucket,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY },
            bucketKeyEnabled: true,
          },
        ],
      },
    );
    assert.deepEqual(all.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs, {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(all.one("aws:s3/bucketOwnershipControls:BucketOwnershipControls").inputs, {
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const policy = all.one("aws:s3/bucketPolicy:BucketPolicy");
    assert.equal(
      policy.inputs["policy"],
      bucketPolicy({ bucketArn: "arn:aws:s3:::shop-artifacts-bucket-1234567", kmsKeyArn: KEY }),
    );
    const closed = all.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").urn;
    assert.ok(policy.dependsOn.includes(closed), "S3 refuses two changes of what is public at once");
  });

  it("have names of the engine's, which the stack tells", async () => {
    const all = await recordBuckets([shop]);
    assert.deepEqual(all.one("aws:s3/bucket:Bucket").inputs, {
      forceDestroy: false,
      tags: { "slipway:system": "shop", "slipway:purpose": "Build artifacts" },
    });
    assert.equal(await value(all.result["shop"]!["artifacts"]!), "shop-artifacts-bucket-1234567");
  });

  for (const protect of [true, false]) {
    it(`are ${protect ? "kept with all that is in them" : "emptied and gone"} when the stack is ${protect ? "" : "not "}protected`, async () => {
      const { protect: kept, inputs } = (await recordBuckets([shop], protect)).one("aws:s3/bucket:Bucket");
      assert.deepEqual([kept, inputs["forceDestroy"]], [protect, !protect]);
    });
  }

  it("let S3 use their key in the name of the account, and nobody else", async () => {
    const { policy } = (await recordBuckets([shop])).one("aws:kms/key:Key").inputs;
    const { Statement: statements } = JSON.parse(policy as string) as {
      Statement: { Sid: string; Condition?: object }[];
    };
    assert.deepEqual(
      statements.map(({ Sid }) => Sid),
      ["AccountAdministers", "BucketsUse"],
    );
    assert.deepEqual(statements[1]!.Condition, {
      StringEquals: {
        "kms:ViaService": "s3.eu-central-1.amazonaws.com",
        "kms:CallerAccount": "123456789012",
      },
    });
  });

  it("are DWCP's artifacts, and no other system's", () => {
    const owners = Object.values(systems).filter(({ buckets }) => buckets !== undefined);
    assert.deepEqual(
      owners.map(({ name, buckets }) => [name, Object.keys(buckets!)]),
      [["dwcp", ["artifacts"]]],
    );
  });
});

describe("the rules of a bucket", () => {
  const { Statement: statements } = JSON.parse(bucketPolicy({ bucketArn: "arn:b", kmsKeyArn: KEY })) as {
    Statement: { Effect: string; Sid: string; Resource: string[]; Condition: object }[];
  };

  it("only refuse: who may in is said by IAM", () => {
    for (const { Effect } of statements) assert.equal(Effect, "Deny");
  });

  it("refuse plain HTTP, TLS below 1.2, and another key than the bucket's, but not its silence", () => {
    assert.deepEqual(
      statements.map(({ Sid, Condition }) => [Sid, Condition]),
      [
        ["TlsAlone", { Bool: { "aws:SecureTransport": "false" } }],
        ["TlsOfToday", { NumericLessThan: { "s3:TlsVersion": "1.2" } }],
        [
          "OwnKeyAlone",
          {
            StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": KEY },
            Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
          },
        ],
      ],
    );
    assert.deepEqual(statements[0]!.Resource, ["arn:b", "arn:b/*"]);
    assert.deepEqual(statements[2]!.Resource, ["arn:b/*"]);
  });

  it("let go of objects and old versions when the spec says, and of unfinished uploads after a week", () => {
    assert.deepEqual(lifecycleRules({ purpose: "x", expireAfterDays: 90, keepVersionsDays: 7 }), [
      { id: "objects", status: "Enabled", filter: {}, expiration: { days: 90 } },
      {
        id: "old-versions",
        status: "Enabled",
        filter: {},
        noncurrentVersionExpiration: { noncurrentDays: 7 },
      },
      {
        id: "unfinished-uploads",
        status: "Enabled",
        filter: {},
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ]);
  });

  it("keep objects for ever and versions for a month where the spec says nothing", () => {
    const [objects, versions] = lifecycleRules({ purpose: "x" });
    assert.deepEqual(objects!.expiration, { expiredObjectDeleteMarker: true });
    assert.deepEqual(versions!.noncurrentVersionExpiration, { noncurrentDays: 30 });
  });
});
