import { Graph } from "../../aws/graph";
import { subnetTypes, zoneOf } from "../../aws/subnets";
import { at, list } from "../../core/json";
import type { Node } from "../../core/rule";
import { stackRule } from "../../core/rule";

/** Zones of subnets; of subnets outside the stack each counts as one, for nobody can tell from here. */
function zonesOf(node: Node, property: string, subnetIds: () => unknown, graph: Graph): ReadonlySet<string> {
  const subnets = graph.targets(node, property, subnetIds, subnetTypes);
  const zones = subnets.map(zoneOf);
  // The length of a list is known even where its ids are not.
  const others = Math.max(0, list(subnetIds()).length - subnets.length);
  return new Set([...zones, ...Array.from({ length: others }, (_, index) => `${node.urn}#${index}`)]);
}

/** Two zones lose half of everything with one of them, and a quorum of three needs three. */
export const requireZones = stackRule({
  name: "aws-eks-cluster-require-zones",
  area: "cluster",
  title: "The cluster spans three zones",
  description:
    "The subnets of each cluster, and those of its node groups together, lie in three zones or more.",
  level: "mandatory",
  severity: "medium",
  checks: [7],
  ids: ["CIS 5.4.3", "BPG"],
  remedy: "Give the cluster a private subnet in each of three zones, and each zone nodes.",
  url: "https://docs.aws.amazon.com/eks/latest/best-practices/subnets.html",
  parameters: {
    zones: { type: "integer", minimum: 1, default: 3, description: "Fewest availability zones." },
  },
  judge: (nodes, judgement, settings) => {
    const graph = new Graph(nodes);
    const fewest = settings.number("zones");
    for (const cluster of graph.of(["aws:eks/cluster:Cluster"])) {
      judgement.part(() => {
        const subnetIds = (): unknown => at(cluster.props["vpcConfig"], "subnetIds");
        const { size } = zonesOf(cluster, "vpcConfig", subnetIds, graph);
        if (size >= fewest) return;
        judgement.report(
          "vpcConfig.subnetIds",
          `the cluster spans ${size} zones; give it subnets in ${fewest}.`,
          cluster.urn,
        );
      });
      judgement.part(() => {
        const groups = graph.referrers(cluster, "clusterName", ["aws:eks/nodeGroup:NodeGroup"]);
        if (groups.length === 0) return;
        const zones = groups.flatMap((group) => [
          ...zonesOf(group, "subnetIds", () => group.props["subnetIds"], graph),
        ]);
        const { size } = new Set(zones);
        if (size >= fewest) return;
        judgement.report(
          "",
          `the node groups of the cluster span ${size} zones; give them subnets in ${fewest}.`,
          cluster.urn,
        );
      });
    }
  },
});
