import { at, isAbsent, list, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

const domains: readonly string[] = ["aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"];

/** A store with a public address is one password away from everybody. */
export const forbidPublicStores = resourceRule({
  name: "aws-data-store-forbid-public-access",
  area: "storage",
  title: "Stores are not public",
  description: "No database has a public address, and every search domain stands in a VPC.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "critical",
  checks: [37],
  ids: ["AWS FSBP"],
  remedy: "Set publiclyAccessible: false, or give the domain vpcOptions with subnetIds.",
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
  types: [
    "aws:rds/instance:Instance",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:neptune/clusterInstance:ClusterInstance",
    "aws:redshift/cluster:Cluster",
    ...domains,
  ],
  judge: ({ type, props }, judgement) => {
    judgement.part(() => {
      if (domains.includes(type)) {
        if (list(at(props["vpcOptions"], "subnetIds")).length > 0) return;
        judgement.report(
          "vpcOptions.subnetIds",
          "the domain has a public endpoint; put it into subnets of your VPC.",
        );
        return;
      }
      const isPublic = props["publiclyAccessible"];
      if (isAbsent(isPublic) || isPublic === false) return;
      judgement.report(
        "publiclyAccessible",
        `the store has a public address: publiclyAccessible is ${shown(isPublic)}; set it to false.`,
      );
    });
  },
});
