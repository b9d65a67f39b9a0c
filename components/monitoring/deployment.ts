import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { toolPod } from "./pods";
import type { ToolPod } from "./pods";
import { toolLabels, toolMetadata, toolOptions, toolSelector } from "./site";
import type { MonitoringSite } from "./site";

/** What the Deployment of a simple tool is made from. */
export interface ToolDeployment extends Omit<ToolPod, "account"> {
  readonly tool: string;
  readonly replicas: number;
  /** What must stand before its first pod. */
  readonly before: readonly pulumi.Resource[];
}

/** Makes the Deployment of a simple tool; a new pod is ready before an old one goes. */
export function toolDeployment(
  site: MonitoringSite,
  name: string,
  { tool, replicas, before, ...pod }: ToolDeployment,
  parent: pulumi.Resource,
): k8s.apps.v1.Deployment {
  const matchLabels = toolSelector(tool);
  return new k8s.apps.v1.Deployment(
    `${name}-deployment`,
    {
      metadata: toolMetadata(site, tool, tool),
      spec: {
        replicas,
        selector: { matchLabels },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: {
          metadata: { labels: toolLabels(site, tool) },
          spec: toolPod({ ...pod, account: tool }, matchLabels),
        },
      },
    },
    toolOptions(site, parent, before),
  );
}
