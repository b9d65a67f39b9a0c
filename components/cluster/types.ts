import type * as pulumi from "@pulumi/pulumi";
import type { Addons, NetworkContract, WorkloadIdentity } from "../common/contracts";

/**
 * Who runs the nodes. `auto`: EKS Auto Mode (nodes, networking, DNS, volumes and load balancers are run by AWS,
 * for a fee on each node). `managed`: managed node groups with our own set of add-ons.
 */
export type Compute = "auto" | "managed";

/** Images of managed nodes; Amazon Linux 2 is gone since 2025-11-26. */
export type NodeImage = "AL2023_x86_64_STANDARD" | "BOTTLEROCKET_x86_64";

/** Somebody who may administer the cluster: a person's or a pipeline's role. */
export interface ClusterAdmin {
  /** Stable name that keys the access entry, e.g. `platform`; lower case letters, digits and dashes. */
  readonly name: string;
  /** ARN of the IAM role or user. */
  readonly principalArn: pulumi.Input<string>;
}

/** Size of the node groups of `compute: "managed"`. There is one group a zone, and the counts are for each zone. */
export interface ManagedNodes {
  /** Instance types of the x86-64 family, all of one size. */
  readonly instanceTypes: readonly string[];
  /** Fewest nodes in each zone. */
  readonly min: number;
  /** Most nodes in each zone. */
  readonly max: number;
  /** Nodes in each zone at the start; later changes by an autoscaler are left alone. */
  readonly desired: number;
  /** Size of a node's disk in GiB; 20 or more. */
  readonly diskGib: number;
  readonly ami: NodeImage;
}

export interface NodesArgs {
  /** Most that all nodes of `compute: "auto"` may have together: cores (`64`) and bytes (`256Gi`). */
  readonly limits: { readonly cpu: string; readonly memory: string };
  readonly managed: ManagedNodes;
}

/** What an {@link EksCluster} is made from. Plain values decide which resources exist; inputs are only passed on. */
export interface EksClusterArgs {
  /** Name of the cluster in the account: a lower-case DNS label of at most 40 characters, for IAM names begin with it. */
  readonly name: string;
  /** Kubernetes minor version, e.g. `1.36`; there must be a set of add-ons for it in `versions.json`. */
  readonly version: string;
  readonly network: NetworkContract;
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
  /** AWS partition. @default "aws" */
  readonly partition?: string;
  readonly compute: Compute;
  /**
   * Whether the AWS Load Balancer Controller is installed on managed nodes; Auto Mode has one of its own. The add-ons
   * of EKS itself are made in either case. @default "install"
   */
  readonly addons?: Addons;
  /**
   * Blocks from which the API endpoint is reached over the internet; empty: only from inside the VPC, so the
   * program must run where it can reach it. Never `0.0.0.0/0` or `::/0`; at most 40
   * (https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html).
   */
  readonly publicAccessCidrs: readonly string[];
  /**
   * Customer key, with rotation, that encrypts the cluster's Secrets, its log group, node disks and volumes. Its
   * policy needs the statements of `clusterKeyStatements`, and must let roles of the account use it through IAM.
   */
  readonly kmsKeyArn: pulumi.Input<string>;
  /** How long control plane logs are kept, in days; one of the periods that CloudWatch knows. @default 30 */
  readonly logRetentionDays?: number;
  /** At least one, or nobody could reach the cluster: its creator gets no rights of its own. */
  readonly admins: readonly ClusterAdmin[];
  /** Whether AWS refuses to delete the cluster. */
  readonly deletionProtection: boolean;
  /** Whether Pulumi refuses to delete the cluster. */
  readonly protect: boolean;
  readonly nodes: NodesArgs;
  /** Workloads that call cloud APIs; each gets a role of its own through Pod Identity. */
  readonly identities: readonly WorkloadIdentity[];
  /** The stage, for labels, e.g. `production`. */
  readonly stage: string;
  /** Tags of every AWS resource made here. */
  readonly tags: Readonly<Record<string, string>>;
}
