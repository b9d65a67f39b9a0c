import type * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../common/contracts";
import type { Compute } from "./types";

/** A statement of a role's trust policy: it names who may, besides what. */
export interface TrustStatement {
  readonly Effect: "Allow";
  readonly Principal: { readonly Service: string };
  readonly Action: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;
}

export interface PolicyDocument<Statement> {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

/** Lets an AWS service take a role. Auto Mode also tags its sessions. */
export function serviceTrust(
  service: "eks" | "ec2",
  actions: readonly string[],
): PolicyDocument<TrustStatement> {
  return document([{ Effect: "Allow", Principal: { Service: `${service}.amazonaws.com` }, Action: actions }]);
}

/** Whose pods may take a role through Pod Identity. */
export interface PodIdentitySource {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly accountId: pulumi.Input<string>;
  readonly clusterArn: pulumi.Input<string>;
}

/**
 * Lets one service account of one cluster take a role. Without the conditions every association that anybody in
 * the account makes could hand the role to any pod.
 */
export function podIdentityTrust(source: PodIdentitySource): PolicyDocument<TrustStatement> {
  return document([
    {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: {
        StringEquals: {
          "aws:SourceAccount": source.accountId,
          "aws:RequestTag/kubernetes-namespace": source.namespace,
          "aws:RequestTag/kubernetes-service-account": source.serviceAccount,
        },
        ArnEquals: { "aws:SourceArn": source.clusterArn },
      },
    },
  ]);
}

/** The policy of a workload's role, as IAM writes it. */
export function rightsDocument(statements: readonly PolicyStatement[]): PolicyDocument<object> {
  return document(
    statements.map(({ actions, resources, conditions }) => ({
      Effect: "Allow",
      Action: actions,
      Resource: resources,
      ...(conditions === undefined ? {} : { Condition: conditions }),
    })),
  );
}

/** What making volumes that are encrypted with a customer key needs, on that key alone. */
export function volumeKeyStatements(kmsKeyArn: pulumi.Input<string>): readonly PolicyStatement[] {
  return [
    {
      actions: ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
      resources: [kmsKeyArn],
      conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
    {
      actions: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
      resources: [kmsKeyArn],
    },
  ];
}

const CLUSTER_POLICIES: Readonly<Record<Compute, readonly string[]>> = {
  auto: [
    "AmazonEKSClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
  ],
  managed: ["AmazonEKSClusterPolicy"],
};

// No CNI and no volume rights here: every pod of a node can reach its node's role, so those go to the add-ons alone.
const NODE_POLICIES: Readonly<Record<Compute, readonly string[]>> = {
  auto: ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"],
  managed: ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"],
};

/** Names of the AWS managed policies of the control plane's role. */
export function clusterPolicies(compute: Compute): readonly string[] {
  return CLUSTER_POLICIES[compute];
}

/** Names of the AWS managed policies of the nodes' role. */
export function nodePolicies(compute: Compute): readonly string[] {
  return NODE_POLICIES[compute];
}

/** One statement of a key policy, known before anything runs. */
export interface KeyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: { readonly Service: string } | { readonly AWS: string };
  readonly Action: readonly string[];
  /** In a key policy this means the key itself. */
  readonly Resource: "*";
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Where a cluster's key is used. */
export interface ClusterKeyArgs {
  readonly partition: string;
  readonly region: string;
  /** The account, 12 digits. */
  readonly accountId: string;
  readonly clusterName: string;
  readonly compute: Compute;
}

/**
 * Statements for the policy of the key that a cluster is given. CloudWatch Logs and, for managed nodes, EC2 Auto
 * Scaling act as themselves, so no role of ours can carry these rights; the rest comes through the account's IAM
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html).
 */
export function clusterKeyStatements(args: ClusterKeyArgs): readonly KeyStatement[] {
  const { partition, region, accountId, clusterName } = args;
  const Action = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];
  const logGroup = `arn:${partition}:logs:${region}:${accountId}:log-group:${logGroupName(clusterName)}`;
  const logs: KeyStatement = {
    Sid: "ClusterLogs",
    Effect: "Allow",
    Principal: { Service: `logs.${region}.amazonaws.com` },
    Action,
    Resource: "*",
    Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": logGroup } },
  };
  if (args.compute === "auto") return [logs];
  const role = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
  const Principal = { AWS: `arn:${partition}:iam::${accountId}:${role}` };
  return [
    logs,
    { Sid: "NodeDisks", Effect: "Allow", Principal, Action, Resource: "*" },
    {
      Sid: "NodeDiskGrants",
      Effect: "Allow",
      Principal,
      Action: ["kms:CreateGrant"],
      Resource: "*",
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}

/** Log group that EKS writes control plane logs to; the name is EKS's. */
export function logGroupName(clusterName: string): string {
  return `/aws/eks/${clusterName}/cluster`;
}

function document<Statement>(statements: readonly Statement[]): PolicyDocument<Statement> {
  return { Version: "2012-10-17", Statement: statements };
}
