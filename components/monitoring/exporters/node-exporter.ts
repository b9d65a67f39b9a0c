import * as k8s from "@pulumi/kubernetes";
import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { NODE_AGENTS_NAMESPACE } from "../../common/monitoring";
import { podSecurity } from "../../common/pods";
import { MONITORING_API } from "../../common/prometheus-operator";
import type { PodMonitorSpec } from "../../common/prometheus-operator";
import { toolContainer } from "../pods";
import { toolLabels, toolMetadata, toolOptions, toolSelector } from "../site";
import type { MonitoringSite } from "../site";
import { nodeAgents } from "./node-agents";

const TOOL = "node-exporter";
const PORT = 9100;
/** `nobody` of the image: it reads what everybody on the node may read. */
const USER = 65_534;
const MOUNTS = { proc: "/proc", sys: "/sys", root: "/" } as const;

/** Disks and interfaces of single pods, which cAdvisor tells of, and of which there is no end. */
const POD_MOUNTS = "^/(dev|proc|sys|run/containerd/.+|var/lib/(docker|containerd|kubelet)/.+)($|/)";
const POD_INTERFACES = "^(veth.*|cali.*|eni[0-9a-f]+|[a-f0-9]{15})$";

export const nodeExporterArguments: readonly string[] = [
  // Not at every address of the node, some of which may be public.
  `--web.listen-address=$(NODE_ADDRESS):${PORT}`,
  "--path.procfs=/host/proc",
  "--path.sysfs=/host/sys",
  "--path.rootfs=/host/root",
  "--path.udev.data=/host/root/run/udev/data",
  "--no-collector.wifi",
  "--no-collector.btrfs",
  `--collector.filesystem.mount-points-exclude=${POD_MOUNTS}`,
  `--collector.netclass.ignored-devices=${POD_INTERFACES}`,
  `--collector.netdev.device-exclude=${POD_INTERFACES}`,
];

/** The pod of each node: on the node's network, with its files mounted read-only, and without any privilege. */
export function nodeExporterPod(): types.input.core.v1.PodSpec {
  const names = Object.entries(MOUNTS);
  const container = toolContainer({
    name: TOOL,
    image: "node-exporter",
    args: nodeExporterArguments,
    env: [{ name: "NODE_ADDRESS", valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } }],
    ports: { http: PORT },
    size: { cpu: ["20m", "250m"], memory: "48Mi" },
    probes: { liveness: { path: "/", port: "http" }, readiness: { path: "/", port: "http" } },
    mounts: names.map(([name]) => ({
      name,
      mountPath: `/host/${name}`,
      readOnly: true,
      // What the node mounts later is seen too.
      mountPropagation: "HostToContainer",
    })),
  });
  // On the node's network a port of the container is the node's.
  const ports = [{ name: "http", containerPort: PORT, hostPort: PORT, protocol: "TCP" }];
  return {
    serviceAccountName: TOOL,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    hostNetwork: true,
    priorityClassName: "system-node-critical",
    // Every node, whatever it is kept free for.
    tolerations: [{ operator: "Exists" }],
    nodeSelector: { "kubernetes.io/os": "linux" },
    securityContext: podSecurity(USER),
    containers: [{ ...container, ports }],
    volumes: names.map(([name, path]) => ({ name, hostPath: { path } })),
  };
}

const monitorSpec: PodMonitorSpec = {
  jobLabel: "app.kubernetes.io/name",
  namespaceSelector: { matchNames: [NODE_AGENTS_NAMESPACE] },
  selector: { matchLabels: toolSelector(TOOL) },
  podMetricsEndpoints: [
    {
      port: "http",
      path: "/metrics",
      interval: "15s",
      relabelings: ["node", "instance"].map((targetLabel) => ({
        action: "replace",
        sourceLabels: ["__meta_kubernetes_pod_node_name"],
        targetLabel,
      })),
    },
  ],
};

/** node-exporter: cpu, memory, disks and network of each node, from a pod on it in a namespace of their own. */
export class NodeExporter extends pulumi.ComponentResource {
  constructor(
    name: string,
    { site }: { readonly site: MonitoringSite },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:monitoring:NodeExporter", name, {}, opts);

    const agents = nodeAgents(site, name, this);
    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata: toolMetadata(agents, TOOL, TOOL), automountServiceAccountToken: false },
      toolOptions(site, this),
    );
    new k8s.apps.v1.DaemonSet(
      `${name}-daemon-set`,
      {
        metadata: toolMetadata(agents, TOOL, TOOL),
        spec: {
          selector: { matchLabels: toolSelector(TOOL) },
          updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "10%" } },
          template: { metadata: { labels: toolLabels(site, TOOL) }, spec: nodeExporterPod() },
        },
      },
      toolOptions(site, this, [account, ...agents.ready]),
    );
    new k8s.apiextensions.CustomResource(
      `${name}-monitor`,
      {
        apiVersion: MONITORING_API,
        kind: "PodMonitor",
        metadata: toolMetadata(site, TOOL, TOOL),
        spec: monitorSpec,
      },
      toolOptions(site, this, site.operator),
    );
    this.registerOutputs({});
  }
}
