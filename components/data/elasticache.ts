import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { StoreSite } from "../common/contracts";
import { physicalName } from "../common/naming";
import { storeIdentity, storeKinds } from "../spec/store-kinds";
import type { RedisSpec } from "../spec/types";
import { machineFor } from "./machines";
import type { ManagedResource } from "./rds";

/** Major version of a spec → engine, its newest version at AWS, and the family of its parameters. */
const engines = {
  "7": { engine: "redis", version: "7.1", family: "redis7" },
  "8": { engine: "valkey", version: "8.1", family: "valkey8" },
} as const satisfies Record<RedisSpec["version"], object>;

/** The primary and its standby in another zone. */
const LEAST_NODES = 2;
/** Days for which daily snapshots of a store that keeps data are kept. ElastiCache keeps at most 35. */
const SNAPSHOT_DAYS = 7;
const SNAPSHOT_WINDOW = "02:00-03:00";
const MAINTENANCE_WINDOW = "sun:03:00-sun:04:00";

export interface CacheArgs {
  readonly system: string;
  readonly store: string;
  readonly spec: RedisSpec;
  readonly site: StoreSite;
  /**
   * The passwords that open it: the one in force, and the one before it until the next change, so that pods which
   * still have it go on working while their successors start.
   */
  readonly passwords: readonly pulumi.Input<string>[];
}

/**
 * Creates a Redis or Valkey of ElastiCache: a primary with a standby in another zone that takes over by itself,
 * encrypted at rest and in transit, open to one account alone. Another password or one reader more changes it in
 * place.
 */
export function createCache(
  name: string,
  args: CacheArgs,
  opts: { readonly child: pulumi.CustomResourceOptions; readonly kept: pulumi.CustomResourceOptions },
): ManagedResource {
  const { system, store, spec, site, passwords } = args;
  const { child, kept } = opts;
  const id = physicalName("elastiCacheGroup", site.prefix, system, store);
  const { engine, version, family } = engines[spec.version];
  const keeps = spec.persistence === "aof";
  const subnets = new aws.elasticache.SubnetGroup(
    `${name}-subnets`,
    { subnetIds: [...site.subnetIds], description: `Data subnets, for ${system}/${store}` },
    child,
  );
  const parameters = new aws.elasticache.ParameterGroup(
    `${name}-parameters`,
    {
      family,
      description: `Settings of ${system}/${store}`,
      parameters: [{ name: "maxmemory-policy", value: keeps ? "volatile-lru" : "allkeys-lru" }],
    },
    child,
  );
  const user = new aws.elasticache.User(
    `${name}-user`,
    {
      userId: id,
      // The account that a client is when it names none; ElastiCache's own of that name needs no password.
      userName: storeIdentity(system, spec).username,
      engine,
      accessString: "on ~* &* +@all",
      authenticationMode: { type: "password", passwords: [...passwords] },
    },
    child,
  );
  const users = new aws.elasticache.UserGroup(
    `${name}-users`,
    { userGroupId: id, engine, userIds: [user.userId] },
    child,
  );
  const group = new aws.elasticache.ReplicationGroup(
    `${name}-group`,
    {
      replicationGroupId: id,
      description: `${system}/${store}`,
      engine,
      engineVersion: version,
      nodeType: machineFor("elastiCache", spec.size, `${system}/${store}`),
      numCacheClusters: LEAST_NODES + (spec.readers ?? 0),
      multiAzEnabled: true,
      automaticFailoverEnabled: true,
      port: storeKinds.redis.port,
      parameterGroupName: parameters.name,
      subnetGroupName: subnets.name,
      securityGroupIds: [site.securityGroupIds.cache],
      userGroupIds: [users.userGroupId],
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      atRestEncryptionEnabled: true,
      kmsKeyId: site.kmsKeyArn,
      snapshotRetentionLimit: keeps ? SNAPSHOT_DAYS : 0,
      ...(keeps ? { snapshotWindow: SNAPSHOT_WINDOW } : {}),
      maintenanceWindow: MAINTENANCE_WINDOW,
      autoMinorVersionUpgrade: true,
      applyImmediately: true,
      ...(keeps && site.keepsLastCopy ? { finalSnapshotIdentifier: `${id}-final` } : {}),
    },
    kept,
  );
  return { host: group.primaryEndpointAddress, readerHosts: [group.readerEndpointAddress], ready: group };
}
