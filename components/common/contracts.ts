import type * as aws from "@pulumi/aws";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** The stage of a stack: which row of `infra/stages.ts` it takes its sizes and safeguards from. */
export type StageName = string;

/**
 * Who runs the third-party controllers. `install`: they are part of the stack. `provided`: somebody else runs them,
 * or nobody does.
 */
export type Addons = "install" | "provided";

/** What other layers may know of the network. Lists have one entry per zone, in the order of `zones`. */
export interface NetworkContract {
  readonly vpcId: pulumi.Output<string>;
  /** IPv4 block of the VPC, e.g. `10.0.0.0/16`. */
  readonly cidr: string;
  /** Zone names in config order, e.g. `["eu-central-1a", …]`. */
  readonly zones: readonly string[];
  readonly publicSubnetIds: readonly pulumi.Output<string>[];
  readonly privateSubnetIds: readonly pulumi.Output<string>[];
  readonly dataSubnetIds: readonly pulumi.Output<string>[];
  /** IPv4 blocks of the data subnets: where managed stores live. */
  readonly dataCidrs: readonly string[];
  /** Security groups by role. Whoever runs something of a role attaches its group. */
  readonly securityGroupIds: Readonly<Record<SecurityGroupRole, pulumi.Output<string>>>;
}

/** Roles that have a security group of their own. */
export type SecurityGroupRole = "edge" | "app" | "metrics" | "cache" | "database";

/** One statement of an IAM policy; ARNs only, never `*` for both action and resource. */
export interface PolicyStatement {
  readonly actions: readonly string[];
  readonly resources: readonly pulumi.Input<string>[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;
}

/** A workload that calls cloud APIs: which service account gets which rights. */
export interface WorkloadIdentity {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly statements: readonly PolicyStatement[];
}

/**
 * How pods reach the cluster's DNS, so that network policies can open exactly that.
 * On EKS Auto Mode DNS is no pod but a service address; elsewhere it is the pods labelled `k8s-app: kube-dns`.
 */
export type ClusterDns =
  { readonly kind: "pods" } | { readonly kind: "address"; readonly cidr: pulumi.Input<string> };

/** What the pods of workloads with an identity of their own need in order to call the cloud's APIs. */
export interface CloudAccess {
  /** The workloads that have one. */
  readonly identities: readonly Pick<WorkloadIdentity, "namespace" | "serviceAccount">[];
  /** Private blocks in which APIs of the cloud answer, beside their public addresses. */
  readonly apiCidrs: readonly string[];
}

/** What everything above the cluster may know of it. `EksCluster` and `ExistingCluster` both satisfy it. */
export interface ClusterContract {
  readonly name: pulumi.Output<string>;
  /** The provider that every Kubernetes resource of the stack is created with. */
  readonly provider: k8s.Provider;
  readonly kubeconfig: pulumi.Output<string>;
  /** Storage class for volume claims; undefined takes the cluster's own default. */
  readonly storageClass: pulumi.Output<string> | undefined;
  readonly dns: ClusterDns;
  /** Absent where no cloud gives workloads an identity. */
  readonly cloud?: CloudAccess;
  /** What must exist before a pod can be scheduled (node pools, storage class, add-ons), and outlives the last one. */
  readonly ready: readonly pulumi.Resource[];
}

/** Where images come from. */
export interface RegistryContract {
  /**
   * The full reference, by digest, of an image that a system names: `daira/backend` →
   * `123456789012.dkr.ecr.eu-central-1.amazonaws.com/slipway-staging/daira/backend@sha256:…`.
   *
   * @throws SlipwayError when the stack's config has no digest for it and the stage allows no fallback.
   */
  image(name: string): pulumi.Output<string>;
  /**
   * Whether the reference service runs in place of an image, which then has none of its commands and has to be told
   * its ports. @default never
   */
  isReference?(name: string): boolean;
}

/** What a system needs to know of the edge to attach its routes. */
export interface EdgeContract {
  readonly gateway: { readonly name: pulumi.Output<string>; readonly namespace: pulumi.Output<string> };
  /** Name of the HTTPS listener for a host; app routes attach to it by `sectionName`. */
  httpsListener(host: string): string;
  /** Label that selects the gateway's own pods and namespace, for network policies. */
  readonly podSelector: Readonly<Record<string, string>>;
  readonly podNamespace: string;
  /** What must exist before a certificate or a route can be made: the controllers, where the stack installs them. */
  readonly controllers: readonly pulumi.Resource[];
  /** Namespaces of the controllers that the stack installs. @default none: somebody else runs them */
  readonly controllerNamespaces?: readonly string[];
}

/** Where managed stores and the records of secrets are kept: what a cloud foundation offers to the systems on it. */
export interface StoreSite {
  /** The provider that every AWS resource of a store is created with. */
  readonly provider: aws.Provider;
  /** E.g. `eu-central-1`. */
  readonly region: string;
  /** Beginning of the names of everything that AWS knows by name, e.g. `slipway-production`. */
  readonly prefix: string;
  /** Subnets that stores live in, one a zone, in two zones at least. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** IPv4 blocks of these subnets: the only addresses that a pod has to reach. */
  readonly cidrs: readonly string[];
  readonly securityGroupIds: Readonly<Record<"database" | "cache", pulumi.Input<string>>>;
  /** The customer managed key that encrypts data, snapshots and secrets. */
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Whether a last copy is kept of a store or a secret that is deleted. */
  readonly keepsLastCopy: boolean;
}

/** What a system needs to know of the monitoring stack: names, so that none of it has to be there first. */
export interface ObservabilityContract {
  readonly traces: {
    /** Address that takes spans by OTLP/HTTP, e.g. `http://jaeger.monitoring.svc.cluster.local:4318`. */
    readonly endpoint: string;
    /** Share of the traces that a workload begins, 0 to 1. */
    readonly share: number;
  };
  /** The Service that takes what pages measure, by OTLP/HTTP; undefined where no system has pages that do. */
  readonly browser?: { readonly namespace: string; readonly service: string; readonly port: number };
}
