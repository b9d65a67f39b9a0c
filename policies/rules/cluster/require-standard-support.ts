import { at, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** Advisory: what extended support costs is money, and a cluster in it still gets security fixes. */
export const requireStandardSupport = resourceRule({
  name: "aws-eks-cluster-require-standard-support",
  area: "cluster",
  title: "No slide into extended support",
  description:
    "At the end of standard support the cluster is upgraded; it does not go on at six times the price.",
  level: "advisory",
  severity: "low",
  checks: [6],
  ids: ["PR eks_cluster_uses_a_supported_version"],
  remedy: 'Set upgradePolicy: { supportType: "STANDARD" }.',
  url: "https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html",
  types: ["aws:eks/cluster:Cluster"],
  judge: ({ props }, judgement) => {
    judgement.part(() => {
      const support = at(props["upgradePolicy"], "supportType");
      // EXTENDED by default.
      if (support === "STANDARD") return;
      judgement.report(
        "upgradePolicy.supportType",
        `the cluster goes on in extended support: supportType is ${shown(support)}; set it to "STANDARD".`,
      );
    });
  },
});
