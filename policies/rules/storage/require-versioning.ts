import { eachBucket, inBlocks } from "../../aws/buckets";
import { shown } from "../../core/json";
import { stackRule } from "../../core/rule";

/** What was overwritten or deleted by mistake, or by somebody who asks for ransom, is still there. */
export const requireVersioning = stackRule({
  name: "aws-s3-bucket-require-versioning",
  area: "storage",
  title: "Buckets keep old versions",
  description: "Every bucket has versioning on.",
  level: "mandatory",
  severity: "medium",
  checks: [36],
  ids: ["AWS FSBP"],
  remedy: 'Make an aws:s3/bucketVersioning for the bucket with status "Enabled".',
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
  judge: (nodes, judgement) => {
    eachBucket(nodes, judgement, ({ node, settings }) => {
      const [apart] = settings([
        "aws:s3/bucketVersioning:BucketVersioning",
        "aws:s3/bucketVersioningV2:BucketVersioningV2",
      ]);
      if (apart === undefined) {
        if (inBlocks(node.props, "versioning", "enabled") === true) return;
        judgement.report("", "what is overwritten is lost; make a BucketVersioning with Enabled.", node.urn);
        return;
      }
      const status = inBlocks(apart.props, "versioningConfiguration", "status");
      if (status === "Enabled") return;
      judgement.report(
        "versioningConfiguration.status",
        `what is overwritten is lost: status is ${shown(status)}; set it to "Enabled".`,
        apart.urn,
      );
    });
  },
});
