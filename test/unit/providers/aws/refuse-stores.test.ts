import type { Props } from "../../../../rehearsal/providers/part";
import { T, valid } from "./fixtures";
import type { World } from "./fixtures";
import { none, refuses } from "./refusals";

refuses("databases", [
  [
    "a database without subnets in two zones",
    T.dbSubnets,
    ({ a }) => ({ subnetIds: [a.id] }),
    /doesn't meet Availability Zone \(AZ\) coverage requirement.*eu-central-1a\. Add subnets/,
  ],
  ["a subnet that is not there", T.dbSubnets, { subnetIds: ["subnet-0no"] }, /does not exist/],
  ["a subnet group of AWS's own name", T.dbSubnets, { name: "default" }, /must not be default/],
  ["a family of no version", T.dbParameters, { family: "postgres" }, /postgres13 to postgres18/],
  ["an identifier of two dashes", T.dbInstance, { identifier: "a--b" }, /single dashes/],
  ["an identifier of 64 letters", T.dbInstance, { identifier: "a".repeat(64) }, /1 to 63/],
  ["a password with a slash", T.dbInstance, { password: "long/enough" }, /printable characters without/],
  ["a password of 7 letters", T.dbInstance, { password: "seven77" }, /8 to 128/],
  ["an account that RDS keeps", T.dbInstance, { username: "admin" }, /reserved word/],
  ["a database name with a dash", T.dbInstance, { dbName: "my-shop" }, /letters, digits and _/],
  ["no account", T.dbInstance, none("username"), /username is required unless replicateSourceDb/],
  ["less than 20 GiB", T.dbInstance, { allocatedStorage: 19 }, /20 to 65536/],
  ["backups of 36 days", T.dbInstance, { backupRetentionPeriod: 36 }, /0 to 35/],
  ["a backup window of 20 minutes", T.dbInstance, { backupWindow: "02:00-02:20" }, /30 minutes/],
  ["a maintenance window of no day", T.dbInstance, { maintenanceWindow: "03:00-04:00" }, /sun:03:00/],
  ["a key without encryption", T.dbInstance, { storageEncrypted: false }, /kmsKeyId needs storageEncrypted/],
  [
    "a last snapshot without a name",
    T.dbInstance,
    { skipFinalSnapshot: false },
    /finalSnapshotIdentifier is required/,
  ],
  [
    "insights' key without insights",
    T.dbInstance,
    ({ key }) => ({ performanceInsightsKmsKeyId: key.outputs["arn"] ?? "" }),
    /needs performanceInsightsEnabled/,
  ],
  [
    "insights of 8 days",
    T.dbInstance,
    { performanceInsightsEnabled: true, performanceInsightsRetentionPeriod: 8 },
    /multiple of 31/,
  ],
  ["an unknown authority", T.dbInstance, { caCertIdentifier: "rds-ca-2019" }, /rds-ca-rsa2048-g1/],
  ["a subnet group that is not there", T.dbInstance, { dbSubnetGroupName: "no" }, /does not exist/],
  [
    "parameters of another version",
    T.dbInstance,
    { engineVersion: "16" },
    /DBParameterGroupFamily postgres15 can't be used.*postgres16/,
  ],
  [
    "a group of another network",
    T.dbInstance,
    async ({ engine, other }) => {
      const group = await engine.create(T.securityGroup, "far", { vpcId: other.id, name: "far" });
      return { vpcSecurityGroupIds: [group.id] };
    },
    /is not in the VPC/,
  ],
  [
    "an identifier that is taken",
    T.dbInstance,
    async ({ engine, key }) => {
      const taken = { allocatedStorage: 20, engine: "postgres", username: "x", password: "long-enough" };
      const more = { instanceClass: "db.t4g.micro", skipFinalSnapshot: true, storageEncrypted: true };
      const kmsKeyId = key.outputs["arn"] ?? "";
      await engine.create(T.dbInstance, "first", { ...taken, ...more, kmsKeyId, identifier: "taken" });
      return { identifier: "taken" };
    },
    /DBInstanceAlreadyExists/,
  ],
  [
    "a reader of a database that is not there",
    T.dbInstance,
    { replicateSourceDb: "no", ...none("username", "password", "dbName") },
    /DBInstanceNotFound/,
  ],
  [
    "a reader with an account of its own",
    T.dbInstance,
    { replicateSourceDb: "no" },
    /username cannot be given for a read replica/,
  ],
]);

const search = (block: string, change: Props) => (w: World) => ({
  [block]: { ...(valid(w)[T.searchDomain]?.[block] as Props), ...change },
});
refuses("search domains", [
  ["a name of 29 letters", T.searchDomain, { domainName: "a".repeat(29) }, /3 to 28/],
  [
    "a machine of another service",
    T.searchDomain,
    search("clusterConfig", { instanceType: "m7g.large" }),
    /m7g.medium.search/,
  ],
  ["an engine that is none", T.searchDomain, { engineVersion: "Elasticsearch_7.10" }, /OpenSearch_2.19/],
  [
    "a plain wire between nodes",
    T.searchDomain,
    { nodeToNodeEncryption: { enabled: false } },
    /needs nodeToNodeEncryption/,
  ],
  ["a disk in plain", T.searchDomain, { encryptAtRest: { enabled: false } }, /needs encryptAtRest/],
  [
    "plain HTTP",
    T.searchDomain,
    search("domainEndpointOptions", { enforceHttps: false }),
    /needs domainEndpointOptions/,
  ],
  [
    "an old TLS",
    T.searchDomain,
    search("domainEndpointOptions", { tlsSecurityPolicy: "TLS-1-1" }),
    /must be one of/,
  ],
  [
    "a weak password",
    T.searchDomain,
    search("advancedSecurityOptions", {
      masterUserOptions: { masterUserName: "m", masterUserPassword: "onlylower" },
    }),
    /one of them upper case/,
  ],
  [
    "accounts without a master",
    T.searchDomain,
    search("advancedSecurityOptions", { masterUserOptions: null }),
    /needs masterUserName/,
  ],
  [
    "three nodes in two zones",
    T.searchDomain,
    search("clusterConfig", { instanceCount: 3 }),
    /multiple of the 2/,
  ],
  [
    "one subnet for two zones",
    T.searchDomain,
    (w) => search("vpcOptions", { subnetIds: [w.a.id] })(w),
    /exactly 2 subnets/,
  ],
  [
    "a subnet that is not there",
    T.searchDomain,
    search("vpcOptions", { subnetIds: ["subnet-1", "subnet-2"] }),
    /does not exist/,
  ],
]);

refuses("caches", [
  ["a group id of 41 letters", T.cacheGroup, { replicationGroupId: "a".repeat(41) }, /1 to 40/],
  ["one node that is to fail over", T.cacheGroup, { numCacheClusters: 1 }, /numCacheClusters of at least 2/],
  ["seven nodes", T.cacheGroup, { numCacheClusters: 7 }, /1 to 6/],
  [
    "zones without failover",
    T.cacheGroup,
    { automaticFailoverEnabled: false },
    /multiAzEnabled needs automaticFailoverEnabled/,
  ],
  ["users without TLS", T.cacheGroup, { transitEncryptionEnabled: false }, /userGroupIds needs transit/],
  ["a key without encryption", T.cacheGroup, { atRestEncryptionEnabled: false }, /kmsKeyId needs atRest/],
  ["an empty description", T.cacheGroup, { description: " " }, /must not be empty/],
  [
    "parameters of another engine",
    T.cacheGroup,
    { engine: "valkey", engineVersion: "8.1" },
    /family valkey8 but found one of family redis7/,
  ],
  ["a window of 30 minutes", T.cacheGroup, { snapshotWindow: "02:00-02:30" }, /60 minutes/],
  ["a password of 15 letters", T.cacheUser, userWith(["fifteen-letters"]), /16 to 128/],
  ["three passwords", T.cacheUser, userWith(["a", "b", "c"].map((x) => x.repeat(16))), /one or two/],
  ["a user without a way in", T.cacheUser, none("authenticationMode"), /needs authenticationMode/],
  ["a password in an access string", T.cacheUser, { accessString: "on >x ~* +@all" }, /no password/],
  ["an access string that says neither on nor off", T.cacheUser, { accessString: "~* +@all" }, /on or off/],
  ["a user that is not there", T.cacheUsers, { userIds: ["no"] }, /does not exist/],
  [
    "a group of redis without its default user",
    T.cacheUsers,
    async ({ engine }) => {
      await engine.create(T.cacheUser, "own", {
        ...userWith(["a".repeat(16)]),
        ...{ userId: "own", userName: "own", engine: "redis", accessString: "on ~* +@all" },
      });
      return { userIds: ["own"] };
    },
    /DefaultUserRequired/,
  ],
]);

refuses("secrets", [
  ["a name that ends like an ARN", T.secret, { name: "team/db-abc123" }, /six letters or digits/],
  ["a name with a space", T.secret, { name: "team db" }, /letters, digits and/],
  ["a name that is taken", T.secret, { name: "team/app" }, /ResourceExistsException/],
  ["a recovery of 3 days", T.secret, { recoveryWindowInDays: 3 }, /0, or 7 to 30/],
  ["a version of no secret", T.secretVersion, { secretId: "arn:aws:no" }, /does not exist/],
  ["an empty version", T.secretVersion, none("secretString"), /secretString is required/],
]);

function userWith(passwords: readonly string[]) {
  return { authenticationMode: { type: "password", passwords: [...passwords] } };
}
