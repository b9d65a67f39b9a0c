import { SlipwayError } from "../common/problems";
import { versions } from "../common/versions";
import type { Compute } from "./types";

/** One EKS add-on, by the name that EKS knows it by. */
export type AddonName =
  "vpc-cni" | "kube-proxy" | "eks-pod-identity-agent" | "coredns" | "aws-ebs-csi-driver" | "metrics-server";

export interface AddonPlan {
  readonly name: AddonName;
  /** E.g. `v1.22.4-eksbuild.3`. */
  readonly version: string;
  /** `before`: nodes need it to become ready. `after`: it runs as pods that need nodes. */
  readonly when: "before" | "after";
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** The add-on's service account that gets an IAM role, and the AWS managed policy of that role. */
  readonly identity?: { readonly serviceAccount: string; readonly policy: string };
}

// Enforcing network policies is off by default, and every namespace of ours starts with default-deny.
const MANAGED: readonly Omit<AddonPlan, "version">[] = [
  {
    name: "vpc-cni",
    when: "before",
    configuration: { enableNetworkPolicy: "true" },
    identity: { serviceAccount: "aws-node", policy: "AmazonEKS_CNI_Policy" },
  },
  { name: "kube-proxy", when: "before" },
  { name: "eks-pod-identity-agent", when: "before" },
  { name: "coredns", when: "after" },
  {
    name: "aws-ebs-csi-driver",
    when: "after",
    identity: { serviceAccount: "ebs-csi-controller-sa", policy: "service-role/AmazonEBSCSIDriverPolicy" },
  },
  { name: "metrics-server", when: "after" },
];

// Auto Mode runs the others itself; autoscaling needs metrics-server, which it does not.
const AUTO: readonly Omit<AddonPlan, "version">[] = [{ name: "metrics-server", when: "after" }];

const sets: Readonly<Record<string, Readonly<Record<AddonName, string>> | undefined>> = versions.eksAddons;

/**
 * The add-ons of a cluster with the versions that were pinned together for its Kubernetes version.
 *
 * @throws SlipwayError when `versions.json` has no set for that Kubernetes version.
 */
export function addonPlan(compute: Compute, kubernetes: string): readonly AddonPlan[] {
  const set = sets[kubernetes];
  if (set === undefined) {
    throw new SlipwayError({
      what: `there is no set of add-ons for Kubernetes ${kubernetes}`,
      where: "version",
      allowed: Object.keys(sets).join(", "),
      todo: "pin one in versions.json under eksAddons",
    });
  }
  return (compute === "auto" ? AUTO : MANAGED).map((addon) => ({ ...addon, version: set[addon.name] }));
}
