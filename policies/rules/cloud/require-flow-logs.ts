import { Graph } from "../../aws/graph";
import { vpcTypes } from "../../aws/subnets";
import { stackRule } from "../../core/rule";

/** Who spoke to whom can only be read afterwards if it was written down. */
export const requireFlowLogs = stackRule({
  name: "aws-ec2-vpc-require-flow-logs",
  area: "cloud",
  title: "Networks record their traffic",
  description: "Every VPC has a flow log of at least the connections that were refused.",
  level: "mandatory",
  severity: "medium",
  checks: [10],
  ids: ["BPG", "AWS FSBP"],
  remedy: 'Make an aws:ec2/flowLog:FlowLog with the vpcId and trafficType "ALL".',
  url: "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
  judge: (nodes, judgement) => {
    const graph = new Graph(nodes);
    for (const vpc of graph.of(vpcTypes)) {
      judgement.part(() => {
        const logs = graph.referrers(vpc, "vpcId", ["aws:ec2/flowLog:FlowLog"]);
        if (logs.some(({ props }) => ["ALL", "REJECT"].some((kind) => props["trafficType"] === kind))) return;
        judgement.report(
          "",
          "nothing records the refused connections of the VPC; make a flow log of ALL traffic.",
          vpc.urn,
        );
      });
    }
  },
});
