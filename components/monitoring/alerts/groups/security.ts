import { versions } from "../../../common/versions";
import type { AlertGroup } from "../types";

const { minor, endOfSupport } = versions.kubernetes;

/** Hosts of the registries that the platform's own images come from, and those of a stack's own images. */
const registries = [
  ...new Set(Object.values(versions.images).map(({ repository }) => repository.split("/", 1).join(""))),
  "registry.k8s.io",
  "public.ecr.aws",
  "[0-9]{12}.dkr.ecr.[a-z0-9-]+.amazonaws.com",
  "localhost:[0-9]+",
];
const APPROVED = `(${[...new Set(registries)].join("|").replaceAll(".", "[.]")})/.+`;

/** Alerts on what should not be tried, and on what grows too old. */
export const securityAlerts: AlertGroup = {
  PodSecurityViolations: {
    scope: "platform",
    // A count that has only just begun does not grow yet.
    query: `sum by (policy_level, resource) (
        increase(pod_security_evaluations_total{decision="deny",mode="enforce"}[15m])) > 0
      or sum by (policy_level, resource) (
        pod_security_evaluations_total{decision="deny",mode="enforce"}
        unless pod_security_evaluations_total offset 15m) > 0`,
    for: "1m",
    severity: "warning",
    team: "security",
    summary: "A {{ $labels.resource }} against Pod Security was refused",
    description: "Somebody tried to run what {{ $labels.policy_level }} does not allow.",
  },
  ImagePullFromUnapprovedRegistry: {
    scope: "platform",
    query: `group by (namespace, pod, container, image) (kube_pod_container_info{image!="",image!~"${APPROVED}"})`,
    for: "1m",
    severity: "high",
    team: "security",
    summary: "{{ $labels.pod }} of {{ $labels.namespace }} runs an image of an unknown registry",
    description: "The container {{ $labels.container }} runs {{ $labels.image }}.",
  },
  EKSVersionEndOfStandardSupport: {
    scope: "platform",
    query: `(vector(${Date.parse(endOfSupport) / 1000}) - time()) / 86400
      and on () kubernetes_build_info{job="apiserver",git_version=~"v${minor.replace(".", "[.]")}[.].+"}`,
    below: 60,
    range: [7, 365],
    for: "1h",
    severity: "warning",
    team: "security",
    summary: `Kubernetes ${minor} loses its standard support`,
    description: `In {{ $value | printf "%.0f" }} days, on ${endOfSupport}; from then on it costs more, and in the end it is upgraded unasked.`,
  },
};
