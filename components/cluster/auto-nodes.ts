import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { platformLabels } from "../common/labels";
import { admitAutoNodes } from "./access";
import type { AccessSite } from "./access";
import { nodeClassSpec, nodePoolSpec } from "./karpenter";
import type { AttachedRole } from "./roles";
import type { NodesArgs } from "./types";

/** What the nodes of either kind of compute are made from. */
export interface NodesSite extends AccessSite {
  readonly provider: k8s.Provider;
  readonly nodes: NodesArgs;
  readonly node: AttachedRole;
  /** Name of each zone and its private subnet. */
  readonly subnets: readonly { readonly zone: string; readonly id: pulumi.Input<string> }[];
  readonly securityGroupIds: readonly pulumi.Input<string>[];
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Kubernetes minor version. */
  readonly version: string;
  readonly stage: string;
}

/**
 * Node class and node pool of Auto Mode, and the switch that makes it enforce network policies
 * (https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html). Returns what pods wait for.
 */
export function autoNodes(site: NodesSite): readonly pulumi.Resource[] {
  const options = { parent: site.parent, provider: site.provider };
  const networkPolicies = new k8s.core.v1.ConfigMap(
    `${site.name}-network-policies`,
    {
      metadata: {
        name: "amazon-vpc-cni",
        namespace: "kube-system",
        labels: platformLabels("amazon-vpc-cni", "network", site.stage),
      },
      data: { "enable-network-policy-controller": "true" },
    },
    options,
  );
  const nodeClass = new k8s.apiextensions.CustomResource(
    `${site.name}-node-class`,
    {
      apiVersion: "eks.amazonaws.com/v1",
      kind: "NodeClass",
      metadata: { name: "apps", labels: platformLabels("apps", "nodes", site.stage) },
      spec: nodeClassSpec({
        role: site.node.role.name,
        subnetIds: site.subnets.map(({ id }) => id),
        securityGroupIds: site.securityGroupIds,
        kmsKeyArn: site.kmsKeyArn,
      }),
    },
    { ...options, dependsOn: [admitAutoNodes(site, site.node.role.arn), ...site.node.attachments] },
  );
  const nodePool = new k8s.apiextensions.CustomResource(
    `${site.name}-node-pool`,
    {
      apiVersion: "karpenter.sh/v1",
      kind: "NodePool",
      metadata: { name: "apps", labels: platformLabels("apps", "nodes", site.stage) },
      spec: nodePoolSpec({
        nodeClass: nodeClass.metadata.name,
        zones: site.subnets.map(({ zone }) => zone),
        limits: site.nodes.limits,
      }),
    },
    // The first pod must not start before its node enforces what its namespace denies.
    { ...options, dependsOn: [networkPolicies] },
  );
  return [networkPolicies, nodeClass, nodePool];
}
