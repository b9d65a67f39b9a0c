import { at, isAbsent } from "../../core/json";
import type { Fields } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** What is missing for a store to outlive a zone; undefined when nothing is. */
const missing: Readonly<Record<string, (props: Fields) => string | undefined>> = {
  // A read replica is no more than its source has.
  "aws:rds/instance:Instance": ({ multiAz, replicateSourceDb }) =>
    multiAz === true || !isAbsent(replicateSourceDb) ? undefined : "multiAz",
  "aws:elasticache/replicationGroup:ReplicationGroup": ({ multiAzEnabled, automaticFailoverEnabled }) => {
    if (multiAzEnabled !== true) return "multiAzEnabled";
    return automaticFailoverEnabled === true ? undefined : "automaticFailoverEnabled";
  },
  "aws:opensearch/domain:Domain": ({ clusterConfig }) =>
    at(clusterConfig, "zoneAwarenessEnabled") === true ||
    at(clusterConfig, "multiAzWithStandbyEnabled") === true
      ? undefined
      : "clusterConfig.zoneAwarenessEnabled",
  "aws:elasticsearch/domain:Domain": ({ clusterConfig }) =>
    at(clusterConfig, "zoneAwarenessEnabled") === true ? undefined : "clusterConfig.zoneAwarenessEnabled",
};

/** Clusters of Aurora and the like have it by the number of their instances, which is not said in the cluster. */
export const requireStoreZones = resourceRule({
  name: "aws-data-store-require-zones",
  area: "storage",
  title: "Stores outlive a zone",
  description: "Databases, caches and search domains have a copy in a second zone that takes over.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "medium",
  checks: [37],
  ids: ["AWS FSBP"],
  remedy: "Set multiAz, multiAzEnabled and automaticFailoverEnabled, or zoneAwarenessEnabled to true.",
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.html",
  types: Object.keys(missing),
  judge: ({ type, props }, judgement) => {
    judgement.part(() => {
      const path = missing[type]?.(props);
      if (path === undefined) return;
      judgement.report(path, `the store is lost with its zone; set ${path} to true.`);
    });
  },
});
