import { Graph } from "../../aws/graph";
import { defaultRoutesOf, gatewayOf, routedSubnets, subnetTypes } from "../../aws/subnets";
import { at } from "../../core/json";
import type { Node } from "../../core/rule";
import { stackRule } from "../../core/rule";

/** A subnet whose default route is an internet gateway is public, whatever its name says. */
export const requirePrivateSubnets = stackRule({
  name: "aws-eks-cluster-require-private-subnets",
  area: "cluster",
  title: "Nodes stand in private subnets",
  description: "No subnet of a cluster or a node group has a route to an internet gateway.",
  level: "mandatory",
  severity: "high",
  checks: [7],
  ids: ["CIS 5.4.3", "BPG"],
  remedy: "Use subnets whose default route is a NAT gateway.",
  url: "https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html",
  judge: (nodes, judgement) => {
    const graph = new Graph(nodes);
    const publicSubnets = new Set<Node>();
    for (const { subnet, table } of routedSubnets(graph, judgement)) {
      for (const route of defaultRoutesOf(table, graph, judgement)) {
        judgement.part(() => {
          const gateway = gatewayOf(route, "gatewayId", "aws:ec2/internetGateway:InternetGateway", graph);
          if (gateway !== undefined || String(route.gateway("gatewayId")).startsWith("igw-")) {
            publicSubnets.add(subnet);
          }
        });
      }
    }
    const users: readonly [string, string, (node: Node) => unknown][] = [
      ["aws:eks/cluster:Cluster", "vpcConfig", ({ props }) => at(props["vpcConfig"], "subnetIds")],
      ["aws:eks/nodeGroup:NodeGroup", "subnetIds", ({ props }) => props["subnetIds"]],
    ];
    for (const [type, property, subnetIds] of users) {
      for (const user of graph.of([type])) {
        judgement.part(() => {
          for (const subnet of graph.targets(user, property, () => subnetIds(user), subnetTypes)) {
            if (!publicSubnets.has(subnet)) continue;
            judgement.report(
              property,
              `${subnet.name} is a public subnet, for it has a route to an internet gateway; use a private one.`,
              user.urn,
            );
          }
        });
      }
    }
  },
});
