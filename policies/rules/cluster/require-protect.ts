import { isAbsent } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** The engine refuses to delete or to replace what cannot be made again as it was. */
export const requireProtect = resourceRule({
  name: "aws-any-resource-require-protect",
  area: "cluster",
  title: "What cannot be made again is protected",
  description:
    "Clusters, databases, caches, search domains, file systems, vaults and keys are protected by the engine.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "high",
  checks: [5],
  ids: [],
  remedy: "Give the resource the option protect: true.",
  url: "https://www.pulumi.com/docs/iac/concepts/options/protect/",
  types: [
    "aws:eks/cluster:Cluster",
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:docdb/cluster:Cluster",
    "aws:neptune/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:memorydb/cluster:Cluster",
    "aws:opensearch/domain:Domain",
    "aws:efs/fileSystem:FileSystem",
    "aws:dynamodb/table:Table",
    "aws:backup/vault:Vault",
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
  ],
  judge: ({ type, props, isProtected }, judgement) => {
    if (isProtected) return;
    judgement.part(() => {
      // A read replica is made again from its source.
      const source = type === "aws:rds/instance:Instance" ? props["replicateSourceDb"] : undefined;
      if (!isAbsent(source) && source !== "") return;
      judgement.report("", "the engine would delete or replace it when asked; set the option protect: true.");
    });
  },
});
