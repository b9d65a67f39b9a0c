import { SlipwayError } from "../../components/common/problems";
import type { KubeObject } from "../kube/client";
import type { NodeOptions } from "./types";

/**
 * The Node objects of an embedded cluster, spread over the zones in turn and named after zone and number.
 *
 * @throws SlipwayError without a node or a zone.
 */
export function nodeObjects(options: NodeOptions, kubernetesVersion: string): KubeObject[] {
  const { count, zones, cpu, memory, pods } = options;
  if (!Number.isInteger(count) || count < 1 || zones.length === 0) {
    throw new SlipwayError({
      what: `${count} nodes in ${zones.length} zones`,
      where: "nodes of the embedded cluster",
      allowed: "at least one node and one zone",
    });
  }
  const resources = { cpu, memory, pods: String(pods), "ephemeral-storage": "100Gi" };
  return Array.from({ length: count }, (_, index) => {
    const zone = zones[index % zones.length] ?? "";
    const name = `${zone}-${Math.floor(index / zones.length) + 1}`;
    return {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name,
        annotations: { "kwok.x-k8s.io/node": "fake" },
        labels: {
          "kubernetes.io/hostname": name,
          "kubernetes.io/os": "linux",
          "kubernetes.io/arch": "amd64",
          "topology.kubernetes.io/zone": zone,
          "topology.kubernetes.io/region": regionOf(zone),
        },
      },
      status: {
        capacity: resources,
        allocatable: resources,
        nodeInfo: {
          architecture: "amd64",
          operatingSystem: "linux",
          kubeletVersion: `v${kubernetesVersion}`,
          // Fields that the API requires; there is no machine that they could describe.
          bootID: "",
          containerRuntimeVersion: "kwok",
          kernelVersion: "kwok",
          kubeProxyVersion: "",
          machineID: "",
          osImage: "kwok",
          systemUUID: "",
        },
      },
    };
  });
}

/** `eu-central-1` of `eu-central-1a`; a zone that is not named so is its own region. */
export function regionOf(zone: string): string {
  return /^([a-z-]+-\d+)[a-z]$/.exec(zone)?.[1] ?? zone;
}

/** Whether a node's condition Ready is True. */
export function isReady(node: KubeObject): boolean {
  const { conditions = [] } = (node["status"] ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}
