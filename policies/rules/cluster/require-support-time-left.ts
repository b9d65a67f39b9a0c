import { daysLeft, versionParameters } from "../../aws/eks-versions";
import { resourceRule } from "../../core/rule";

/** Advisory: the end of support is known a year ahead, and an upgrade wants weeks, not a red pipeline. */
export const requireSupportTimeLeft = resourceRule({
  name: "aws-eks-cluster-require-support-time-left",
  area: "cluster",
  title: "The next upgrade is not due",
  description: "The cluster's version of Kubernetes has at least 60 days of standard support left.",
  level: "advisory",
  severity: "medium",
  checks: [6],
  ids: ["PR eks_cluster_uses_a_supported_version"],
  remedy: "Plan the upgrade to the next minor version now.",
  url: "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
  parameters: {
    ...versionParameters,
    days: { type: "integer", minimum: 1, default: 60, description: "Fewest days of support that are left." },
  },
  types: ["aws:eks/cluster:Cluster"],
  judge: ({ props }, judgement, settings) => {
    judgement.part(() => {
      const left = daysLeft(props["version"], settings);
      // An unknown version and one past its end are refused by another rule.
      if (left === undefined || left <= 0 || left >= settings.number("days")) return;
      judgement.report(
        "version",
        `the version has ${left} days of standard support left; upgrade to the next one.`,
      );
    });
  },
});
