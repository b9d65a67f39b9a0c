import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { elastiCacheAuthorities, rdsAuthorities } from "../../../components/data/authorities";
import { machineFor, storageFor } from "../../../components/data/machines";
import { ManagedStore } from "../../../components/data/managed-store";
import type { ManagedStoreArgs } from "../../../components/data/managed-store";
import type { StoreSite } from "../../../components/common/contracts";
import { connectionKeys } from "../../../components/spec/store-kinds";
import type { PostgresSpec, RedisSpec, StoreSize, StoreSpec } from "../../../components/spec/types";
import { record, value } from "../../support/recorder";
import type { Recording } from "../../support/recorder";
import { shop } from "../spec/fixtures";
import { decoded, outputs } from "../system/fixtures";

const db = shop.stores!["db"] as PostgresSpec;
const cache = shop.stores!["cache"] as RedisSpec;

const INSTANCE = "aws:rds/instance:Instance";
const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";
const USER = "aws:elasticache/user:User";
const SECRET = "kubernetes:core/v1:Secret";
const RECORD = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const PASSWORD = "random:index/randomPassword:RandomPassword";

interface Over {
  readonly args?: Partial<ManagedStoreArgs>;
  readonly site?: Partial<StoreSite>;
}

function make(store: string, spec: StoreSpec, { args, site }: Over = {}): Promise<Recording<ManagedStore>> {
  return record(
    () => {
      const provider = new aws.Provider("aws", { region: "eu-central-1" });
      return new ManagedStore(`shop-${store}`, {
        system: "shop",
        store,
        spec,
        owner: "retail",
        stage: "test",
        namespace: "shop",
        protect: true,
        site: {
          provider,
          region: "eu-central-1",
          prefix: "slipway-test",
          subnetIds: ["subnet-a", "subnet-b"],
          cidrs: ["10.0.96.0/22"],
          securityGroupIds: { database: "sg-database", cache: "sg-cache" },
          kmsKeyArn: "arn:key",
          keepsLastCopy: true,
          ...site,
        },
        ...args,
      });
    },
    { outputs: (resource) => ({ ...addresses(resource), ...outputs(resource) }) },
  );
}

function addresses({ type, name }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  if (type === INSTANCE) return { address: `${name}.rds.example` };
  // What the provider names when the program does not.
  if (/(subnet|parameter)Group:/.test(type)) return { name: `${name}-0a1b2c3` };
  if (type !== GROUP) return {};
  return { primaryEndpointAddress: "master.cache.example", readerEndpointAddress: "replica.cache.example" };
}

describe("a managed PostgreSQL", () => {
  it("is exactly these resources", async () => {
    const { counts } = await make("db", db);
    assert.deepEqual(counts(), {
      "pulumi:providers:aws": 1,
      "slipway:data:ManagedStore": 1,
      [PASSWORD]: 1,
      "aws:rds/subnetGroup:SubnetGroup": 1,
      "aws:rds/parameterGroup:ParameterGroup": 1,
      [INSTANCE]: 1,
      [SECRET]: 2,
      [ACCOUNT]: 1,
      [DEPLOYMENT]: 1,
      [RECORD]: 1,
      [VERSION]: 1,
    });
  });

  it("runs in two zones, encrypted, with forced TLS, thirty days of recovery, insights and protection", async () => {
    const { one } = await make("db", db);
    const { password, ...inputs } = one(INSTANCE).inputs;
    assert.equal(password, "generated-for-shop-db-password");
    assert.deepEqual(inputs, {
      identifier: "slipway-test-shop-db",
      engine: "postgres",
      engineVersion: "15",
      instanceClass: "db.t4g.micro",
      allocatedStorage: 20,
      storageType: "gp3",
      storageEncrypted: true,
      kmsKeyId: "arn:key",
      multiAz: true,
      dbName: "shop",
      username: "shop",
      port: 5432,
      dbSubnetGroupName: "shop-db-subnets-0a1b2c3",
      parameterGroupName: "shop-db-parameters-0a1b2c3",
      vpcSecurityGroupIds: ["sg-database"],
      publiclyAccessible: false,
      caCertIdentifier: "rds-ca-rsa2048-g1",
      backupRetentionPeriod: 30,
      backupWindow: "02:00-02:30",
      maintenanceWindow: "sun:03:00-sun:04:00",
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: "arn:key",
      performanceInsightsRetentionPeriod: 7,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "slipway-test-shop-db-final",
      deleteAutomatedBackups: false,
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
      applyImmediately: true,
    });
    assert.deepEqual(one("aws:rds/parameterGroup:ParameterGroup").inputs["parameters"], [
      { name: "rds.force_ssl", value: "1" },
      { name: "ssl_min_protocol_version", value: "TLSv1.2" },
    ]);
    assert.equal(one("aws:rds/parameterGroup:ParameterGroup").inputs["family"], "postgres15");
    assert.deepEqual(one("aws:rds/subnetGroup:SubnetGroup").inputs["subnetIds"], ["subnet-a", "subnet-b"]);
    assert.ok(one(INSTANCE).secrets.includes("password"));
  });

  it("gives its users the same keys as one in the cluster, with the host that AWS's certificate covers", async () => {
    const { one, result } = await make("db", db);
    const connection = decoded(one(SECRET, "shop-db-connection"));
    assert.deepEqual(Object.keys(connection).sort(), [...connectionKeys].sort());
    assert.equal(connection["host"], "shop-db-instance.rds.example");
    assert.equal(
      connection["url"],
      "postgresql://shop:generated-for-shop-db-password@shop-db-instance.rds.example:5432/shop?sslmode=verify-full&sslrootcert=/etc/slipway/stores/db/ca.crt",
    );
    assert.deepEqual(decoded(one(SECRET, "shop-db-trust")), { "ca.crt": rdsAuthorities("eu-central-1") });
    assert.equal(result.trust.key, "ca.crt");
    assert.equal(await value(result.ready.urn), one(INSTANCE).urn);
  });

  it("has readers that follow it, each a resource of its own that may go without loss", async () => {
    const before = await make("db", db);
    const { one, ofType, result } = await make("db", { ...db, readers: 2 });
    assert.deepEqual(one(INSTANCE, "shop-db-instance").inputs, before.one(INSTANCE).inputs);
    const reader = one(INSTANCE, "shop-db-reader-2");
    assert.equal(reader.inputs["identifier"], "slipway-test-shop-db-reader-2");
    assert.equal(reader.inputs["replicateSourceDb"], "slipway-test-shop-db");
    assert.equal(reader.inputs["storageEncrypted"], true);
    assert.equal(reader.inputs["skipFinalSnapshot"], true);
    for (const field of ["password", "username", "dbName", "backupRetentionPeriod", "deletionProtection"]) {
      assert.equal(reader.inputs[field], undefined, field);
    }
    assert.equal(reader.protect, false);
    assert.equal(ofType(INSTANCE).length, 3);
    assert.deepEqual(await Promise.all(result.readerHosts.map(value)), [
      "shop-db-reader-1.rds.example",
      "shop-db-reader-2.rds.example",
    ]);
    // What clients verify the primary by holds for readers: the same authority, and TLS forced by the same parameters.
    for (const field of ["caCertIdentifier", "parameterGroupName"]) {
      assert.notEqual(reader.inputs[field], undefined, field);
      assert.equal(reader.inputs[field], before.one(INSTANCE).inputs[field], field);
    }
    assert.deepEqual(
      decoded(one(SECRET, "shop-db-connection")),
      decoded(before.one(SECRET, "shop-db-connection")),
    );
  });

  it("answers reads itself where it has no readers", async () => {
    const { result } = await make("db", db);
    assert.deepEqual(await Promise.all(result.readerHosts.map(value)), ["shop-db-instance.rds.example"]);
  });

  it("keeps nothing of a stack that is thrown away", async () => {
    const { one, resources } = await make("db", db, {
      args: { protect: false },
      site: { keepsLastCopy: false },
    });
    const { deletionProtection, skipFinalSnapshot, finalSnapshotIdentifier } = one(INSTANCE).inputs;
    assert.deepEqual(
      [deletionProtection, skipFinalSnapshot, finalSnapshotIdentifier],
      [false, true, undefined],
    );
    assert.equal(one(RECORD).inputs["recoveryWindowInDays"], 0);
    assert.deepEqual(
      resources.filter(({ protect, retainOnDelete }) => protect || retainOnDelete),
      [],
    );
  });

  it("is protected with its passwords and its record, and the rest is not", async () => {
    const { resources } = await make("db", db);
    assert.deepEqual(
      resources
        .filter(({ protect, retainOnDelete }) => protect && retainOnDelete)
        .map(({ name }) => name)
        .sort(),
      ["shop-db-instance", "shop-db-password", "shop-db-record"],
    );
  });
});

describe("a managed Redis", () => {
  it("is exactly these resources", async () => {
    const { counts } = await make("cache", cache);
    assert.deepEqual(counts(), {
      "pulumi:providers:aws": 1,
      "slipway:data:ManagedStore": 1,
      [PASSWORD]: 1,
      "aws:elasticache/subnetGroup:SubnetGroup": 1,
      "aws:elasticache/parameterGroup:ParameterGroup": 1,
      [USER]: 1,
      "aws:elasticache/userGroup:UserGroup": 1,
      [GROUP]: 1,
      [SECRET]: 2,
      [ACCOUNT]: 1,
      [DEPLOYMENT]: 1,
      [RECORD]: 1,
      [VERSION]: 1,
    });
  });

  it("has a standby in another zone that takes over, and is encrypted at rest and in transit", async () => {
    const { one } = await make("cache", { ...cache, persistence: "aof" });
    assert.deepEqual(one(GROUP).inputs, {
      parameterGroupName: "shop-cache-parameters-0a1b2c3",
      subnetGroupName: "shop-cache-subnets-0a1b2c3",
      replicationGroupId: "slipway-test-shop-cache",
      description: "shop/cache",
      engine: "valkey",
      engineVersion: "8.1",
      nodeType: "cache.t4g.micro",
      numCacheClusters: 2,
      multiAzEnabled: true,
      automaticFailoverEnabled: true,
      port: 6379,
      securityGroupIds: ["sg-cache"],
      userGroupIds: ["slipway-test-shop-cache"],
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      atRestEncryptionEnabled: true,
      kmsKeyId: "arn:key",
      snapshotRetentionLimit: 7,
      snapshotWindow: "02:00-03:00",
      maintenanceWindow: "sun:03:00-sun:04:00",
      autoMinorVersionUpgrade: true,
      applyImmediately: true,
      finalSnapshotIdentifier: "slipway-test-shop-cache-final",
    });
  });

  it("is Redis 7 or Valkey 8 as the spec says, and keeps no snapshot of a plain cache", async () => {
    const redis = (await make("cache", { ...cache, version: "7" })).one(GROUP).inputs;
    assert.deepEqual([redis["engine"], redis["engineVersion"]], ["redis", "7.1"]);
    assert.equal(redis["snapshotRetentionLimit"], 0);
    assert.equal(redis["finalSnapshotIdentifier"], undefined);
    const policy = async (persistence: "aof" | "none"): Promise<unknown> =>
      (await make("cache", { ...cache, persistence })).one("aws:elasticache/parameterGroup:ParameterGroup")
        .inputs;
    const family = { family: "valkey8", description: "Settings of shop/cache" };
    assert.deepEqual(await policy("aof"), {
      ...family,
      parameters: [{ name: "maxmemory-policy", value: "volatile-lru" }],
    });
    assert.deepEqual(await policy("none"), {
      ...family,
      parameters: [{ name: "maxmemory-policy", value: "allkeys-lru" }],
    });
  });

  it("lets in one account alone, in place of the one without a password, and has one node more for each reader", async () => {
    const { one, result } = await make("cache", { ...cache, readers: 2 });
    const { userName, accessString, authenticationMode } = one(USER).inputs;
    assert.deepEqual([userName, accessString], ["default", "on ~* &* +@all"]);
    assert.deepEqual(authenticationMode, {
      type: "password",
      passwords: ["generated-for-shop-cache-password"],
    });
    assert.equal(one(GROUP).inputs["numCacheClusters"], 4);
    assert.deepEqual(await Promise.all(result.readerHosts.map(value)), ["replica.cache.example"]);
    // The standby answers reads as well, under the same address.
    const alone = (await make("cache", cache)).result;
    assert.deepEqual(await Promise.all(alone.readerHosts.map(value)), ["replica.cache.example"]);
  });

  it("takes the password before the newest too, so that pods which have it go on working", async () => {
    const { one } = await make("cache", cache, { args: { rotation: 3 } });
    assert.deepEqual(one(USER).inputs["authenticationMode"].passwords, [
      "generated-for-shop-cache-password-2",
      "generated-for-shop-cache-password-3",
    ]);
    assert.equal(
      decoded(one(SECRET, "shop-cache-connection-3"))["password"],
      "generated-for-shop-cache-password-3",
    );
  });
});

describe("the record of a managed store", () => {
  it("holds the connection in Secrets Manager, under the store's name and key", async () => {
    const { one } = await make("db", db);
    assert.deepEqual(one(RECORD).inputs, {
      name: "slipway-test/shop/db",
      kmsKeyId: "arn:key",
      recoveryWindowInDays: 30,
    });
    const { secretString } = one(VERSION).inputs;
    assert.deepEqual(JSON.parse(secretString as string), decoded(one(SECRET, "shop-db-connection")));
    assert.ok(one(VERSION).secrets.includes("secretString"));
  });

  it("is another version with each password", async () => {
    const { one } = await make("db", db, { args: { rotation: 2 } });
    const { secretString } = one(VERSION, "shop-db-record-version-2").inputs;
    assert.match(secretString as string, /generated-for-shop-db-password-2/);
  });
});

describe("the machine of a managed store", () => {
  const size = (memory: StoreSize["memory"], cpu: StoreSize["cpu"][1] = "1"): StoreSize => ({
    memory,
    cpu: ["100m", cpu],
  });
  const cases: readonly (readonly ["rds" | "elastiCache", StoreSize, string])[] = [
    ["rds", size("128Mi"), "db.t4g.micro"],
    ["rds", size("1Gi"), "db.t4g.micro"],
    ["rds", size("1025Mi"), "db.t4g.small"],
    ["rds", size("16Gi"), "db.r7g.large"],
    ["rds", size("1Gi", "2500m"), "db.r7g.xlarge"],
    ["elastiCache", size("512Mi"), "cache.t4g.micro"],
    ["elastiCache", size("513Mi"), "cache.t4g.small"],
    ["elastiCache", size("4Gi"), "cache.m7g.large"],
  ];
  for (const [family, wanted, machine] of cases) {
    it(`is ${machine} for ${wanted.memory} and ${wanted.cpu[1]} of ${family}`, () =>
      assert.equal(machineFor(family, wanted, "shop/db"), machine));
  }

  it("is refused when none is big enough, before any resource exists", async () => {
    assert.throws(() => machineFor("rds", size("129Gi"), "shop/db"), {
      name: "SlipwayError",
      message:
        "store shop/db: no machine of rds has 1 processors and 129Gi of memory; allowed: at most 16 processors and 128Gi.",
    });
    await assert.rejects(make("db", { ...db, size: size("1Ti") }), /no machine of rds/);
  });

  it("has a volume of whole gibibytes, of twenty at least", () => {
    assert.deepEqual((["1Gi", "20Gi", "20481Mi", "1Ti"] as const).map(storageFor), [20, 20, 21, 1024]);
  });
});

describe("the authorities of managed stores", () => {
  const names = (bundle: string): string[] =>
    bundle
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .filter((pem) => pem !== "")
      .map((pem) => /^CN=(.*)$/m.exec(new X509Certificate(pem).subject)?.[1] ?? "");

  it("are Amazon's own for RDS, those of the region alone, and valid for years", () => {
    const bundle = rdsAuthorities("eu-central-1");
    assert.deepEqual(names(bundle), [
      "Amazon RDS eu-central-1 Root CA ECC384 G1",
      "Amazon RDS eu-central-1 Root CA RSA2048 G1",
      "Amazon RDS eu-central-1 Root CA RSA4096 G1",
    ]);
    for (const pem of bundle.split(/(?<=-----END CERTIFICATE-----\n)/).filter((text) => text !== "")) {
      const certificate = new X509Certificate(pem);
      assert.ok(certificate.ca && certificate.verify(certificate.publicKey));
      assert.ok(Date.parse(certificate.validTo) > Date.parse("2060-01-01"));
    }
  });

  it("are refused for a region of which none are known", () => {
    assert.throws(() => rdsAuthorities("mars-north-1"), /aws:region mars-north-1: the certificates of RDS/);
    assert.throws(() => rdsAuthorities("eu-central"), { name: "SlipwayError" });
  });

  it("are Amazon's public roots for ElastiCache", () => {
    assert.deepEqual(names(elastiCacheAuthorities()), [
      "Amazon Root CA 1",
      "Amazon Root CA 2",
      "Amazon Root CA 3",
      "Amazon Root CA 4",
      "Starfield Services Root Certificate Authority - G2",
    ]);
  });
});

describe("the exporter of a managed store", () => {
  for (const [store, spec, port] of [
    ["db", db, 9187],
    ["cache", cache, 9121],
  ] as const) {
    it(`is found as that of a ${spec.kind} in the cluster is: by the same labels, at the same port`, async () => {
      const { one } = await make(store, spec);
      const { metadata, spec: deployment } = one(DEPLOYMENT).inputs;
      const own = { "app.kubernetes.io/part-of": "shop", "app.kubernetes.io/name": store };
      assert.deepEqual([metadata.name, metadata.namespace], [store, "shop"]);
      assert.deepEqual(deployment.selector.matchLabels, own);
      const [container, ...others] = deployment.template.spec.containers;
      assert.deepEqual(others, []);
      assert.deepEqual(container.ports, [{ name: "metrics", containerPort: port, protocol: "TCP" }]);
      assert.equal(deployment.template.spec.automountServiceAccountToken, false);
      assert.equal(deployment.template.spec.securityContext.runAsNonRoot, true);
      assert.equal(container.securityContext.readOnlyRootFilesystem, true);
      assert.equal(container.resources.requests.memory, container.resources.limits.memory);
    });
  }

  it("takes the store's URL or account from its Secret, and verifies the server", async () => {
    const container = async (store: string, spec: StoreSpec): Promise<Record<string, unknown>> => {
      const { template } = (await make(store, spec)).one(DEPLOYMENT).inputs["spec"];
      assert.equal(template.spec.volumes[0].secret.secretName, `shop-${store}-trust-0a1b2c3d`);
      return template.spec.containers[0] as Record<string, unknown>;
    };
    const from = (name: string, secret: string, key: string): unknown => ({
      name,
      valueFrom: { secretKeyRef: { name: secret, key } },
    });
    const postgres = await container("db", db);
    assert.deepEqual(postgres["env"], [from("DATA_SOURCE_NAME", "shop-db-connection-0a1b2c3d", "url")]);
    assert.deepEqual(postgres["args"], ["--collector.database_wraparound"]);
    const redis = await container("cache", cache);
    const secret = "shop-cache-connection-0a1b2c3d";
    assert.deepEqual(redis["env"], [
      from("REDIS_HOST", secret, "host"),
      { name: "REDIS_ADDR", value: "rediss://$(REDIS_HOST):6379" },
      from("REDIS_USER", secret, "username"),
      from("REDIS_PASSWORD", secret, "password"),
    ]);
    assert.deepEqual(redis["args"], [
      "--tls-ca-cert-file=/etc/slipway/stores/cache/ca.crt",
      "--config-command=-",
    ]);
    for (const [mounted, store] of [
      [postgres, "db"],
      [redis, "cache"],
    ] as const) {
      assert.deepEqual(mounted["volumeMounts"], [
        { name: "trust", mountPath: `/etc/slipway/stores/${store}`, readOnly: true },
      ]);
    }
  });
});
