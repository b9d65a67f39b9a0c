import { versions } from "../components/common/versions";
import type { Progress } from "../engine/progress";
import { ensureManifests, ensureTools } from "../engine/tools";
import { standIns, startCluster } from "./cluster";
import { makeNamespaces, namespaceCaveats, providedNamespaces } from "./host";
import type { Host } from "./host";

/** What an embedded control plane is started with, and where. */
export interface EmbeddedHostOptions {
  /** Folder of the session. */
  readonly folder: string;
  /** Zones of the stack; its nodes stand in them, so that spreading over them is tried. */
  readonly zones: readonly string[];
  /** Whether the stack has a cloud, whose cluster this one stands in for. */
  readonly cloud: boolean;
}

const tools = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const;

/** Starts a control plane of the rehearsal's own. @throws SlipwayError when a tool cannot be had or a process ends. */
export async function embeddedHost(
  { folder, zones, cloud }: EmbeddedHostOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Host> {
  const found = await ensureTools(tools, progress, { signal });
  const manifests = await ensureManifests(progress, { signal });
  const cluster = await progress.step("start the control plane", () =>
    startCluster(
      {
        folder,
        tools: found,
        crdFiles: manifests.crds,
        kwokStages: manifests.kwokStages,
        nodes: { count: 6, zones, cpu: "16", memory: "64Gi", pods: 110 },
        kubernetesVersion: versions.kubernetes.version,
        // On AWS the program makes its own default class.
        storageClass: !cloud,
      },
      progress,
      signal,
    ),
  );
  const close = async (keep: boolean): Promise<void> => {
    if (keep) cluster.keep();
    else await cluster.stop();
  };
  try {
    const made: string[] = [];
    await makeNamespaces(cluster.client, providedNamespaces, made);
    return {
      client: cluster.client,
      kubeconfigPath: cluster.kubeconfigPath,
      fact: {
        version: cluster.version,
        source: `embedded control plane (${found["kube-apiserver"].source})`,
      },
      standIns: [...standIns, ...namespaceCaveats(made)],
      eks: cloud ? { endpoint: cluster.server, caData: cluster.caData, token: cluster.token } : undefined,
      close,
    };
  } catch (error) {
    await close(false);
    throw error;
  }
}
