import type { AlertCase } from "../../support/promtool";

const security = { system: "slipway", team: "security" };
const denied =
  'pod_security_evaluations_total{job="apiserver",decision="deny",mode="enforce",policy_level="restricted",policy_version="latest",request_operation="create",resource="pod",subresource=""}';
const build =
  'kubernetes_build_info{job="apiserver",git_version="v1.36.3-eks-40737a8",major="1",minor="36+"}';

/** A container of the shop that runs an image. */
function runs(image: string): Readonly<Record<string, string>> {
  return {
    [`kube_pod_container_info{job="kube-state-metrics",namespace="shop",pod="api-1",container="api",image="${image}",image_id="sha256:1"}`]:
      "1x10",
  };
}

export const securityCases: readonly AlertCase[] = [
  ...[
    ["the first one was three minutes ago", "_x20 1x20"],
    ["one more was two minutes ago", "4x21 5x20"],
  ].map(([name = "", values = ""]): AlertCase => ({
    alert: "PodSecurityViolations",
    name,
    series: { [denied]: values },
    at: "24m",
    fires: [
      {
        labels: { ...security, policy_level: "restricted", resource: "pod", severity: "warning" },
        summary: "A pod against Pod Security was refused",
        description: "Somebody tried to run what restricted does not allow.",
      },
    ],
  })),
  {
    alert: "PodSecurityViolations",
    name: "a pod was let in, and another one warned of",
    series: {
      [denied.replace("deny", "allow")]: "0+1x30",
      [denied.replace("enforce", "warn")]: "0+1x30",
    },
    at: "24m",
    fires: [],
  },
  {
    alert: "PodSecurityViolations",
    name: "the last one was half an hour ago",
    series: { [denied]: "_x5 1x60" },
    at: "40m",
    fires: [],
  },

  ...["evil.example.com/shop/api:1", "dockerXio/library/node:24"].map((image): AlertCase => ({
    alert: "ImagePullFromUnapprovedRegistry",
    name: `a container runs ${image}`,
    series: runs(image),
    at: "2m",
    fires: [
      {
        labels: {
          ...security,
          namespace: "shop",
          pod: "api-1",
          container: "api",
          image,
          severity: "high",
        },
        summary: "api-1 of shop runs an image of an unknown registry",
        description: `The container api runs ${image}.`,
      },
    ],
  })),
  ...[
    "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/api@sha256:1",
    "docker.io/library/redis:7.4.11-alpine",
    "quay.io/prometheus/prometheus:v3.13.5",
    "localhost:5001/shop/api@sha256:1",
    // Not pulled yet.
    "",
  ].map((image): AlertCase => ({
    alert: "ImagePullFromUnapprovedRegistry",
    name: `a container runs ${image || "nothing"}`,
    series: runs(image),
    at: "2m",
    fires: [],
  })),

  {
    alert: "EKSVersionEndOfStandardSupport",
    name: "support ends in 53 days",
    start: "2027-06-10T00:00:00Z",
    series: { [build]: "1x150" },
    at: "90m",
    fires: [
      {
        labels: { ...security, severity: "warning" },
        summary: "Kubernetes 1.36 loses its standard support",
        description:
          "In 53 days, on 2027-08-02; from then on it costs more, and in the end it is upgraded unasked.",
      },
    ],
  },
  {
    alert: "EKSVersionEndOfStandardSupport",
    name: "support ends in 65 days",
    start: "2027-05-29T00:00:00Z",
    series: { [build]: "1x150" },
    at: "90m",
    fires: [],
  },
  {
    alert: "EKSVersionEndOfStandardSupport",
    name: "support of that version ends in 53 days, but another one runs",
    start: "2027-06-10T00:00:00Z",
    series: { [build.replace("v1.36.3", "v1.37.1")]: "1x150" },
    at: "90m",
    fires: [],
  },
];
