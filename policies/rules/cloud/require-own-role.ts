import { Graph } from "../../aws/graph";
import { shown } from "../../core/json";
import { stackRule } from "../../core/rule";

const association = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

/** A role of two workloads has the rights of both, and in CloudTrail nobody can tell them apart. */
export const requireOwnRole = stackRule({
  name: "aws-eks-pod-identity-association-require-own-role",
  area: "cloud",
  title: "Each workload has its own role",
  description: "No two service accounts have the same role by Pod Identity.",
  level: "mandatory",
  severity: "medium",
  checks: [32],
  ids: ["CIS 5.2.1", "BPG"],
  remedy: "Make a role for each service account, with its own rights.",
  url: "https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html",
  judge: (nodes, judgement) => {
    const graph = new Graph(nodes);
    const holders = new Map<string, string>();
    for (const node of graph.of([association])) {
      judgement.part(() => {
        const { props } = node;
        const holder = `${shown(props["namespace"])}/${shown(props["serviceAccount"])}`.replaceAll('"', "");
        const made = graph.target(node, "roleArn", ["aws:iam/role:Role"]);
        const role = made?.urn ?? String(props["roleArn"]);
        const first = holders.get(role) ?? holder;
        holders.set(role, first);
        // The same service account of another cluster is the same workload.
        if (first === holder) return;
        judgement.report("roleArn", `${holder} has the role of ${first}; make a role of its own.`, node.urn);
      });
    }
  },
});
