import { block, flag, matches, number, oneOf, ref, text } from "../fields";
import type { Model, Situation } from "../model";
import { T } from "./tokens";
import { keyServesLogs, roleTrusts } from "./trust";

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const RETENTIONS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** A cluster that writes its control-plane logs into this group. */
function writerOf(s: Situation): string | undefined {
  const name = s.view.text("name") ?? "";
  const cluster = s.account
    .all(T.cluster)
    .find(
      ({ id, attributes }) =>
        name === `/aws/eks/${id}/cluster` && (attributes["enabledClusterLogTypes"] as unknown[]).length > 0,
    );
  return cluster?.id;
}

const logGroup: Model = {
  type: T.logGroup,
  tags: true,
  autoName: { field: "name", max: 512 },
  fields: {
    deletionProtectionEnabled: flag({ computed: true }),
    kmsKeyId: ref(T.key, {}, "arn"),
    logGroupClass: text({
      computed: true,
      forceNew: true,
      check: oneOf("STANDARD", "INFREQUENT_ACCESS", "DELIVERY"),
    }),
    name: text({
      forceNew: true,
      check: matches(
        /^[.\-_/#A-Za-z0-9]{1,512}$/,
        "may have 1 to 512 characters of a-z, A-Z, 0-9 and . - _ / #",
      ),
    }),
    retentionInDays: number({
      default: 0,
      check: (days) => (RETENTIONS.includes(days) ? undefined : `must be one of ${RETENTIONS.join(", ")}`),
    }),
    skipDestroy: flag({ default: false }),
  },
  computed: ["arn"],
  id: (s) => s.view.text("name") ?? "",
  outputs: (s) => ({
    arn: s.arn("logs", `log-group:${s.id}`),
    logGroupClass: s.view.text("logGroupClass") ?? "STANDARD",
    deletionProtectionEnabled: s.view.flag("deletionProtectionEnabled") ?? false,
  }),
  admit(s) {
    const name = s.view.text("name");
    if (
      s.verb === "creating" &&
      name !== undefined &&
      s.account.find(T.logGroup, "id", name, s.region) !== undefined
    ) {
      s.refuse("ResourceAlreadyExistsException", `The specified log group already exists: ${name}`);
    }
    const key = s.view.text("kmsKeyId");
    if (key !== undefined && !s.preview && !keyServesLogs(s, key, s.arn("logs", `log-group:${name ?? ""}`))) {
      s.refuse(
        "InvalidParameterException",
        `The specified KMS key does not exist or is not allowed to be used with ${s.arn("logs", `log-group:${name ?? ""}`)}: its key policy must let logs.${s.region}.amazonaws.com use it for this group.`,
      );
    }
  },
  release(s) {
    if (s.view.flag("deletionProtectionEnabled") === true) {
      s.refuse("ValidationException", `The log group ${s.id} has deletion protection enabled.`);
    }
  },
  // A cluster that still logs makes its group anew: who deletes the group first is left with one that nobody owns.
  leaves: (s) => (writerOf(s) === undefined ? [] : [implicitLogGroup(s, s.view.text("name") ?? "")]),
};

/** The log group that EKS makes when it finds none. */
export function implicitLogGroup(s: Situation, name: string) {
  return {
    type: T.logGroup,
    id: name,
    owned: false,
    attributes: {
      name,
      arn: s.arn("logs", `log-group:${name}`),
      retentionInDays: 0,
      logGroupClass: "STANDARD",
    },
  };
}

const flowLog: Model = {
  type: T.flowLog,
  tags: true,
  fields: {
    destinationOptions: block(
      {
        fileFormat: text({ default: "plain-text", forceNew: true, check: oneOf("plain-text", "parquet") }),
        hiveCompatiblePartitions: flag({ default: false, forceNew: true }),
        perHourPartition: flag({ default: false, forceNew: true }),
      },
      { forceNew: true },
    ),
    iamRoleArn: ref(T.role, { forceNew: true }, "arn"),
    logDestination: ref(T.logGroup, { required: true, forceNew: true }, "arn"),
    // Only this destination is modelled: buckets and delivery streams are not in the account yet.
    logDestinationType: text({
      default: "cloud-watch-logs",
      forceNew: true,
      check: oneOf("cloud-watch-logs"),
    }),
    logFormat: text({ computed: true, forceNew: true }),
    maxAggregationInterval: number({
      default: 600,
      forceNew: true,
      check: (seconds) => (seconds === 60 || seconds === 600 ? undefined : "must be 60 or 600"),
    }),
    subnetId: ref(T.subnet, { forceNew: true }),
    trafficType: text({ forceNew: true, check: oneOf("ACCEPT", "REJECT", "ALL") }),
    vpcId: ref(T.vpc, { forceNew: true }),
  },
  computed: ["arn"],
  *rules(view) {
    if (view.has("vpcId") === view.has("subnetId")) {
      yield { property: "vpcId", reason: "a flow log needs exactly one of vpcId, subnetId" };
    }
    if (!view.has("trafficType")) yield { property: "trafficType", reason: "trafficType is required" };
    if (!view.has("iamRoleArn"))
      yield { property: "iamRoleArn", reason: "a flow log into cloud-watch-logs needs iamRoleArn" };
    if (view.has("destinationOptions")) {
      yield { property: "destinationOptions", reason: "destinationOptions goes with a bucket only" };
    }
  },
  goesWith: { field: "vpcId", type: T.vpc, by: "id" },
  id: (s) => `fl-0${s.hex(16)}`,
  outputs: (s) => ({
    arn: s.arn("ec2", `vpc-flow-log/${s.id}`),
    logFormat:
      s.view.text("logFormat") ??
      "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}",
  }),
  admit(s) {
    const role = s.view.text("iamRoleArn");
    if (role !== undefined && !roleTrusts(s, role, "vpc-flow-logs.amazonaws.com")) {
      s.refuse(
        "InvalidParameter",
        `Unable to assume given IAM role ${role}: its trust policy must name vpc-flow-logs.amazonaws.com`,
      );
    }
    const twin = s.account
      .all(T.flowLog)
      .find(({ attributes }) =>
        ["vpcId", "subnetId", "logDestination"].every((field) => attributes[field] === s.view.props[field]),
      );
    if (twin !== undefined && s.verb === "creating") {
      s.refuse(
        "FlowLogAlreadyExists",
        `There is an existing Flow Log with the same configuration and log destination (${twin.id}).`,
      );
    }
  },
};

export const logModels: readonly Model[] = [logGroup, flowLog];
