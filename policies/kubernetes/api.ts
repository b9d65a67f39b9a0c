/** What an API group serves, and which of its kinds stand in no namespace. */
interface ApiGroup {
  readonly versions: readonly string[];
  readonly clusterScoped?: readonly string[];
}

/** The version of Kubernetes that {@link servedVersions} speaks of. */
export const kubernetesVersion = "1.36";

/** Kubernetes' own groups, as an API server serves them that nothing was switched on in (`/apis`). */
const ownGroups: Readonly<Record<string, ApiGroup>> = {
  "": { versions: ["v1"], clusterScoped: ["ComponentStatus", "Namespace", "Node", "PersistentVolume"] },
  "admissionregistration.k8s.io": {
    versions: ["v1"],
    clusterScoped: [
      "MutatingAdmissionPolicy",
      "MutatingAdmissionPolicyBinding",
      "MutatingWebhookConfiguration",
      "ValidatingAdmissionPolicy",
      "ValidatingAdmissionPolicyBinding",
      "ValidatingWebhookConfiguration",
    ],
  },
  "apiextensions.k8s.io": { versions: ["v1"], clusterScoped: ["CustomResourceDefinition"] },
  "apiregistration.k8s.io": { versions: ["v1"], clusterScoped: ["APIService"] },
  apps: { versions: ["v1"] },
  "authentication.k8s.io": { versions: ["v1"], clusterScoped: ["SelfSubjectReview", "TokenReview"] },
  "authorization.k8s.io": {
    versions: ["v1"],
    clusterScoped: ["SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"],
  },
  autoscaling: { versions: ["v1", "v2"] },
  batch: { versions: ["v1"] },
  "certificates.k8s.io": {
    versions: ["v1"],
    clusterScoped: ["CertificateSigningRequest", "ClusterTrustBundle"],
  },
  "coordination.k8s.io": { versions: ["v1"] },
  "discovery.k8s.io": { versions: ["v1"] },
  "events.k8s.io": { versions: ["v1"] },
  extensions: { versions: [], clusterScoped: ["PodSecurityPolicy"] },
  "flowcontrol.apiserver.k8s.io": {
    versions: ["v1"],
    clusterScoped: ["FlowSchema", "PriorityLevelConfiguration"],
  },
  "internal.apiserver.k8s.io": { versions: [], clusterScoped: ["StorageVersion"] },
  "networking.k8s.io": {
    versions: ["v1"],
    clusterScoped: ["ClusterCIDR", "IngressClass", "IPAddress", "ServiceCIDR"],
  },
  "node.k8s.io": { versions: ["v1"], clusterScoped: ["RuntimeClass"] },
  policy: { versions: ["v1"], clusterScoped: ["PodSecurityPolicy"] },
  "rbac.authorization.k8s.io": { versions: ["v1"], clusterScoped: ["ClusterRole", "ClusterRoleBinding"] },
  "resource.k8s.io": {
    versions: ["v1"],
    clusterScoped: ["DeviceClass", "DeviceTaintRule", "ResourceClass", "ResourceSlice"],
  },
  "scheduling.k8s.io": { versions: ["v1"], clusterScoped: ["PriorityClass"] },
  "settings.k8s.io": { versions: [] },
  "storage.k8s.io": {
    versions: ["v1"],
    clusterScoped: ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
  },
  "storagemigration.k8s.io": { versions: [], clusterScoped: ["StorageVersionMigration"] },
};

/** Groups of others, in the versions that `versions.json` pins. */
const otherGroups: Readonly<Record<string, ApiGroup>> = {
  "acme.cert-manager.io": { versions: ["v1"] },
  "cert-manager.io": { versions: ["v1"], clusterScoped: ["ClusterIssuer"] },
  "gateway.envoyproxy.io": { versions: ["v1alpha1"] },
  "gateway.networking.k8s.io": { versions: ["v1beta1", "v1"], clusterScoped: ["GatewayClass"] },
  "karpenter.sh": { versions: ["v1"], clusterScoped: ["NodeClaim", "NodePool"] },
  "monitoring.coreos.com": { versions: ["v1alpha1", "v1beta1", "v1"] },
};

const groups = new Map<string, ApiGroup>(Object.entries({ ...ownGroups, ...otherGroups }));

/** The versions in which a group is served, oldest first; undefined for a group that is not known. */
export function servedVersions(group: string): readonly string[] | undefined {
  return groups.get(group)?.versions;
}

/** Whether objects of a kind stand in a namespace; undefined for a group that is not known. */
export function isNamespaced(group: string, kind: string): boolean | undefined {
  const known = groups.get(group);
  return known && !(known.clusterScoped ?? []).includes(kind);
}
