import { Graph } from "../../aws/graph";
import { vpcTypes } from "../../aws/subnets";
import { list } from "../../core/json";
import { stackRule } from "../../core/rule";

const group = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const ownGroup = "aws:ec2/securityGroup:SecurityGroup";
const rules: readonly string[] = [
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:ec2/securityGroupRule:SecurityGroupRule",
];

/** AWS gives its own group to whatever is started without one, and lets its members speak to each other and out. */
export const requireClosedDefaultGroup = stackRule({
  name: "aws-ec2-vpc-require-closed-default-group",
  area: "cloud",
  title: "The default security group is closed",
  description: "The default security group of every VPC has no rule.",
  level: "mandatory",
  severity: "medium",
  checks: [10],
  ids: ["BPG", "AWS FSBP"],
  remedy:
    "Make an aws:ec2/defaultSecurityGroup:DefaultSecurityGroup with the vpcId and neither ingress nor egress.",
  url: "https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
  judge: (nodes, judgement) => {
    const graph = new Graph(nodes);
    for (const vpc of graph.of(vpcTypes)) {
      judgement.part(() => {
        if (graph.referrers(vpc, "vpcId", [group]).length > 0) return;
        judgement.report(
          "",
          "the VPC's default security group keeps the rules that AWS gave it; take them away with a DefaultSecurityGroup.",
          vpc.urn,
        );
      });
    }
    for (const own of graph.of([group])) {
      for (const field of ["ingress", "egress"]) {
        judgement.part(() => {
          const { length } = list(own.props[field]);
          if (length === 0) return;
          judgement.report(field, `the default security group has ${length} rules; take them away.`, own.urn);
        });
      }
      for (const rule of graph.of(rules)) {
        judgement.part(() => {
          // A group of one's own tells as well that it is not this one.
          const target = graph.target(rule, "securityGroupId", [group, ownGroup]);
          if (target !== own) return;
          judgement.report(
            "securityGroupId",
            "the rule opens the default security group; make a group of your own.",
            rule.urn,
          );
        });
      }
    }
  },
});
