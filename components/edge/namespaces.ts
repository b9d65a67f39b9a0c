import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { labels } from "../common/labels";
import { versions } from "../common/versions";
import type { PolicySet } from "./network-policies";

/** Where namespaces are made. */
export interface NamespaceSite {
  /** Prefix of the logical names. */
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly provider: k8s.Provider;
  readonly stage: string;
}

export interface ClosedNamespace {
  readonly namespace: k8s.core.v1.Namespace;
  readonly policies: readonly pulumi.Resource[];
}

/** Labels of every object of the edge. */
export function edgeLabels(stage: string): Record<string, string> {
  return labels({ system: "slipway", name: "edge", component: "edge", owner: "platform", stage });
}

/** Holds all pods of a namespace to Pod Security `restricted`, as the pinned Kubernetes version defines it. */
export function podSecurityLabels(): Record<string, string> {
  const version = `v${versions.kubernetes.minor}`;
  return Object.fromEntries(
    ["enforce", "audit", "warn"].flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, "restricted"],
      [`pod-security.kubernetes.io/${mode}-version`, version],
    ]),
  );
}

/** A namespace whose pods run restricted and may talk only as its policies say. */
export function closedNamespace(site: NamespaceSite, name: string, policies: PolicySet): ClosedNamespace {
  const options = { parent: site.parent, provider: site.provider };
  const namespace = new k8s.core.v1.Namespace(
    `${site.name}-namespace-${name}`,
    { metadata: { name, labels: { ...edgeLabels(site.stage), ...podSecurityLabels() } } },
    options,
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
