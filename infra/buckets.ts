import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Bucket } from "../components/data/bucket";
import { EncryptionKey } from "../components/security/encryption-key";
import type { SystemSpec } from "../components/spec/types";

/** Where a stack's buckets are made; a stack without a cloud has no such place. */
export interface BucketSite {
  readonly provider: aws.Provider;
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
  /** Beginning of the key's alias, e.g. `slipway-production`. */
  readonly prefix: string;
  readonly protect: boolean;
}

/** Names of the buckets of each system, by the system's name and their own. */
export type BucketNames = Readonly<Record<string, Readonly<Record<string, pulumi.Output<string>>>>>;

/** Makes the buckets that systems ask for, under one key; nothing where none does, or where there is no cloud. */
export function createBuckets(
  specs: readonly Pick<SystemSpec, "name" | "buckets">[],
  site: BucketSite | undefined,
): BucketNames {
  const wanted = specs.filter(({ buckets = {} }) => Object.keys(buckets).length > 0);
  if (site === undefined || wanted.length === 0) return {};
  const { provider, region, accountId, prefix, protect } = site;
  const key = new EncryptionKey(
    "bucket-key",
    {
      accountId,
      region,
      protect,
      description: `Objects of the buckets of ${prefix}`,
      alias: `${prefix}/buckets`,
      users: [{ service: "s3" }],
    },
    { provider },
  );
  return Object.fromEntries(
    wanted.map(({ name, buckets = {} }) => [
      name,
      Object.fromEntries(
        Object.entries(buckets).map(([bucket, spec]) => [
          bucket,
          new Bucket(`${name}-${bucket}`, { spec, system: name, kmsKeyArn: key.arn, protect }, { provider })
            .bucketName,
        ]),
      ),
    ]),
  );
}
