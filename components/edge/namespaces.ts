import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterContract } from "../common/contracts";
import { platformLabels } from "../common/labels";
import { podSecurityLabels } from "../common/pod-security";
import type { PolicySet } from "./network-policies";

/** Where namespaces are made. */
export interface NamespaceSite {
  /** Prefix of the logical names. */
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly cluster: Pick<ClusterContract, "provider" | "ready">;
  readonly stage: string;
}

export interface ClosedNamespace {
  readonly namespace: k8s.core.v1.Namespace;
  readonly policies: readonly pulumi.Resource[];
}

/** Labels of every object of the edge. */
export function edgeLabels(stage: string): Record<string, string> {
  return platformLabels("edge", "edge", stage);
}

/** A namespace whose pods run restricted and may talk only as its policies say. */
export function closedNamespace(site: NamespaceSite, name: string, policies: PolicySet): ClosedNamespace {
  const options = { parent: site.parent, provider: site.cluster.provider };
  const namespace = new k8s.core.v1.Namespace(
    `${site.name}-namespace-${name}`,
    { metadata: { name, labels: { ...edgeLabels(site.stage), ...podSecurityLabels() } } },
    // A Service's load balancer is taken down while its namespace goes, by a controller that must still be there.
    { ...options, dependsOn: [...site.cluster.ready] },
  );
  return {
    namespace,
    policies: Object.entries(policies).map(
      ([policy, spec]) =>
        new k8s.networking.v1.NetworkPolicy(
          `${site.name}-${name}-${policy}`,
          {
            metadata: { name: policy, namespace: namespace.metadata.name, labels: edgeLabels(site.stage) },
            spec,
          },
          options,
        ),
    ),
  };
}
