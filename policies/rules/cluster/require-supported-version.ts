import { daysLeft, supportedVersions, versionParameters } from "../../aws/eks-versions";
import { isAbsent, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** A version without standard support gets no fixes, or costs six times as much and is upgraded by surprise. */
export const requireSupportedVersion = resourceRule({
  name: "aws-eks-cluster-require-supported-version",
  area: "cluster",
  title: "Kubernetes is supported",
  description: "Clusters and node groups run a named version of Kubernetes that has standard support.",
  level: "mandatory",
  severity: "high",
  checks: [6],
  ids: ["PR eks_cluster_uses_a_supported_version"],
  remedy: "Set version to one that has standard support and upgrade one minor version at a time.",
  url: "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
  parameters: versionParameters,
  types: ["aws:eks/cluster:Cluster", "aws:eks/nodeGroup:NodeGroup"],
  judge: ({ type, props }, judgement, settings) => {
    judgement.part(() => {
      const version = props["version"];
      // A node group takes the version of its cluster.
      if (isAbsent(version) && type === "aws:eks/nodeGroup:NodeGroup") return;
      if ((daysLeft(version, settings) ?? 0) > 0) return;
      judgement.report(
        "version",
        `Kubernetes ${shown(version)} has no standard support; use ${supportedVersions(settings)}.`,
      );
    });
  },
});
