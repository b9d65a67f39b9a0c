import { documentOf } from "../../aws/documents";
import { Graph } from "../../aws/graph";
import { list } from "../../core/json";
import { stackRule } from "../../core/rule";

/** A registry that forgets nothing costs more each month and keeps every old hole at hand. */
export const requireImageLifecycle = stackRule({
  name: "aws-ecr-repository-require-lifecycle-policy",
  area: "cloud",
  title: "Old images go",
  description: "Every repository has a lifecycle policy.",
  level: "mandatory",
  severity: "low",
  checks: [12],
  ids: ["CIS 5.1.1", "CIS 5.1.2", "CIS 5.1.3", "PR ecr_*"],
  remedy: "Make an aws:ecr/lifecyclePolicy:LifecyclePolicy for the repository.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html",
  judge: (nodes, judgement) => {
    const graph = new Graph(nodes);
    for (const repository of graph.of(["aws:ecr/repository:Repository"])) {
      judgement.part(() => {
        const [policy] = graph.referrers(repository, "repository", [
          "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        ]);
        if (policy === undefined) {
          judgement.report(
            "",
            "images stay for ever; make a lifecycle policy for the repository.",
            repository.urn,
          );
          return;
        }
        if (list(documentOf(policy.props["policy"])?.["rules"]).length > 0) return;
        judgement.report("policy", "the policy has no rules; name which images go and when.", policy.urn);
      });
    }
  },
});
