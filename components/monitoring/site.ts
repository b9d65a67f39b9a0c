import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { NamedMetadata } from "../common/gateway-api";
import { labels, PLATFORM, selector } from "../common/labels";
import type { ClusterContract } from "../common/contracts";
import type { MonitoringSizes } from "./types";

/** Where the tools of the monitoring stack are made. */
export interface MonitoringSite {
  readonly cluster: ClusterContract;
  readonly stage: string;
  readonly sizes: MonitoringSizes;
  /** Namespace of the tools; a tool that takes it waits for its policies. */
  readonly namespace: pulumi.Input<string>;
  /** What every pod of the namespace waits for. */
  readonly ready: readonly pulumi.Resource[];
  /** What custom resources of the Prometheus operator wait for. */
  readonly operator: readonly pulumi.Resource[];
}

/** Labels that select the pods of a tool; they never change, for selectors are immutable. */
export function toolSelector(tool: string): Record<string, string> {
  return selector({ system: PLATFORM, name: tool });
}

/** All labels of the objects of a tool. */
export function toolLabels(site: Pick<MonitoringSite, "stage">, tool: string): Record<string, string> {
  return labels({
    system: PLATFORM,
    name: tool,
    component: "monitoring",
    owner: "platform",
    stage: site.stage,
  });
}

/** Metadata of an object of a tool that others refer to by its name. */
export function toolMetadata(
  site: Pick<MonitoringSite, "stage" | "namespace">,
  tool: string,
  name: string,
): NamedMetadata {
  return { name, namespace: site.namespace, labels: toolLabels(site, tool) };
}

/** Options of the children of a tool's component; children that are pods get the site's `ready` besides. */
export function toolOptions(
  site: Pick<MonitoringSite, "cluster">,
  parent: pulumi.Resource,
  dependsOn: readonly pulumi.Resource[] = [],
): pulumi.CustomResourceOptions & { readonly provider: k8s.Provider } {
  return { parent, provider: site.cluster.provider, dependsOn: [...dependsOn] };
}
