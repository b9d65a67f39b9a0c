import type * as pulumi from "@pulumi/pulumi";

/** Fields of `eks.amazonaws.com/v1` NodeClass that we set (https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html). */
export interface NodeClassSpec {
  readonly role: pulumi.Input<string>;
  readonly subnetSelectorTerms: readonly { readonly id: pulumi.Input<string> }[];
  readonly securityGroupSelectorTerms: readonly { readonly id: pulumi.Input<string> }[];
  readonly networkPolicy: "DefaultAllow" | "DefaultDeny";
  readonly ephemeralStorage: { readonly size: string; readonly kmsKeyID: pulumi.Input<string> };
}

/** Fields of `karpenter.sh/v1` NodePool that we set. */
export interface NodePoolSpec {
  readonly template: {
    readonly spec: {
      readonly nodeClassRef: {
        readonly group: "eks.amazonaws.com";
        readonly kind: "NodeClass";
        readonly name: pulumi.Input<string>;
      };
      readonly requirements: readonly NodeRequirement[];
      readonly expireAfter: string;
      readonly terminationGracePeriod: string;
    };
  };
  readonly limits: { readonly cpu: string; readonly memory: string };
  readonly disruption: {
    readonly consolidationPolicy: "WhenEmpty" | "WhenEmptyOrUnderutilized";
    readonly consolidateAfter: string;
    readonly budgets: readonly { readonly nodes: string }[];
  };
}

export interface NodeRequirement {
  readonly key: string;
  readonly operator: "In" | "Gt";
  readonly values: readonly string[];
}

/** What an Auto Mode node class is made from. */
export interface NodeClassArgs {
  readonly role: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupIds: readonly pulumi.Input<string>[];
  readonly kmsKeyArn: pulumi.Input<string>;
}

/** Nodes in our private subnets, with our security groups, encrypted disks and network policies enforced. */
export function nodeClassSpec(args: NodeClassArgs): NodeClassSpec {
  return {
    role: args.role,
    subnetSelectorTerms: args.subnetIds.map((id) => ({ id })),
    securityGroupSelectorTerms: args.securityGroupIds.map((id) => ({ id })),
    // DefaultDeny would also cut off what AWS and charts run in kube-system; our own namespaces deny by a policy.
    networkPolicy: "DefaultAllow",
    ephemeralStorage: { size: "80Gi", kmsKeyID: args.kmsKeyArn },
  };
}

/** What a node pool is made from. */
export interface NodePoolArgs {
  readonly nodeClass: pulumi.Input<string>;
  readonly zones: readonly string[];
  readonly limits: { readonly cpu: string; readonly memory: string };
}

/** General-purpose x86-64 nodes on demand, renewed every fortnight (Auto Mode allows 21 days at most). */
export function nodePoolSpec({ nodeClass, zones, limits }: NodePoolArgs): NodePoolSpec {
  return {
    template: {
      spec: {
        nodeClassRef: { group: "eks.amazonaws.com", kind: "NodeClass", name: nodeClass },
        requirements: [
          { key: "kubernetes.io/arch", operator: "In", values: ["amd64"] },
          { key: "karpenter.sh/capacity-type", operator: "In", values: ["on-demand"] },
          { key: "topology.kubernetes.io/zone", operator: "In", values: zones },
          { key: "eks.amazonaws.com/instance-category", operator: "In", values: ["c", "m", "r"] },
          { key: "eks.amazonaws.com/instance-generation", operator: "Gt", values: ["4"] },
        ],
        expireAfter: "336h",
        // A pod that does not stop in a day would otherwise hold an outdated node for ever.
        terminationGracePeriod: "24h",
      },
    },
    limits: { cpu: limits.cpu, memory: limits.memory },
    disruption: {
      consolidationPolicy: "WhenEmptyOrUnderutilized",
      consolidateAfter: "1m",
      budgets: [{ nodes: "10%" }],
    },
  };
}
