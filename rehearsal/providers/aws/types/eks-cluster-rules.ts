import { overlaps, parseBlock } from "../cidr";
import type { Companion, Situation } from "../model";
import type { View } from "../values";
import { textOf } from "../values";
import { accessEntry } from "./eks-access-entry";
import { implicitLogGroup } from "./logs";
import { T } from "./tokens";
import { hasPolicy, roleTrusts } from "./trust";

/** The three switches of Auto Mode: compute, load balancing, block storage. */
export function switches(view: View): boolean[] {
  return [
    view.block("computeConfig").flag("enabled") === true,
    view.block("kubernetesNetworkConfig").block("elasticLoadBalancing").flag("enabled") === true,
    view.block("storageConfig").block("blockStorage").flag("enabled") === true,
  ];
}

/** The group that EKS makes for a cluster. */
export function groupId(s: Situation): string {
  return `sg-0${s.hex(16, "cluster")}`;
}

/** The VPC that the cluster's subnets lie in; empty while they are unknown. */
export function vpcOf(s: Situation): string {
  const [first = ""] = s.view.block("vpcConfig").texts("subnetIds");
  return textOf(s.account.find(T.subnet, "id", first)?.attributes["vpcId"]);
}

/** @throws AwsError when the subnets cannot carry a cluster. */
export function checkSubnets(s: Situation): void {
  const subnets = s.view
    .block("vpcConfig")
    .texts("subnetIds")
    .flatMap((id) => s.account.find(T.subnet, "id", id) ?? []);
  if (s.view.block("vpcConfig").unknown("subnetIds")) return;
  if (new Set(subnets.map(({ attributes }) => attributes["availabilityZone"])).size < 2) {
    s.refuse("InvalidParameterException", "Subnets specified must be in at least two different AZs");
  }
  if (new Set(subnets.map(({ attributes }) => attributes["vpcId"])).size > 1) {
    s.refuse("InvalidParameterException", "Subnets specified must all be in one VPC");
  }
  const services = parseBlock(s.view.block("kubernetesNetworkConfig").text("serviceIpv4Cidr") ?? "");
  const own = parseBlock(textOf(s.account.find(T.vpc, "id", vpcOf(s))?.attributes["cidrBlock"]));
  if (services !== undefined && own !== undefined && overlaps(services, own)) {
    s.refuse(
      "InvalidParameterException",
      `serviceIpv4Cidr ${services.cidr} overlaps with the VPC's block ${own.cidr}`,
    );
  }
}

/** @throws AwsError when EKS could not work with the role. */
export function checkRole(s: Situation): void {
  const role = s.view.text("roleArn");
  if (role === undefined || s.verb !== "creating") return;
  if (!roleTrusts(s, role, "eks.amazonaws.com")) {
    s.refuse(
      "InvalidParameterException",
      `Role with arn: ${role}, could not be assumed because its trust policy does not name eks.amazonaws.com`,
    );
  }
  // The real provider retries this for two minutes; here what must come first has to be said by dependsOn.
  if (!s.preview && !hasPolicy(s, role, "AmazonEKSClusterPolicy")) {
    s.refuse(
      "InvalidParameterException",
      "The provided role doesn't have the Amazon EKS Managed Policies associated with it: AmazonEKSClusterPolicy must be attached before the cluster is made",
    );
  }
}

/** @throws AwsError when an update skips a minor version. */
export function checkVersion(s: Situation): void {
  const wanted = s.view.text("version");
  const now = s.self?.attributes["version"];
  if (wanted === undefined || typeof now !== "string") return;
  const step = Number(wanted.split(".")[1]) - Number(now.split(".")[1]);
  if (Math.abs(step) > 1) {
    s.refuse(
      "InvalidParameterException",
      `Unsupported Kubernetes minor version update from ${now} to ${wanted}`,
    );
  }
}

/** What EKS makes along with a cluster: a security group, access entries, and the log group if there is none. */
export function companions(s: Situation): Companion[] {
  const { view } = s;
  const name = view.text("name") ?? "";
  const made: Companion[] = [
    {
      type: T.securityGroup,
      id: groupId(s),
      owned: true,
      attributes: {
        vpcId: vpcOf(s),
        name: `eks-cluster-sg-${name}-${Number.parseInt(s.hex(8, "group"), 16)}`,
        description:
          "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.",
      },
    },
  ];
  const access = view.block("accessConfig");
  if (access.flag("bootstrapClusterCreatorAdminPermissions") ?? true) {
    made.push(accessEntry(name, `arn:${s.partition}:iam::${s.accountId}:user/rehearsal`, "STANDARD"));
  }
  const nodeRole = view.block("computeConfig").text("nodeRoleArn");
  if (nodeRole !== undefined) made.push(accessEntry(name, nodeRole, "EC2"));
  const logs = `/aws/eks/${name}/cluster`;
  if (
    view.texts("enabledClusterLogTypes").length > 0 &&
    s.account.find(T.logGroup, "id", logs, s.region) === undefined
  ) {
    made.push(implicitLogGroup(s, logs));
  }
  return made;
}
