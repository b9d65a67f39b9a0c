import { isAbsent, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

const table = "aws:dynamodb/table:Table";
const instance = "aws:rds/instance:Instance";

/** AWS itself refuses to delete the store, whoever asks. */
export const requireStoreDeletionProtection = resourceRule({
  name: "aws-data-store-require-deletion-protection",
  area: "storage",
  title: "Stores cannot be deleted by mistake",
  description: "AWS refuses to delete a database until its protection is taken away.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "high",
  checks: [37],
  ids: ["AWS FSBP"],
  remedy: "Set deletionProtection, or deletionProtectionEnabled of a table, to true.",
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
  types: [
    instance,
    "aws:rds/cluster:Cluster",
    "aws:docdb/cluster:Cluster",
    "aws:neptune/cluster:Cluster",
    table,
  ],
  judge: ({ type, props }, judgement) => {
    judgement.part(() => {
      const field = type === table ? "deletionProtectionEnabled" : "deletionProtection";
      const isProtected = props[field];
      if (isProtected === true) return;
      // A read replica is made again from its source.
      if (type === instance && !isAbsent(props["replicateSourceDb"])) return;
      judgement.report(
        field,
        `one call deletes the store: ${field} is ${shown(isProtected)}; set it to true.`,
      );
    });
  },
});
