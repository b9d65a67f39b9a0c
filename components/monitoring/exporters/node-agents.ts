import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { NODE_AGENTS_NAMESPACE } from "../../common/monitoring";
import { defaultDenySpec } from "../../common/network-policies";
import { versions } from "../../common/versions";
import { toolLabels, toolMetadata, toolOptions } from "../site";
import type { MonitoringSite } from "../site";

/** Annotation that says why a namespace is not held to Pod Security `restricted`. */
export const REASON_ANNOTATION = "slipway.dev/reason";

/**
 * Makes the one namespace of the platform whose pods may see their node. It lets through what node-exporter needs, and
 * holds nobody else's pods. @returns the site of what lives there.
 */
export function nodeAgents(site: MonitoringSite, name: string, parent: pulumi.Resource): MonitoringSite {
  const level = "pod-security.kubernetes.io/enforce";
  const namespace = new k8s.core.v1.Namespace(
    `${name}-namespace`,
    {
      metadata: {
        name: NODE_AGENTS_NAMESPACE,
        labels: {
          ...toolLabels(site, "node-agents"),
          [level]: "privileged",
          [`${level}-version`]: `v${versions.kubernetes.minor}`,
        },
        annotations: {
          [REASON_ANNOTATION]:
            "node-exporter reads the node's files, which are mounted read-only, and its network interfaces",
        },
      },
    },
    toolOptions(site, parent, site.cluster.ready),
  );
  const closed = { ...site, namespace: namespace.metadata.name };
  // Pods on their node's own network are beyond policies: this is for pods that somebody makes here beside them.
  const denied = new k8s.networking.v1.NetworkPolicy(
    `${name}-default-deny`,
    { metadata: toolMetadata(closed, "node-agents", "default-deny"), spec: defaultDenySpec },
    toolOptions(site, parent),
  );
  return { ...closed, ready: [denied] };
}
