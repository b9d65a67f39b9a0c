import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { BucketSpec } from "../spec/types";
import { bucketPolicy, lifecycleRules } from "./bucket-rules";

/** What a {@link Bucket} is made from. */
export interface BucketArgs {
  readonly spec: BucketSpec;
  /** The system that it belongs to, for tags. */
  readonly system: string;
  /** Key of its objects; the key's policy must let S3 use it. */
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Keeps the bucket from being deleted; without, it goes with all that is in it. */
  readonly protect: boolean;
}

/**
 * A bucket of one system: every version kept for a while, encrypted with a customer key, reached by TLS alone, closed
 * to the public. It costs by what is in it.
 */
export class Bucket extends pulumi.ComponentResource {
  /** The engine's own, for names of buckets are shared by the whole world. */
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: BucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:data:Bucket", name, {}, opts);
    const { spec, kmsKeyArn, protect } = args;
    const child = { parent: this };
    const made = new aws.s3.Bucket(
      `${name}-bucket`,
      { forceDestroy: !protect, tags: { "slipway:system": args.system, "slipway:purpose": spec.purpose } },
      { ...child, protect },
    );
    const bucket = made.id;
    new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      child,
    );
    const closed = new aws.s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      child,
    );
    const versioning = new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      child,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
            // One call to KMS for many objects, not one each.
            bucketKeyEnabled: true,
          },
        ],
      },
      child,
    );
    new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket,
        policy: pulumi
          .all([made.arn, kmsKeyArn])
          .apply(([bucketArn, keyArn]) => bucketPolicy({ bucketArn, kmsKeyArn: keyArn })),
      },
      // S3 refuses two changes of what is public at once.
      { ...child, dependsOn: [closed] },
    );
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket, rules: lifecycleRules(spec) },
      { ...child, dependsOn: [versioning] },
    );

    this.bucketName = made.bucket;
    this.arn = made.arn;
    this.registerOutputs({ bucketName: this.bucketName, arn: this.arn });
  }
}
