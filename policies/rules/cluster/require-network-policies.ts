import { documentOf } from "../../aws/documents";
import { Graph } from "../../aws/graph";
import { at } from "../../core/json";
import type { Node } from "../../core/rule";
import { stackRule } from "../../core/rule";

const isOn = (value: unknown): boolean => value === true || value === "true";

/** The ConfigMap by which Auto Mode is told to enforce: https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html */
function isSwitch({ props, inputs = props }: Node): boolean {
  // As the program wrote it: before there is a cluster its provider answers with nothing.
  return (
    at(inputs["metadata"], "name") === "amazon-vpc-cni" &&
    at(inputs["metadata"], "namespace") === "kube-system" &&
    isOn(at(inputs["data"], "enable-network-policy-controller"))
  );
}

/** The VPC CNI takes NetworkPolicies without a word and enforces none of them unless it is told to. */
export const requireNetworkPolicies = stackRule({
  name: "aws-eks-cluster-require-network-policies",
  area: "cluster",
  title: "The cluster enforces network policies",
  description: "Each cluster is told to enforce NetworkPolicies: its VPC CNI, or Auto Mode.",
  level: "mandatory",
  severity: "high",
  checks: [28],
  ids: ["CIS 4.3.1", "PR eks_cluster_network_policy_enabled"],
  remedy:
    'Give the add-on vpc-cni configurationValues {"enableNetworkPolicy":"true"}; on Auto Mode set enable-network-policy-controller: "true" in the ConfigMap kube-system/amazon-vpc-cni.',
  url: "https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html",
  judge: (nodes, judgement) => {
    const graph = new Graph(nodes);
    for (const cluster of graph.of(["aws:eks/cluster:Cluster"])) {
      judgement.part(() => {
        if (at(cluster.props["computeConfig"], "enabled") === true) {
          // Which cluster an object goes to is not in the graph, so one switch is taken for any cluster of the stack.
          if (graph.of(["kubernetes:core/v1:ConfigMap"]).some(isSwitch)) return;
          judgement.report(
            "",
            "Auto Mode enforces no NetworkPolicy; make the ConfigMap kube-system/amazon-vpc-cni that switches it on.",
            cluster.urn,
          );
          return;
        }
        const addon = graph
          .referrers(cluster, "clusterName", ["aws:eks/addon:Addon"])
          .find(({ props }) => props["addonName"] === "vpc-cni");
        if (addon === undefined) {
          judgement.report(
            "",
            "the cluster has the VPC CNI that EKS installs by itself, which enforces no NetworkPolicy; make the add-on vpc-cni.",
            cluster.urn,
          );
          return;
        }
        judgement.part(() => {
          if (isOn(documentOf(addon.props["configurationValues"])?.["enableNetworkPolicy"])) return;
          judgement.report(
            "configurationValues",
            'the VPC CNI enforces no NetworkPolicy; set {"enableNetworkPolicy":"true"}.',
            addon.urn,
          );
        });
      });
    }
  },
});
