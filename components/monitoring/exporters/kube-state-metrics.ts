import * as pulumi from "@pulumi/pulumi";
import { apiServerEgress, dnsEgress } from "../../common/network-policies";
import { toolDeployment } from "../deployment";
import { allow, grantEverywhere } from "../rights";
import type { PolicyRule } from "../rights";
import type { MonitoringSite } from "../site";
import { toolObjects } from "../tool";

const TOOL = "kube-state-metrics";
const PORTS = { http: 8080, telemetry: 8081 } as const;
/** `nobody` of the image. */
const USER = 65_534;

/** What it tells of, by group of the API: no Secrets and no ConfigMaps, which it could otherwise read in full. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  "": [
    "namespaces",
    "nodes",
    "persistentvolumeclaims",
    "persistentvolumes",
    "pods",
    "resourcequotas",
    "services",
  ],
  apps: ["daemonsets", "deployments", "replicasets", "statefulsets"],
  autoscaling: ["horizontalpodautoscalers"],
  batch: ["cronjobs", "jobs"],
  policy: ["poddisruptionbudgets"],
};

/** Labels of objects that become labels of metrics: by these a metric is joined with a system and its team. */
const OWNERSHIP = [
  "app.kubernetes.io/part-of",
  "app.kubernetes.io/name",
  "app.kubernetes.io/component",
  "slipway.dev/owner",
];
const LABELS: Readonly<Record<string, readonly string[]>> = {
  namespaces: ["slipway.dev/system", "slipway.dev/owner"],
  nodes: ["topology.kubernetes.io/zone", "node.kubernetes.io/instance-type"],
  pods: OWNERSHIP,
  deployments: OWNERSHIP,
  statefulsets: OWNERSHIP,
  jobs: OWNERSHIP,
  cronjobs: OWNERSHIP,
  persistentvolumeclaims: OWNERSHIP,
};

export const stateMetricsArguments: readonly string[] = [
  `--port=${PORTS.http}`,
  `--telemetry-port=${PORTS.telemetry}`,
  `--resources=${Object.values(RESOURCES).flat().join(",")}`,
  `--metric-labels-allowlist=${Object.entries(LABELS)
    .map(([resource, labels]) => `${resource}=[${labels.join(",")}]`)
    .join(",")}`,
];

export const stateMetricsRules: readonly PolicyRule[] = Object.entries(RESOURCES).map(([group, resources]) =>
  allow(group, resources, ["list", "watch"]),
);

/** kube-state-metrics: what the API server knows of the cluster's objects, as metrics. One pod sees all of them. */
export class KubeStateMetrics extends pulumi.ComponentResource {
  constructor(
    name: string,
    { site }: { readonly site: MonitoringSite },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:monitoring:KubeStateMetrics", name, {}, opts);

    const { account, before } = toolObjects(
      site,
      name,
      {
        tool: TOOL,
        ports: PORTS,
        replicas: 1,
        ingress: [],
        egress: [dnsEgress(site.cluster.dns), apiServerEgress],
        monitor: [
          // The labels of an object are those of the object, and not of the pod that tells of it.
          { port: "http", honorLabels: true, interval: "30s" },
          { port: "telemetry", interval: "30s" },
        ],
      },
      this,
    );
    const rights = grantEverywhere(site, name, { tool: TOOL, account, rules: stateMetricsRules }, this);
    toolDeployment(
      site,
      name,
      {
        tool: TOOL,
        replicas: 1,
        user: USER,
        token: true,
        container: {
          name: TOOL,
          image: "kube-state-metrics",
          args: stateMetricsArguments,
          ports: PORTS,
          size: { cpu: ["20m", "250m"], memory: site.sizes.scale === "full" ? "256Mi" : "64Mi" },
          probes: {
            liveness: { path: "/livez", port: "http" },
            readiness: { path: "/readyz", port: "telemetry" },
          },
        },
        before: [...before, rights],
      },
      this,
    );
    this.registerOutputs({});
  }
}
