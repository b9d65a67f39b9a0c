import versions from "../../versions.json";
import { lines } from "../../engine/progress";
import { ensureTools } from "../../engine/tools/ensure";
import { ensureManifests } from "../../engine/tools/modules";
import type { ClusterOptions } from "../../rehearsal/cluster";

/** What an embedded cluster is started from in tests: the pinned tools and manifests, and a node in each of three zones. */
export async function clusterParts(): Promise<Omit<ClusterOptions, "folder">> {
  const progress = lines((line) => process.stderr.write(`${line}\n`));
  const tools = await ensureTools(
    ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"],
    progress,
  );
  const { crds, kwokStages } = await ensureManifests(progress);
  return {
    tools,
    crdFiles: crds,
    kwokStages,
    nodes: {
      count: 3,
      zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
      cpu: "16",
      memory: "64Gi",
      pods: 110,
    },
    kubernetesVersion: versions.kubernetes.version,
  };
}
