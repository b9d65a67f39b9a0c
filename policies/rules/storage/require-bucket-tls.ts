import { eachBucket } from "../../aws/buckets";
import type { Statement } from "../../aws/documents";
import { conditionsOf, isEverything, isForEverybody, statementsOf, textsOf } from "../../aws/documents";
import { isAbsent } from "../../core/json";
import { stackRule } from "../../core/rule";

/** Whether a statement refuses everybody who comes without TLS, whatever is asked of the bucket and its objects. */
function refusesPlain({ fields: statement }: Statement): boolean {
  if (statement["Effect"] !== "Deny" || !isForEverybody(statement)) return false;
  const actions = textsOf(statement["Action"]);
  if (!actions.some((action) => isEverything(action) || action.toLowerCase() === "s3:*")) return false;
  const resources = textsOf(statement["Resource"]);
  const isWhole =
    resources.some(isEverything) ||
    (resources.some((resource) => resource.endsWith("/*")) &&
      resources.some((resource) => !resource.endsWith("/*")));
  if (!isWhole) return false;
  // A second condition would narrow the refusal.
  const conditions = conditionsOf(statement);
  return (
    conditions.length === 1 &&
    conditions.every(
      ({ operator, key, values }) =>
        operator === "Bool" && key === "aws:securetransport" && values.includes("false"),
    )
  );
}

/** S3 answers plain HTTP unless it is told not to. */
export const requireBucketTls = stackRule({
  name: "aws-s3-bucket-require-tls",
  area: "storage",
  title: "Buckets are reached by TLS alone",
  description: "The policy of every bucket refuses requests without TLS.",
  level: "mandatory",
  severity: "high",
  checks: [36],
  ids: ["AWS FSBP"],
  remedy:
    'Deny s3:* on the bucket and its objects to everybody under the condition Bool aws:SecureTransport "false".',
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
  judge: (nodes, judgement) => {
    eachBucket(nodes, judgement, ({ node, settings }) => {
      const [apart] = settings(["aws:s3/bucketPolicy:BucketPolicy"]);
      const policy = (apart ?? node).props["policy"];
      if (statementsOf(policy)?.some(refusesPlain) === true) return;
      const what = isAbsent(policy) ? "has no policy, so it" : "has a policy that";
      judgement.report(
        apart ? "policy" : "",
        `the bucket ${what} answers without TLS; refuse that in its policy.`,
        (apart ?? node).urn,
      );
    });
  },
});
