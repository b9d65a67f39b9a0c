import { block, flag, matches, oneOf, ref, set, text } from "../fields";
import type { Model } from "../model";
import { checkPodRole } from "./eks-access";
import { T } from "./tokens";

const ADDONS = [
  "vpc-cni",
  "coredns",
  "kube-proxy",
  "eks-pod-identity-agent",
  "eks-node-monitoring-agent",
  "aws-ebs-csi-driver",
  "aws-efs-csi-driver",
  "aws-mountpoint-s3-csi-driver",
  "snapshot-controller",
  "amazon-cloudwatch-observability",
  "adot",
  "aws-guardduty-agent",
  "metrics-server",
  "kube-state-metrics",
  "prometheus-node-exporter",
  "cert-manager",
  "external-dns",
  "fluent-bit",
];

const addon: Model = {
  type: T.addon,
  tags: true,
  fields: {
    addonName: text({ required: true, forceNew: true, check: oneOf(...ADDONS) }),
    addonVersion: text({
      computed: true,
      check: matches(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, "must look like v1.12.3-eksbuild.1"),
    }),
    clusterName: ref(T.cluster, { required: true, forceNew: true }, "name"),
    configurationValues: text({ computed: true }),
    podIdentityAssociations: set(
      block({ roleArn: ref(T.role, { required: true }, "arn"), serviceAccount: text({ required: true }) }),
    ),
    preserve: flag(),
    resolveConflictsOnCreate: text({ check: oneOf("NONE", "OVERWRITE") }),
    resolveConflictsOnUpdate: text({ check: oneOf("NONE", "OVERWRITE", "PRESERVE") }),
    serviceAccountRoleArn: ref(T.role, {}, "arn"),
  },
  computed: ["arn", "createdAt", "modifiedAt"],
  goesWith: { field: "clusterName", type: T.cluster, by: "name" },
  id: (s) => `${s.view.text("clusterName") ?? ""}:${s.view.text("addonName") ?? ""}`,
  outputs: (s) => ({
    arn: s.arn(
      "eks",
      `addon/${s.view.text("clusterName") ?? ""}/${s.view.text("addonName") ?? ""}/${s.hex(32)}`,
    ),
    addonVersion: s.view.text("addonVersion") ?? s.self?.attributes["addonVersion"] ?? "v1.0.0-eksbuild.1",
    configurationValues: s.view.text("configurationValues") ?? "",
    createdAt: s.self?.attributes["createdAt"] ?? s.now(),
    modifiedAt: s.self?.attributes["modifiedAt"] ?? s.now(),
  }),
  admit(s) {
    for (const association of s.view.blocks("podIdentityAssociations"))
      checkPodRole(s, association.text("roleArn"));
    const id = `${s.view.text("clusterName") ?? ""}:${s.view.text("addonName") ?? ""}`;
    if (s.verb === "creating" && s.account.find(T.addon, "id", id, s.region) !== undefined) {
      s.refuse("ResourceInUseException", "Addon already exists.");
    }
  },
};

export const addonModels: readonly Model[] = [addon];
