import { eachBucket, inBlocks } from "../../aws/buckets";
import { shown } from "../../core/json";
import { stackRule } from "../../core/rule";

const path = ["rule", "applyServerSideEncryptionByDefault", "sseAlgorithm"];

/** Who may read an object is then the key's to say too. */
export const requireBucketKms = stackRule({
  name: "aws-s3-bucket-require-kms",
  area: "storage",
  title: "Buckets are encrypted with KMS",
  description: "Every bucket encrypts its objects with a key of KMS where an upload says nothing else.",
  level: "mandatory",
  severity: "high",
  checks: [36],
  ids: ["AWS FSBP"],
  remedy:
    'Make an aws:s3/bucketServerSideEncryptionConfiguration for the bucket with sseAlgorithm "aws:kms" and your key.',
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
  judge: (nodes, judgement) => {
    eachBucket(nodes, judgement, ({ node, settings }) => {
      const [apart] = settings([
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
      ]);
      const algorithm = apart
        ? inBlocks(apart.props, ...path)
        : inBlocks(node.props, "serverSideEncryptionConfiguration", ...path);
      if (algorithm === "aws:kms" || algorithm === "aws:kms:dsse") return;
      judgement.report(
        apart ? path.join(".") : "",
        `objects are not encrypted with KMS: the algorithm is ${shown(algorithm)}; set it to "aws:kms".`,
        (apart ?? node).urn,
      );
    });
  },
});
