import { between, block, flag, list, map, matches, number, oneOf, ref, set, text } from "../fields";
import type { Model, Situation } from "../model";
import { accessEntry } from "./eks-access-entry";
import { T } from "./tokens";
import { roleTrusts } from "./trust";
import { textOf } from "../values";

// https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html; Amazon Linux 2 images ended in November 2025.
const IMAGES = [
  "AL2023_x86_64_STANDARD",
  "AL2023_ARM_64_STANDARD",
  "AL2023_x86_64_NVIDIA",
  "AL2023_ARM_64_NVIDIA",
  "AL2023_x86_64_NEURON",
  "BOTTLEROCKET_x86_64",
  "BOTTLEROCKET_ARM_64",
  "BOTTLEROCKET_x86_64_FIPS",
  "BOTTLEROCKET_ARM_64_FIPS",
  "BOTTLEROCKET_x86_64_NVIDIA",
  "BOTTLEROCKET_ARM_64_NVIDIA",
  "CUSTOM",
];

const clusterName = ref(T.cluster, { required: true, forceNew: true }, "name");

function clusterOf(s: Situation) {
  return s.account.find(T.cluster, "id", s.view.text("clusterName") ?? "", s.region);
}

const nodeGroup: Model = {
  type: T.nodeGroup,
  tags: true,
  autoName: { field: "nodeGroupName", max: 63 },
  fields: {
    amiType: text({ computed: true, forceNew: true, check: oneOf(...IMAGES) }),
    capacityType: text({
      computed: true,
      forceNew: true,
      check: oneOf("ON_DEMAND", "SPOT", "CAPACITY_BLOCK"),
    }),
    clusterName,
    diskSize: number({ computed: true, forceNew: true, check: between(1, 16384) }),
    forceUpdateVersion: flag(),
    instanceTypes: list(
      text({ check: matches(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, "must look like m7i.large") }),
      { computed: true, forceNew: true },
    ),
    labels: map(),
    launchTemplate: block({
      id: ref(T.launchTemplate, { computed: true, forceNew: true }),
      name: ref(T.launchTemplate, { computed: true, forceNew: true }, "name"),
      version: text({ required: true }),
    }),
    nodeGroupName: text({
      forceNew: true,
      check: matches(/^[0-9A-Za-z][A-Za-z0-9_-]{0,62}$/, "must have 1 to 63 letters, digits, - and _"),
    }),
    nodeRepairConfig: block({ enabled: flag() }, { computed: true }),
    nodeRoleArn: ref(T.role, { required: true, forceNew: true }, "arn"),
    releaseVersion: text({ computed: true }),
    scalingConfig: block(
      {
        desiredSize: number({ required: true, check: between(0, 450) }),
        maxSize: number({ required: true, check: between(1, 450) }),
        minSize: number({ required: true, check: between(0, 450) }),
      },
      { required: true },
    ),
    subnetIds: set(ref(T.subnet), { required: true, forceNew: true }),
    taints: set(
      block({
        effect: text({ required: true, check: oneOf("NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE") }),
        key: text({ required: true }),
        value: text(),
      }),
    ),
    updateConfig: block(
      {
        maxUnavailable: number({ check: between(1, 100) }),
        maxUnavailablePercentage: number({ check: between(1, 100) }),
      },
      { computed: true },
    ),
    version: text({ computed: true }),
  },
  computed: ["arn", "resources", "status"],
  *rules(view) {
    const scaling = view.block("scalingConfig");
    const [min, max, desired] = [
      scaling.number("minSize"),
      scaling.number("maxSize"),
      scaling.number("desiredSize"),
    ];
    if (min !== undefined && max !== undefined && min > max) {
      yield {
        property: "scalingConfig",
        reason: `Minimum capacity ${min} can't be greater than maximum size ${max}`,
      };
    }
    if (desired !== undefined && min !== undefined && desired < min) {
      yield {
        property: "scalingConfig",
        reason: `desired capacity ${desired} can't be less than minimum size ${min}`,
      };
    }
    if (desired !== undefined && max !== undefined && desired > max) {
      yield {
        property: "scalingConfig",
        reason: `desired capacity ${desired} can't be greater than max size ${max}`,
      };
    }
    const update = view.block("updateConfig");
    if (view.has("updateConfig") && update.has("maxUnavailable") === update.has("maxUnavailablePercentage")) {
      yield {
        property: "updateConfig",
        reason: "updateConfig needs exactly one of maxUnavailable, maxUnavailablePercentage",
      };
    }
    const template = view.block("launchTemplate");
    if (view.has("launchTemplate") && template.has("id") === template.has("name")) {
      yield { property: "launchTemplate", reason: "launchTemplate needs exactly one of id, name" };
    }
    if (view.has("launchTemplate") && view.has("diskSize")) {
      yield { property: "diskSize", reason: "Disk size must be specified within the launch template." };
    }
  },
  id: (s) => `${s.view.text("clusterName") ?? ""}:${s.view.text("nodeGroupName") ?? ""}`,
  outputs(s) {
    const { view } = s;
    const name = view.text("nodeGroupName") ?? "";
    const version =
      view.text("version") ?? s.self?.attributes["version"] ?? clusterOf(s)?.attributes["version"] ?? "";
    return {
      arn: s.arn("eks", `nodegroup/${view.text("clusterName") ?? ""}/${name}/${s.hex(32)}`),
      amiType: view.text("amiType") ?? "AL2023_x86_64_STANDARD",
      capacityType: view.text("capacityType") ?? "ON_DEMAND",
      diskSize: view.number("diskSize") ?? (view.has("launchTemplate") ? 0 : 20),
      instanceTypes: view.has("instanceTypes") ? [...view.texts("instanceTypes")] : ["t3.medium"],
      nodeRepairConfig: { enabled: view.block("nodeRepairConfig").flag("enabled") ?? false },
      releaseVersion: view.text("releaseVersion") ?? `${textOf(version)}.0-20261101`,
      resources: [
        {
          autoscalingGroups: [{ name: `eks-${name}-${s.hex(8, "group")}` }],
          remoteAccessSecurityGroupId: "",
        },
      ],
      status: "ACTIVE",
      updateConfig: view.has("updateConfig") ? view.block("updateConfig").props : { maxUnavailable: 1 },
      version,
    };
  },
  admit(s) {
    const cluster = clusterOf(s);
    const role = s.view.text("nodeRoleArn");
    if (role !== undefined && !roleTrusts(s, role, "ec2.amazonaws.com")) {
      s.refuse(
        "InvalidParameterException",
        `Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole arn ${role}`,
      );
    }
    if (cluster === undefined) return;
    const vpcId = (cluster.attributes["vpcConfig"] as { vpcId?: string }).vpcId;
    for (const id of s.view.texts("subnetIds")) {
      const subnet = s.account.find(T.subnet, "id", id);
      if (subnet !== undefined && subnet.attributes["vpcId"] !== vpcId) {
        s.refuse("InvalidParameterException", `The subnet ${id} is not in the cluster's VPC ${vpcId ?? ""}`);
      }
    }
    const wanted = s.view.text("version");
    if (
      wanted !== undefined &&
      Number(wanted.split(".")[1]) > Number(textOf(cluster.attributes["version"]).split(".")[1])
    ) {
      s.refuse(
        "InvalidParameterException",
        `Nodegroup Kubernetes version ${wanted} is newer than the cluster's ${textOf(cluster.attributes["version"])}`,
      );
    }
    checkTemplate(s);
    const twin = s.account
      .all(T.nodeGroup)
      .find(({ attributes }) =>
        ["clusterName", "nodeGroupName"].every((field) => attributes[field] === s.view.text(field)),
      );
    if (s.verb === "creating" && twin !== undefined) {
      s.refuse(
        "ResourceInUseException",
        `NodeGroup already exists with name ${s.view.text("nodeGroupName") ?? ""} and cluster name ${cluster.id}`,
      );
    }
  },
  companions(s) {
    const role = s.view.text("nodeRoleArn") ?? "";
    const id = `${s.view.text("clusterName") ?? ""}:${role}`;
    // EKS lets the nodes in by itself, once for each role; the entry goes with the group that caused it.
    return s.account.find(T.accessEntry, "id", id, s.region) === undefined
      ? [accessEntry(s.view.text("clusterName") ?? "", role, "EC2_LINUX")]
      : [];
  },
};

function checkTemplate(s: Situation): void {
  const chosen = s.view.block("launchTemplate");
  const template = s.account.find(T.launchTemplate, "id", chosen.text("id") ?? "");
  const version = chosen.text("version");
  if (template === undefined || version === undefined) return;
  const latest = Number(template.attributes["latestVersion"]);
  if (
    version !== "$Latest" &&
    version !== "$Default" &&
    !(Number(version) >= 1 && Number(version) <= latest)
  ) {
    s.refuse(
      "InvalidParameterException",
      `The launch template ${template.id} has no version ${version}: its latest is ${latest}`,
    );
  }
  if (template.attributes["instanceType"] !== undefined && s.view.has("instanceTypes")) {
    s.refuse("InvalidParameterException", "Cannot specify instance types in launch template and API request");
  }
}

export const nodeModels: readonly Model[] = [nodeGroup];
