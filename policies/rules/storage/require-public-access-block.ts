import { eachBucket } from "../../aws/buckets";
import { shown } from "../../core/json";
import { stackRule } from "../../core/rule";

const switches = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

/** Then no ACL and no policy can open the bucket, by whose mistake ever. */
export const requirePublicAccessBlock = stackRule({
  name: "aws-s3-bucket-require-public-access-block",
  area: "storage",
  title: "Buckets are not public",
  description: "Every bucket blocks public access by ACLs and by policies.",
  level: "mandatory",
  severity: "critical",
  checks: [36],
  ids: ["AWS FSBP"],
  remedy: `Make an aws:s3/bucketPublicAccessBlock for the bucket with ${switches.join(", ")} all true.`,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  judge: (nodes, judgement) => {
    eachBucket(nodes, judgement, ({ node, settings }) => {
      const [block] = settings(["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"]);
      if (block === undefined) {
        judgement.report(
          "",
          "an ACL or a policy can make the bucket public; make a BucketPublicAccessBlock.",
          node.urn,
        );
        return;
      }
      for (const name of switches) {
        judgement.part(() => {
          if (block.props[name] === true) return;
          judgement.report(name, `${name} is ${shown(block.props[name])}; set it to true.`, block.urn);
        });
      }
    });
  },
});
