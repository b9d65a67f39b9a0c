import type { Situation } from "../model";
import type { View } from "../values";
import { textOf } from "../values";
import { checkGroups, refuseTwin } from "./store-rules";
import { T } from "./tokens";

/** What contradicts itself in an instance's inputs. */
export function* instanceRules(view: View): Generator<{ property: string; reason: string }> {
  const isReplica = view.has("replicateSourceDb");
  for (const field of isReplica ? ["username", "dbName", "password"] : []) {
    if (view.has(field)) yield { property: field, reason: `${field} cannot be given for a read replica` };
  }
  for (const field of isReplica ? [] : ["engine", "allocatedStorage", "username", "password"]) {
    if (!view.has(field))
      yield { property: field, reason: `${field} is required unless replicateSourceDb is given` };
  }
  if (view.flag("skipFinalSnapshot") === false && !view.has("finalSnapshotIdentifier")) {
    yield {
      property: "finalSnapshotIdentifier",
      reason: "finalSnapshotIdentifier is required when skipFinalSnapshot is false",
    };
  }
  if (view.has("kmsKeyId") && view.flag("storageEncrypted") !== true && !view.unknown("storageEncrypted")) {
    yield { property: "kmsKeyId", reason: "kmsKeyId needs storageEncrypted" };
  }
  if (view.flag("performanceInsightsEnabled") !== true) {
    for (const field of ["performanceInsightsKmsKeyId", "performanceInsightsRetentionPeriod"]) {
      if (view.has(field)) yield { property: field, reason: `${field} needs performanceInsightsEnabled` };
    }
  }
}

export function majorOf(version: string | undefined): string {
  return version?.split(".")[0] ?? "";
}

function vpcOf(s: Situation, group: string | undefined): string | undefined {
  const found = group === undefined ? undefined : s.account.find(T.dbSubnets, "name", group, s.region);
  return found === undefined ? undefined : textOf(found.attributes["vpcId"]);
}

/** The instance that a read replica follows. */
export function sourceOf(s: Situation) {
  const source = s.view.text("replicateSourceDb") ?? "";
  return (
    s.account.find(T.dbInstance, "identifier", source, s.region) ??
    s.account.find(T.dbInstance, "arn", source, s.region)
  );
}

/** What AWS refuses when it sees the rest of the account. */
export function admitInstance(s: Situation): void {
  const { view, self } = s;
  refuseTwin(s, "identifier", "DBInstanceAlreadyExists");
  checkGroups(s, view.texts("vpcSecurityGroupIds"), vpcOf(s, view.text("dbSubnetGroupName")));
  const [before, wanted] = [self?.attributes["allocatedStorage"], view.number("allocatedStorage")];
  if (typeof before === "number" && wanted !== undefined && wanted < before) {
    s.refuse(
      "InvalidParameterCombination",
      `You can't reduce the allocated storage from ${before} to ${wanted} GiB.`,
    );
  }
  const family = s.account.find(T.dbParameters, "name", view.text("parameterGroupName") ?? "", s.region);
  const version = view.text("engineVersion");
  if (
    version !== undefined &&
    family !== undefined &&
    textOf(family.attributes["family"]) !== `postgres${majorOf(version)}`
  ) {
    s.refuse(
      "InvalidParameterCombination",
      `The parameter group ${family.id} with DBParameterGroupFamily ${textOf(family.attributes["family"])} can't be used for this instance. Please use a group with postgres${majorOf(version)}.`,
    );
  }
  const running = textOf(self?.attributes["engineVersion"]);
  if (
    version !== undefined &&
    running !== "" &&
    majorOf(version) !== majorOf(running) &&
    view.flag("allowMajorVersionUpgrade") !== true
  ) {
    s.refuse(
      "InvalidParameterCombination",
      "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
    );
  }
  if (!view.has("replicateSourceDb")) return;
  const source = sourceOf(s);
  if (source === undefined)
    s.refuse("DBInstanceNotFound", `DBInstance ${view.text("replicateSourceDb") ?? ""} not found.`);
  if (source.attributes["backupRetentionPeriod"] === 0) {
    s.refuse(
      "InvalidDBInstanceState",
      `Automated backups are not enabled for this database instance: ${source.id}. To enable automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value.`,
    );
  }
}
