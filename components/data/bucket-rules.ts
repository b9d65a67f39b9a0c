import type { types } from "@pulumi/aws";
import type { BucketSpec } from "../spec/types";

const DEFAULT_KEEP_VERSIONS_DAYS = 30;
/** Days after which the parts of an upload that nobody ended are thrown away. */
const UNFINISHED_UPLOAD_DAYS = 7;

/** The ARNs that a bucket's policy speaks of. */
export interface BucketPolicyArgs {
  readonly bucketArn: string;
  readonly kmsKeyArn: string;
}

/** Refuses whoever does not speak TLS 1.2 or better, and objects under another key; lets nobody in by itself. */
export function bucketPolicy({ bucketArn, kmsKeyArn }: BucketPolicyArgs): string {
  const deny = (sid: string, action: string, condition: object): object => ({
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: condition,
  });
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      deny("TlsAlone", "s3:*", { Bool: { "aws:SecureTransport": "false" } }),
      deny("TlsOfToday", "s3:*", { NumericLessThan: { "s3:TlsVersion": "1.2" } }),
      {
        ...deny("OwnKeyAlone", "s3:PutObject", {
          StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": kmsKeyArn },
          // Whoever names no key gets this one, for it is the bucket's default.
          Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
        }),
        Resource: [`${bucketArn}/*`],
      },
    ],
  });
}

/** What goes by itself, and when: objects, their old versions, and what is left of both. */
export function lifecycleRules({
  expireAfterDays,
  keepVersionsDays = DEFAULT_KEEP_VERSIONS_DAYS,
}: BucketSpec): types.input.s3.BucketLifecycleConfigurationRule[] {
  return [
    {
      id: "objects",
      status: "Enabled",
      filter: {},
      // With days S3 also removes delete markers that hide nothing any more; without, it has to be told.
      expiration:
        expireAfterDays === undefined ? { expiredObjectDeleteMarker: true } : { days: expireAfterDays },
    },
    {
      id: "old-versions",
      status: "Enabled",
      filter: {},
      noncurrentVersionExpiration: { noncurrentDays: keepVersionsDays },
    },
    {
      id: "unfinished-uploads",
      status: "Enabled",
      filter: {},
      abortIncompleteMultipartUpload: { daysAfterInitiation: UNFINISHED_UPLOAD_DAYS },
    },
  ];
}
