import { shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** EKS itself refuses to delete the cluster, whoever asks. */
export const requireClusterDeletionProtection = resourceRule({
  name: "aws-eks-cluster-require-deletion-protection",
  area: "cluster",
  title: "The cluster cannot be deleted by mistake",
  description: "EKS refuses to delete the cluster until its protection is taken away.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "medium",
  checks: [5],
  ids: ["PR eks_cluster_deletion_protection_enabled"],
  remedy: "Set deletionProtection: true.",
  url: "https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html",
  types: ["aws:eks/cluster:Cluster"],
  judge: ({ props }, judgement) => {
    judgement.part(() => {
      const isProtected = props["deletionProtection"];
      if (isProtected === true) return;
      judgement.report(
        "deletionProtection",
        `one call deletes the cluster: deletionProtection is ${shown(isProtected)}; set it to true.`,
      );
    });
  },
});
