import type { Json } from "../../part";
import { between, flag, matches, number, oneOf, ref, set, text } from "../fields";
import type { Companion, Model, Situation } from "../model";
import { sha256, textOf } from "../values";
import { admitInstance, instanceRules, majorOf, sourceOf } from "./rds-instance-rules";
import { dailyWindow, identifier, weeklyWindow } from "./store-rules";
import { T } from "./tokens";

// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
const RESERVED_USERS = ["admin", "rdsadmin", "rdsrepladmin", "rdstopmgr", "user", "public"];
const AUTHORITIES = ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"];

/** What AWS chooses where nothing is said and there is no source to take it from. */
const CHOSEN: Readonly<Record<string, Json>> = {
  allocatedStorage: 20,
  backupWindow: "03:00-03:30",
  caCertIdentifier: "rds-ca-rsa2048-g1",
  dbName: "",
  dbSubnetGroupName: "default",
  engine: "postgres",
  engineVersion: "15",
  kmsKeyId: "",
  maintenanceWindow: "sun:05:00-sun:05:30",
  performanceInsightsKmsKeyId: "",
  performanceInsightsRetentionPeriod: 0,
  port: 5432,
  storageType: "gp2",
  username: "",
  vpcSecurityGroupIds: [],
};

export const instance: Model = {
  type: T.dbInstance,
  tags: true,
  autoName: { field: "identifier", max: 63, lower: true },
  hidden: ["password"],
  fields: {
    allocatedStorage: number({ computed: true, check: between(20, 65_536) }),
    allowMajorVersionUpgrade: flag(),
    applyImmediately: flag({ default: false }),
    autoMinorVersionUpgrade: flag({ default: true }),
    backupRetentionPeriod: number({ computed: true, check: between(0, 35) }),
    backupWindow: text({ computed: true, check: dailyWindow(30) }),
    caCertIdentifier: text({ computed: true, check: oneOf(...AUTHORITIES) }),
    copyTagsToSnapshot: flag({ default: false }),
    dbName: text({
      computed: true,
      forceNew: true,
      check: matches(
        /^[A-Za-z_][A-Za-z0-9_]{0,62}$/,
        "must be 1 to 63 letters, digits and _, beginning with a letter or _",
      ),
    }),
    dbSubnetGroupName: ref(T.dbSubnets, { computed: true }, "name"),
    deleteAutomatedBackups: flag({ default: true }),
    deletionProtection: flag({ default: false }),
    engine: text({ computed: true, forceNew: true, check: oneOf("postgres") }),
    engineVersion: text({
      computed: true,
      check: matches(/^1[3-8](\.\d+)?$/, "must be a version such as 15 or 15.18"),
    }),
    finalSnapshotIdentifier: text({ check: identifier(255) }),
    iamDatabaseAuthenticationEnabled: flag(),
    identifier: text({ check: identifier(63) }),
    instanceClass: text({
      required: true,
      check: matches(/^db\.[a-z0-9]+\.[a-z0-9]+$/, "must look like db.t4g.micro"),
    }),
    kmsKeyId: ref(T.key, { computed: true, forceNew: true }, "arn"),
    maintenanceWindow: text({ computed: true, check: weeklyWindow }),
    multiAz: flag({ computed: true }),
    parameterGroupName: ref(T.dbParameters, { computed: true }, "name"),
    password: text({
      check: (value) =>
        /^[!-~]{8,128}$/.test(value) && !/[/"@]/.test(value)
          ? undefined
          : 'must be 8 to 128 printable characters without /, ", @ and spaces',
    }),
    performanceInsightsEnabled: flag({ default: false }),
    performanceInsightsKmsKeyId: ref(T.key, { computed: true, forceNew: true }, "arn"),
    performanceInsightsRetentionPeriod: number({
      computed: true,
      check: (days) =>
        days === 7 || days === 731 || (days % 31 === 0 && days > 0 && days < 731)
          ? undefined
          : "must be 7, 731 or a multiple of 31",
    }),
    port: number({ computed: true, check: between(1150, 65_535) }),
    publiclyAccessible: flag({ default: false }),
    replicateSourceDb: text({ forceNew: (old, next) => (old ?? "") === "" && (next ?? "") !== "" }),
    skipFinalSnapshot: flag({ default: false }),
    storageEncrypted: flag({ forceNew: true }),
    storageType: text({ computed: true, check: oneOf("gp2", "gp3", "io1", "io2") }),
    username: text({
      computed: true,
      forceNew: true,
      check: (value) =>
        RESERVED_USERS.includes(value.toLowerCase())
          ? "is a reserved word used by the engine"
          : matches(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, "must be 1 to 63 letters, digits and _")(value),
    }),
    vpcSecurityGroupIds: set(ref(T.securityGroup), { computed: true }),
  },
  computed: [
    "address",
    "arn",
    "endpoint",
    "engineVersionActual",
    "hostedZoneId",
    "latestRestorableTime",
    "listenerEndpoints",
    "masterUserSecrets",
    "replicas",
    "resourceId",
    "status",
    "upgradeRolloutOrder",
  ],
  rules: instanceRules,
  // The provider's id is that of the resource, which outlives a change of the identifier.
  id: (s) => `db-${s.hex(26).toUpperCase()}`,
  outputs(s) {
    const { view } = s;
    const source = sourceOf(s)?.attributes ?? {};
    const taken = (field: string, otherwise: Json): Json => view.props[field] ?? source[field] ?? otherwise;
    const name = (view.text("identifier") ?? "").toLowerCase();
    // The same part for all of an account's instances in a region.
    const realm = sha256(`${s.accountId} ${s.region}`).slice(0, 11);
    const address = `${name}.c${realm}.${s.region}.rds.amazonaws.com`;
    const chosen = Object.fromEntries(
      Object.entries(CHOSEN).map(([field, otherwise]): [string, Json] => [field, taken(field, otherwise)]),
    );
    const version = textOf(chosen["engineVersion"]);
    return {
      ...chosen,
      address,
      arn: s.arn("rds", `db:${name}`),
      backupRetentionPeriod: view.number("backupRetentionPeriod") ?? 0,
      endpoint: `${address}:${view.number("port") ?? 5432}`,
      engineVersionActual: version.includes(".") ? version : `${version}.18`,
      hostedZoneId: "Z1RLNUO7B9Q6NB",
      latestRestorableTime: "",
      listenerEndpoints: [],
      masterUserSecrets: [],
      multiAz: view.flag("multiAz") ?? false,
      parameterGroupName: view.text("parameterGroupName") ?? `default.postgres${majorOf(version)}`,
      replicas: [],
      resourceId: s.id,
      status: "available",
      upgradeRolloutOrder: "last",
    };
  },
  // Readers come and go by themselves; the source tells who they are.
  live: (object, account) => ({
    replicas: account
      .all(T.dbInstance)
      .filter(({ attributes }) =>
        [object.attributes["identifier"], object.attributes["arn"]].includes(
          attributes["replicateSourceDb"] ?? null,
        ),
      )
      .map(({ attributes }) => textOf(attributes["identifier"]))
      .sort(),
  }),
  admit: admitInstance,
  release(s) {
    if (s.view.flag("deletionProtection") === true) {
      s.refuse(
        "InvalidParameterCombination",
        "Cannot delete protected DB Instance, please disable deletion protection and try again.",
      );
    }
    const snapshot = s.view.text("finalSnapshotIdentifier") ?? "";
    if (keepsSnapshot(s) && s.account.find(T.dbSnapshot, "id", snapshot, s.region) !== undefined) {
      s.refuse(
        "DBSnapshotAlreadyExists",
        `Cannot create the snapshot because a snapshot with the identifier ${snapshot} already exists.`,
      );
    }
  },
  leaves: (s): readonly Companion[] =>
    keepsSnapshot(s)
      ? [
          {
            type: T.dbSnapshot,
            id: s.view.text("finalSnapshotIdentifier") ?? "",
            owned: false,
            attributes: { name: s.view.text("finalSnapshotIdentifier") ?? "" },
          },
        ]
      : [],
};

function keepsSnapshot(s: Situation): boolean {
  return s.view.flag("skipFinalSnapshot") !== true;
}
