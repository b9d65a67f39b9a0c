import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { StoreSite } from "../common/contracts";
import { physicalName } from "../common/naming";
import { storeIdentity, storeKinds } from "../spec/store-kinds";
import type { PostgresSpec } from "../spec/types";
import { machineFor, storageFor } from "./machines";

/** Days for which the database can be brought back to any second. RDS keeps at most 35. */
const POINT_IN_TIME_DAYS = 30;
/** Days of Performance Insights that cost nothing. */
const INSIGHTS_DAYS = 7;
/** Hours (UTC) at which little is asked of the systems; the weekly window follows the daily one. */
const BACKUP_WINDOW = "02:00-02:30";
const MAINTENANCE_WINDOW = "sun:03:00-sun:04:00";
/** The authority of the region that signs the server's certificate; clients trust it by `rdsAuthorities`. */
const AUTHORITY = "rds-ca-rsa2048-g1";

export interface DatabaseArgs {
  readonly system: string;
  readonly store: string;
  readonly spec: PostgresSpec;
  readonly site: StoreSite;
  /** The one in force. */
  readonly password: pulumi.Input<string>;
  /** Whether the database refuses to be deleted. */
  readonly protect: boolean;
}

export interface ManagedResource {
  readonly host: pulumi.Output<string>;
  /** Addresses that answer reads, one at least; those of readers in their order. */
  readonly readerHosts: readonly pulumi.Output<string>[];
  readonly ready: pulumi.Resource;
}

/**
 * Creates a PostgreSQL of RDS in two zones: encrypted, with forced TLS, thirty days of point-in-time recovery and
 * Performance Insights. A bigger volume, another password or one reader more changes it in place.
 */
export function createDatabase(
  name: string,
  args: DatabaseArgs,
  opts: { readonly child: pulumi.CustomResourceOptions; readonly kept: pulumi.CustomResourceOptions },
): ManagedResource {
  const { system, store, spec, site, password, protect } = args;
  const { child, kept } = opts;
  const identifier = physicalName("rdsInstance", site.prefix, system, store);
  const subnets = new aws.rds.SubnetGroup(
    `${name}-subnets`,
    {
      subnetIds: [...site.subnetIds],
      description: `Data subnets, for ${system}/${store}`,
    },
    child,
  );
  const parameters = new aws.rds.ParameterGroup(
    `${name}-parameters`,
    {
      family: `postgres${spec.version}`,
      description: `Settings of ${system}/${store}`,
      parameters: [
        { name: "rds.force_ssl", value: "1" },
        { name: "ssl_min_protocol_version", value: "TLSv1.2" },
      ],
    },
    child,
  );
  const { username, database } = storeIdentity(system, spec);
  const shared = {
    instanceClass: machineFor("rds", spec.size, `${system}/${store}`),
    storageEncrypted: true,
    kmsKeyId: site.kmsKeyArn,
    storageType: "gp3",
    caCertIdentifier: AUTHORITY,
    parameterGroupName: parameters.name,
    vpcSecurityGroupIds: [site.securityGroupIds.database],
    publiclyAccessible: false,
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: site.kmsKeyArn,
    performanceInsightsRetentionPeriod: INSIGHTS_DAYS,
    maintenanceWindow: MAINTENANCE_WINDOW,
    autoMinorVersionUpgrade: true,
    copyTagsToSnapshot: true,
    // What the program says is so when `up` has ended, not in a window of next week.
    applyImmediately: true,
  };
  const instance = new aws.rds.Instance(
    `${name}-instance`,
    {
      ...shared,
      identifier,
      engine: "postgres",
      // The major version: RDS takes minor ones by itself, in the window.
      engineVersion: spec.version,
      allocatedStorage: storageFor(spec.storage),
      dbName: database,
      username,
      password,
      port: storeKinds.postgres.port,
      multiAz: true,
      dbSubnetGroupName: subnets.name,
      backupRetentionPeriod: POINT_IN_TIME_DAYS,
      backupWindow: BACKUP_WINDOW,
      deletionProtection: protect,
      ...lastCopy(identifier, site),
    },
    kept,
  );
  const readers = Array.from(
    { length: spec.readers ?? 0 },
    (_, index) =>
      new aws.rds.Instance(
        `${name}-reader-${index + 1}`,
        {
          ...shared,
          identifier: physicalName("rdsInstance", site.prefix, system, store, `reader-${index + 1}`),
          replicateSourceDb: instance.identifier,
          skipFinalSnapshot: true,
        },
        child,
      ),
  );
  return {
    host: instance.address,
    readerHosts: (readers.length === 0 ? [instance] : readers).map(({ address }) => address),
    ready: instance,
  };
}

/** The automated backups go with the instance unless it is said otherwise. */
function lastCopy(identifier: string, { keepsLastCopy }: StoreSite) {
  return keepsLastCopy
    ? {
        skipFinalSnapshot: false,
        finalSnapshotIdentifier: `${identifier}-final`,
        deleteAutomatedBackups: false,
      }
    : { skipFinalSnapshot: true, deleteAutomatedBackups: true };
}
