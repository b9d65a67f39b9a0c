import { Graph } from "../../aws/graph";
import { vpcTypes } from "../../aws/subnets";
import { stackRule } from "../../core/rule";

/** By endpoints nodes pull images, take roles and write logs without the internet and without paying a NAT gateway. */
export const requireEndpoints = stackRule({
  name: "aws-ec2-vpc-require-endpoints",
  area: "cloud",
  title: "AWS is reached inside the network",
  description: "Every VPC has endpoints of the services that each node calls.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "low",
  checks: [11],
  ids: ["BPG subnets"],
  remedy:
    "Make an aws:ec2/vpcEndpoint:VpcEndpoint for each service: a gateway for s3, interfaces for the others.",
  url: "https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html",
  parameters: {
    services: {
      type: "array",
      items: { type: "string" },
      default: ["s3", "ecr.api", "ecr.dkr", "sts", "logs"],
      description: "Services that every VPC has an endpoint of, as they end the service's name.",
    },
  },
  judge: (nodes, judgement, settings) => {
    const graph = new Graph(nodes);
    for (const vpc of graph.of(vpcTypes)) {
      judgement.part(() => {
        const served = graph
          .referrers(vpc, "vpcId", ["aws:ec2/vpcEndpoint:VpcEndpoint"])
          .map(({ props }) => props["serviceName"]);
        const missing = settings
          .texts("services")
          .filter(
            (service) => !served.some((name) => typeof name === "string" && name.endsWith(`.${service}`)),
          );
        if (missing.length === 0) return;
        judgement.report(
          "",
          `the VPC has no endpoint of ${missing.join(", ")}, so nodes reach them over the internet; make them.`,
          vpc.urn,
        );
      });
    }
  },
});
