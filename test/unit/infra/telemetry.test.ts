import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StoreSite } from "../../../components/common/contracts";
import { createTelemetryStores } from "../../../infra/telemetry";
import type { TelemetrySite, TelemetryStores } from "../../../infra/telemetry";
import type { MonitoringSizes } from "../../../components/monitoring/types";
import { record, value } from "../../support/recorder";
import type { Recording } from "../../support/recorder";

const DOMAIN = "aws:opensearch/domain:Domain";
const subnets = ["subnet-a", "subnet-b", "subnet-c"];

function site(changes: Partial<TelemetrySite> = {}): TelemetrySite {
  return {
    provider: new aws.Provider("aws", { region: "eu-central-1" }),
    region: "eu-central-1",
    partition: "aws",
    accountId: "123456789012",
    prefix: "slipway-production",
    protect: true,
    tags: { "slipway:stack": "production" },
    cluster: {
      name: "slipway-production",
      plainName: "slipway-production",
      arn: "arn:aws:eks:eu-central-1:123456789012:cluster/slipway-production",
    },
    network: { vpcId: "vpc-1", subnetIds: subnets, cidrs: ["10.0.64.0/24"], callerGroupId: "sg-app" },
    ...changes,
  };
}

function storeSite({ provider }: TelemetrySite): StoreSite {
  return {
    ...{ provider, region: "eu-central-1", prefix: "slipway-production", subnetIds: subnets, cidrs: [] },
    securityGroupIds: { database: "sg-1", cache: "sg-2" },
    ...{ kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/stores", keepsLastCopy: true },
  };
}

type Sizes = Pick<MonitoringSizes, "logs" | "traces">;
const stores = (
  sizes: Sizes,
  changes: Partial<TelemetrySite> = {},
  withStores = true,
): Promise<Recording<TelemetryStores>> =>
  record(
    () => {
      const own = site(changes);
      return createTelemetryStores(sizes, "production", own, withStores ? storeSite(own) : undefined);
    },
    {
      outputs: ({ type, name }) => ({
        arn: `arn:aws:test:eu-central-1:123456789012:${name}`,
        ...(type === DOMAIN ? { endpoint: "vpc-traces.test" } : {}),
        ...(type.startsWith("random:") ? { result: pulumi.secret("Gener-ated1") } : {}),
        ...(type === "aws:s3/bucket:Bucket" ? { bucket: "logs-0a1b" } : {}),
        keyId: `${name}-key`,
      }),
    },
  );
/** By the last part of a type, which a component of ours may share with what it is made of. */
function counts(all: Recording<unknown>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { type } of all.resources) {
    const kind = type.split(":").at(-1) ?? "";
    sums[kind] = (sums[kind] ?? 0) + 1;
  }
  return sums;
}

const ofBucket = {
  ...{ Bucket: 2, BucketLifecycleConfiguration: 1, BucketOwnershipControls: 1, BucketPolicy: 1 },
  ...{ BucketPublicAccessBlock: 1, BucketServerSideEncryptionConfiguration: 1, BucketVersioning: 1 },
  ...{ PodIdentityAssociation: 1, Role: 1, RolePolicy: 1, WorkloadRole: 1 },
};
const ofDomain = {
  Domain: 1,
  RandomPassword: 1,
  SecurityGroup: 1,
  SecurityGroupIngressRule: 1,
  TraceStore: 1,
};
const ofKey = { Alias: 1, EncryptionKey: 1, Key: 1, aws: 1 };

describe("what logs and traces are kept in outside of the cluster", () => {
  it("is nothing where both stay in it", async () => {
    const all = await stores({ logs: "volume", traces: "volume" });
    assert.deepEqual(counts(all), { aws: 1 });
    assert.deepEqual(all.result, { logBucket: undefined, traceStore: undefined });
  });

  it("is a bucket in staging, and a bucket and OpenSearch in production, under one key", async () => {
    assert.deepEqual(counts(await stores({ logs: "bucket", traces: "volume" })), { ...ofKey, ...ofBucket });
    assert.deepEqual(counts(await stores({ logs: "bucket", traces: "search" })), {
      ...{ ...ofKey, ...ofBucket, ...ofDomain },
      ...{ Secret: 1, SecretVersion: 1 },
    });
    const keys = await stores({ logs: "bucket", traces: "search" });
    const policy = JSON.parse(String(keys.one("aws:kms/key:Key").inputs["policy"])) as {
      Statement: { Condition?: { StringEquals: Record<string, string> } }[];
    };
    assert.deepEqual(
      policy.Statement.flatMap(({ Condition }) => Condition?.StringEquals["kms:ViaService"] ?? []),
      ["s3.eu-central-1.amazonaws.com", "es.eu-central-1.amazonaws.com"],
    );
  });

  it("gives Loki's service account its bucket and that key, and nothing else", async () => {
    const all = await stores({ logs: "bucket", traces: "volume" });
    const { inputs } = all.one("aws:eks/podIdentityAssociation:PodIdentityAssociation");
    assert.deepEqual(
      [inputs["namespace"], inputs["serviceAccount"], inputs["clusterName"]],
      ["monitoring", "loki", "slipway-production"],
    );
    const rights = JSON.parse(String(all.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])) as {
      Statement: object[];
    };
    const arn = (name: string): string => `arn:aws:test:eu-central-1:123456789012:${name}`;
    assert.deepEqual(rights.Statement, [
      { Effect: "Allow", Action: ["s3:ListBucket"], Resource: [arn("telemetry-logs-bucket")] },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        Resource: [`${arn("telemetry-logs-bucket")}/*`],
      },
      {
        Effect: "Allow",
        Action: ["kms:GenerateDataKey", "kms:Decrypt"],
        Resource: [arn("telemetry-key-key")],
      },
    ]);
    const trust = JSON.parse(String(all.one("aws:iam/role:Role").inputs["assumeRolePolicy"])) as {
      Statement: { Condition: { ArnEquals: object } }[];
    };
    assert.deepEqual(trust.Statement[0]?.Condition.ArnEquals, { "aws:SourceArn": site().cluster.arn });
  });

  it("keeps objects of the bucket a while longer than Loki does", async () => {
    const all = await stores({ logs: "bucket", traces: "volume" });
    const { rules } = all.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs as {
      rules: { id: string; expiration?: object; noncurrentVersionExpiration?: object }[];
    };
    const rule = (id: string) => rules.find((one) => one.id === id);
    assert.deepEqual(rule("objects")?.expiration, { days: 40 });
    assert.deepEqual(rule("old-versions")?.noncurrentVersionExpiration, { noncurrentDays: 3 });
  });

  it("is an OpenSearch that is encrypted everywhere, in the network's data subnets", async () => {
    const all = await stores({ logs: "volume", traces: "search" });
    const domain = all.one(DOMAIN);
    const { accessPolicies, ...inputs } = domain.inputs;
    assert.deepEqual(inputs, {
      domainName: "slipway-production-traces",
      engineVersion: "OpenSearch_2.19",
      clusterConfig: {
        instanceType: "m7g.medium.search",
        instanceCount: 3,
        zoneAwarenessEnabled: true,
        zoneAwarenessConfig: { availabilityZoneCount: 3 },
      },
      ebsOptions: { ebsEnabled: true, volumeType: "gp3", volumeSize: 50 },
      encryptAtRest: { enabled: true, kmsKeyId: "arn:aws:test:eu-central-1:123456789012:telemetry-key-key" },
      nodeToNodeEncryption: { enabled: true },
      domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
      advancedSecurityOptions: {
        enabled: true,
        internalUserDatabaseEnabled: true,
        masterUserOptions: { masterUserName: "jaeger", masterUserPassword: "Gener-ated1" },
      },
      softwareUpdateOptions: { autoSoftwareUpdateEnabled: true },
      vpcOptions: { subnetIds: subnets, securityGroupIds: ["telemetry-traces-group-id"] },
    });
    assert.deepEqual(domain.secrets, ["advancedSecurityOptions"]);
    const { Statement } = JSON.parse(String(accessPolicies)) as { Statement: object[] };
    assert.deepEqual(Statement, [
      {
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: "es:ESHttp*",
        Resource: "arn:aws:es:eu-central-1:123456789012:domain/slipway-production-traces/*",
      },
    ]);
    const rule = all.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs;
    assert.deepEqual(
      [rule["referencedSecurityGroupId"], rule["fromPort"], rule["toPort"], rule["ipProtocol"]],
      ["sg-app", 443, 443, "tcp"],
    );
    const { traceStore } = all.result;
    assert.equal(await value(pulumi.output(traceStore?.url ?? "")), "https://vpc-traces.test:443");
  });

  it("is kept from deletion where the stack's data is, with its password", async () => {
    const guarded = (all: Recording<unknown>): Record<string, readonly [boolean, boolean]> =>
      Object.fromEntries(
        [DOMAIN, "random:index/randomPassword:RandomPassword", "aws:s3/bucket:Bucket"].map((type) => {
          const { protect, retainOnDelete } = all.one(type);
          return [type.split(":").at(-1) ?? "", [protect, retainOnDelete] as const];
        }),
      );
    const sizes = { logs: "bucket", traces: "search" } as const;
    assert.deepEqual(guarded(await stores(sizes)), {
      Domain: [true, true],
      RandomPassword: [true, true],
      Bucket: [true, false],
    });
    assert.deepEqual(guarded(await stores(sizes, { protect: false })), {
      ...{ Domain: [false, false], RandomPassword: [false, false], Bucket: [false, false] },
    });
  });

  it("is refused in one zone, and in a stage without a cloud", async () => {
    const network = { ...site().network, subnetIds: ["subnet-a"] };
    await assert.rejects(
      stores({ logs: "volume", traces: "search" }, { network }),
      /one subnet for it; allowed: subnets in two zones/,
    );
    for (const [sizes, message] of [
      [
        { logs: "bucket", traces: "memory" },
        /stage home: monitoring\.logs asks for a bucket, and the stage has no cloud/,
      ],
      [
        { logs: "volume", traces: "search" },
        /stage home: monitoring\.traces asks for OpenSearch, and the stage has no cloud/,
      ],
    ] as const) {
      assert.throws(() => createTelemetryStores(sizes, "home", undefined, undefined), message);
    }
  });
});
