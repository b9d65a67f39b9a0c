import type { MonitoringSizes } from "../components/monitoring/types";

/** What differs between stages, and nothing else. A further stage is one row here and one stack file. */
export interface Stage {
  /** Where the stack runs: a cluster of its own on AWS, or one that exists already. */
  readonly cloud: "aws" | "existing";
  /** Share of the replicas and store sizes that a spec names, where its document says nothing of the stage. */
  readonly share: 1 | 0.5;
  /** One NAT gateway a zone, one for all, or none. */
  readonly nat: "perZone" | "single" | "none";
  /** Private endpoints for the AWS services that nodes call, so that image pulls and logs stay in the VPC. */
  readonly interfaceEndpoints: boolean;
  /** Fewest availability zones. Most is 6 everywhere. */
  readonly minimumZones: number;
  /** Deletion protection of the cluster, and `protect` on what holds data. Config may lift it. */
  readonly protection: boolean;
  /** Whether a service without a digest runs the reference service instead of being an error. */
  readonly referenceImages: boolean;
  /**
   * What stands in front of the edge: an ALB with certificates of ACM and a firewall, an NLB that hands connections on,
   * or what the cluster itself makes of a Service.
   */
  readonly loadBalancer: "application" | "network" | "cluster";
  /** Pods of the edge's proxies and of each of its controllers. */
  readonly edgeReplicas: number;
  /** Where stores run: as pods of their system's namespace, or as services of the cloud. */
  readonly stores: "inCluster" | "managed";
  /** How much of the monitoring stack runs, and where it keeps what it gathers. */
  readonly monitoring: MonitoringSizes;
  /** Who signs the certificates of public hosts. */
  readonly issuer: "selfSigned" | "letsencrypt-staging" | "letsencrypt";
  /** Most that all nodes may have together, on Auto Mode; most nodes in each zone, with managed node groups. */
  readonly nodeLimits: { readonly cpu: number; readonly memoryGib: number; readonly perZone: number };
}

const production: Stage = {
  cloud: "aws",
  share: 1,
  nat: "perZone",
  interfaceEndpoints: true,
  minimumZones: 3,
  protection: true,
  referenceImages: false,
  loadBalancer: "application",
  edgeReplicas: 2,
  stores: "managed",
  monitoring: { replicas: 2, scale: "full", logs: "bucket", traces: "search", receivers: "required" },
  issuer: "letsencrypt",
  nodeLimits: { cpu: 200, memoryGib: 800, perZone: 10 },
};

export const stages: Readonly<Record<string, Stage>> = {
  production,
  staging: {
    ...production,
    share: 0.5,
    nat: "single",
    interfaceEndpoints: false,
    minimumZones: 2,
    protection: false,
    loadBalancer: "network",
    stores: "inCluster",
    monitoring: { replicas: 1, scale: "full", logs: "bucket", traces: "volume", receivers: "optional" },
    issuer: "letsencrypt-staging",
    nodeLimits: { cpu: 100, memoryGib: 400, perZone: 5 },
  },
  local: {
    ...production,
    cloud: "existing",
    share: 0.5,
    nat: "none",
    interfaceEndpoints: false,
    minimumZones: 0,
    protection: false,
    referenceImages: true,
    loadBalancer: "cluster",
    edgeReplicas: 1,
    stores: "inCluster",
    monitoring: { replicas: 1, scale: "small", logs: "volume", traces: "memory", receivers: "optional" },
    issuer: "selfSigned",
  },
};
