import { anyObjectRule } from "../../kubernetes/any-object";
import { kubernetesVersion, servedVersions } from "../../kubernetes/api";

/** Kinds that went on in another group, or in another shape. */
const successors = new Map([
  ["PodSecurityPolicy", "Pod Security labels on namespaces"],
  ["extensions/Deployment", "apps/v1"],
  ["extensions/DaemonSet", "apps/v1"],
  ["extensions/ReplicaSet", "apps/v1"],
  ["extensions/NetworkPolicy", "networking.k8s.io/v1"],
  ["extensions/Ingress", "a Gateway and an HTTPRoute"],
  ["networking.k8s.io/Ingress", "a Gateway and an HTTPRoute"],
]);

/**
 * Every object is of an API version that is served: of Kubernetes' own groups what version 1.36 serves unless told to
 * serve more, which EKS is not, and of the groups that the platform installs what their pinned version serves. Groups
 * that the pack does not know are left alone.
 */
export const forbidRemovedVersions = anyObjectRule({
  name: "kubernetes-core-object-forbid-removed-version",
  area: "lifecycle",
  title: "API versions are served",
  description: `Every object is of an API version that Kubernetes ${kubernetesVersion} serves.`,
  level: "mandatory",
  severity: "high",
  checks: [15],
  ids: [],
  remedy: "Write the object in the version that the message names.",
  url: "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
  types: [
    "kubernetes:apps/v1:Deployment",
    "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    "kubernetes:batch/v1:CronJob",
    "kubernetes:policy/v1:PodDisruptionBudget",
    "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
  ],
  judge: ({ group, version, kind, path }, judgement) => {
    const served = servedVersions(group);
    if (served === undefined || (served.includes(version) && kind !== "PodSecurityPolicy")) return;
    const newest = served.at(-1);
    const successor =
      successors.get(kind) ??
      successors.get(`${group}/${kind}`) ??
      (newest === undefined ? "what took its place" : group === "" ? newest : `${group}/${newest}`);
    judgement.report(
      `${path}apiVersion`,
      `${kind} of ${group}/${version} is not served by Kubernetes ${kubernetesVersion}; use ${successor}.`,
    );
  },
});
