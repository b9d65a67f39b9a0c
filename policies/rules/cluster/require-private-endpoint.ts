import { isOpen } from "../../aws/cidrs";
import { fields, isAbsent, list, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** Whoever reaches the API server can try to log in, so only the VPC reaches it, and what is named. */
export const requirePrivateEndpoint = resourceRule({
  name: "aws-eks-cluster-require-private-endpoint",
  area: "cluster",
  title: "The API endpoint is private",
  description:
    "The API server answers inside the VPC; from outside it answers nobody, or the address blocks that are named.",
  level: "mandatory",
  severity: "critical",
  checks: [1],
  ids: ["CIS 5.4.1", "CIS 5.4.2", "PR eks_cluster_not_publicly_accessible"],
  remedy:
    "Set vpcConfig.endpointPrivateAccess: true and endpointPublicAccess: false, or name your own blocks in publicAccessCidrs.",
  url: "https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",
  parameters: {
    shortestPrefix: {
      type: "integer",
      minimum: 1,
      maximum: 32,
      default: 16,
      description: "Shortest prefix of an IPv4 block that may reach the endpoint; twice as long for IPv6.",
    },
  },
  types: ["aws:eks/cluster:Cluster"],
  judge: ({ props }, judgement, settings) => {
    judgement.part(() => {
      const config = fields(props["vpcConfig"]);
      judgement.part(() => {
        // Off by default.
        const isPrivate = config["endpointPrivateAccess"];
        if (isPrivate === true) return;
        judgement.report(
          "vpcConfig.endpointPrivateAccess",
          `the API server does not answer inside the VPC: endpointPrivateAccess is ${shown(isPrivate)}; set it to true.`,
        );
      });
      judgement.part(() => {
        // On by default.
        if (config["endpointPublicAccess"] === false) return;
        const path = "vpcConfig.publicAccessCidrs";
        const cidrs = config["publicAccessCidrs"];
        // EKS takes an absent list, and an empty one, for all of the internet.
        if (isAbsent(cidrs) || list(cidrs).length === 0) {
          judgement.report(
            path,
            "the whole internet reaches the API server; set endpointPublicAccess: false, or name your own blocks.",
          );
          return;
        }
        judgement.each(cidrs, (cidr, index) => {
          if (!isOpen(cidr, settings.number("shortestPrefix"))) return;
          judgement.report(
            `${path}[${index}]`,
            `${shown(cidr)} lets most of the internet reach the API server; name only your own blocks.`,
          );
        });
      });
    });
  },
});
