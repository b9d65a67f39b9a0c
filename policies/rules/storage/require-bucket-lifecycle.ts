import { eachBucket } from "../../aws/buckets";
import { at, list } from "../../core/json";
import { stackRule } from "../../core/rule";

/** With versions kept, a bucket without rules only ever grows. */
export const requireBucketLifecycle = stackRule({
  name: "aws-s3-bucket-require-lifecycle",
  area: "storage",
  title: "Buckets forget",
  description: "Every bucket has a lifecycle rule that is on.",
  level: "mandatory",
  severity: "low",
  checks: [36],
  ids: ["AWS FSBP"],
  remedy:
    "Make an aws:s3/bucketLifecycleConfiguration for the bucket; end at least old versions and unfinished uploads.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
  judge: (nodes, judgement) => {
    eachBucket(nodes, judgement, ({ node, settings }) => {
      const [apart] = settings([
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
      ]);
      const isOn = apart
        ? list(apart.props["rules"]).some((rule) => at(rule, "status") === "Enabled")
        : list(node.props["lifecycleRules"]).some((rule) => at(rule, "enabled") === true);
      if (isOn) return;
      judgement.report(
        apart ? "rules" : "",
        "nothing in the bucket ever goes; add a lifecycle rule that is on.",
        (apart ?? node).urn,
      );
    });
  },
});
