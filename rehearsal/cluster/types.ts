import type { FoundTool, RehearsalTool } from "../../engine/types";
import type { KubeClient } from "../kube/client";

/** The programs that an embedded cluster consists of. */
export type ClusterTool = Exclude<RehearsalTool, "pulumi">;

export interface ClusterOptions {
  /** Existing folder of the session; the cluster keeps its files in `cluster/` below it. */
  readonly folder: string;
  readonly tools: Readonly<Record<ClusterTool, FoundTool>>;
  /** YAML files with CustomResourceDefinitions; other kinds in them are left out. */
  readonly crdFiles: readonly string[];
  /** YAML files with KWOK stages for nodes and pods; stages for volumes are replaced by this program's own. */
  readonly kwokStages: readonly string[];
  readonly nodes: NodeOptions;
  /** Without `v`, e.g. `1.36.3`. */
  readonly kubernetesVersion: string;
  /** Makes a default StorageClass `standard`. Default false. */
  readonly storageClass?: boolean;
  /** Port of the API server on 127.0.0.1. Default: a free one. */
  readonly port?: number;
}

export interface NodeOptions {
  /** Nodes in all. */
  readonly count: number;
  /** Zones that they are spread over in turn, e.g. `eu-central-1a`. */
  readonly zones: readonly string[];
  /** Capacity of each node as Kubernetes quantities, e.g. `8`, `32Gi`. */
  readonly cpu: string;
  readonly memory: string;
  /** The most pods that one node takes. */
  readonly pods: number;
}

/** A control plane that runs on this machine, with nodes and pods that only exist as objects. */
export interface EmbeddedCluster {
  /** Kubeconfig text of an administrator. */
  readonly kubeconfig: string;
  readonly kubeconfigPath: string;
  /** `https://127.0.0.1:PORT`. */
  readonly server: string;
  /** PEM certificates of the API server's authority, in base64. */
  readonly caData: string;
  /** Bearer token of the administrator. */
  readonly token: string;
  /** What the API server says that it is, e.g. `v1.36.3`. */
  readonly version: string;
  readonly client: KubeClient;
  readonly kwok: { readonly version: string; readonly nodes: readonly string[] };
  /** Process ids by name. */
  readonly pids: Readonly<Record<string, number>>;
  /** Folder with one log file a process. */
  readonly logs: string;
  /** Resolves, never rejects, with one sentence when a process ends while nobody stopped it. */
  readonly failed: Promise<Error>;
  /** Ends all processes in order, within about 10 s. A second call waits for the first. */
  stop(): Promise<void>;
  /** Lets the processes outlive this one; `stopLeftovers(folder)` of any later process ends them. */
  keep(): void;
}
