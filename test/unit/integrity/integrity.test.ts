import assert from "node:assert/strict";
import { checkIntegrity } from "../../../rehearsal/integrity";
import type { Breaking } from "./change";
import { cronJob, findings, main, pod, remove } from "./change";
import { compliant } from "./fixture";

const P = "spec.template.spec";

const breaking: Readonly<Record<string, readonly Breaking[]>> = {
  "configuration of pods": [
    {
      name: "an environment variable from a ConfigMap that does not exist",
      change: (get) => (main(get).env[0].valueFrom.configMapKeyRef.name = "gone"),
      finds: [
        `Deployment/web: ${P}.containers[main].env[LEVEL].valueFrom names ConfigMap "gone", which does not exist in namespace "shop"`,
      ],
    },
    {
      name: "an environment variable from a key that the ConfigMap does not have",
      change: (get) => (main(get).env[0].valueFrom.configMapKeyRef.key = "LEVLE"),
      finds: [
        `Deployment/web: ${P}.containers[main].env[LEVEL].valueFrom names key "LEVLE", which ConfigMap "web" does not have`,
      ],
    },
    {
      name: "an environment variable from a Secret that does not exist",
      change: (get) => (main(get).env[1].valueFrom.secretKeyRef.name = "gone"),
      finds: [
        `Deployment/web: ${P}.containers[main].env[PASSWORD].valueFrom names Secret "gone", which does not exist in namespace "shop"`,
      ],
    },
    {
      name: "an environment variable from a key that the Secret does not have",
      change: (get) => delete get("Secret", "web").data.PASSWORD,
      finds: [
        `Deployment/web: ${P}.containers[main].env[PASSWORD].valueFrom names key "PASSWORD", which Secret "web" does not have`,
        `Deployment/web: ${P}.volumes[files] names key "PASSWORD", which Secret "web" does not have`,
      ],
    },
    {
      name: "envFrom of a ConfigMap that does not exist",
      change: (get) => (main(get).envFrom[0].configMapRef.name = "gone"),
      finds: [
        `Deployment/web: ${P}.containers[main].envFrom[0] names ConfigMap "gone", which does not exist in namespace "shop"`,
      ],
    },
    {
      name: "envFrom of a Secret that does not exist, in an init container",
      change: (get) => (pod(get).initContainers[0].envFrom[0].secretRef.name = "gone"),
      finds: [
        `Deployment/web: ${P}.initContainers[migrate].envFrom[0] names Secret "gone", which does not exist in namespace "shop"`,
      ],
    },
    {
      name: "a volume of a ConfigMap that does not exist",
      change: (get) => (pod(get).volumes[0].configMap.name = "gone"),
      finds: [
        `Deployment/web: ${P}.volumes[config] names ConfigMap "gone", which does not exist in namespace "shop"`,
      ],
    },
    {
      name: "a volume of a ConfigMap without the key that is mounted as a subPath",
      change: (get) => (main(get).volumeMounts[0].subPath = "other.conf"),
      finds: [
        `Deployment/web: ${P}.volumes[config] names key "other.conf", which ConfigMap "web" does not have`,
      ],
    },
    {
      name: "a volume of a Secret of another namespace",
      change: (get) => (get("Secret", "web").metadata.namespace = "edge"),
      finds: [
        `Deployment/web: ${P}.containers[main].env[PASSWORD].valueFrom names Secret "web", which does not exist in namespace "shop"`,
        `Deployment/web: ${P}.initContainers[migrate].envFrom[0] names Secret "web", which does not exist in namespace "shop"`,
        `Deployment/web: ${P}.volumes[files] names Secret "web", which does not exist in namespace "shop"`,
      ],
    },
    {
      name: "a projected volume with a key that does not exist",
      change: (get) => (pod(get).volumes[2].projected.sources[0].configMap.items[0].key = "none"),
      finds: [
        `Deployment/web: ${P}.volumes[all].projected.sources[0] names key "none", which ConfigMap "web" does not have`,
      ],
    },
    {
      name: "a pull secret that does not exist, of a pod and of a ServiceAccount",
      change: remove("Secret", "pull"),
      finds: [
        `Deployment/web: ${P}.imagePullSecrets[pull] names Secret "pull", which does not exist in namespace "shop"`,
        `ServiceAccount/web: imagePullSecrets[pull] names Secret "pull", which does not exist in namespace "shop"`,
      ],
    },
    {
      name: "a CronJob's pods that read a ConfigMap which does not exist",
      change: (_get, objects) => objects.push(cronJob("gone")),
      finds: [
        `CronJob/nightly: spec.jobTemplate.spec.template.spec.containers[main].envFrom[0] names ConfigMap "gone", which does not exist in namespace "shop"`,
      ],
    },
  ],
  pods: [
    {
      name: "a ServiceAccount that does not exist",
      change: (get) => (pod(get).serviceAccountName = "gone"),
      finds: [
        `Deployment/web: ${P}.serviceAccountName names ServiceAccount "gone", which does not exist in namespace "shop"`,
      ],
    },
    {
      name: "a PriorityClass that does not exist",
      change: remove("PriorityClass", "high"),
      finds: [`Deployment/web: ${P}.priorityClassName names PriorityClass "high", which does not exist`],
    },
    {
      name: "a claim that does not exist",
      change: remove("PersistentVolumeClaim", "uploads"),
      finds: [
        `Deployment/web: ${P}.volumes[data] names PersistentVolumeClaim "uploads", which does not exist in namespace "shop"`,
      ],
    },
    {
      name: "a probe of a port name that the container does not declare",
      change: (get) => (main(get).readinessProbe.httpGet.port = "web"),
      finds: [
        `Deployment/web: ${P}.containers[main].readinessProbe asks port "web", which the container does not declare`,
      ],
    },
    {
      name: "a probe of a port number that the container does not declare",
      change: (get) => (main(get).livenessProbe.tcpSocket.port = 8080),
      finds: [
        `Deployment/web: ${P}.containers[main].livenessProbe asks port 8080, which the container does not declare`,
      ],
    },
    {
      name: "a gRPC probe of a port that only another container declares",
      change: (get) => (main(get).startupProbe = { grpc: { port: 9090 } }),
      finds: [
        `Deployment/web: ${P}.containers[main].startupProbe asks port 9090, which the container does not declare`,
      ],
    },
    {
      name: "a stop hook of a port that the container does not declare",
      change: (get) => (main(get).lifecycle = { preStop: { httpGet: { port: 1 } } }),
      finds: [
        `Deployment/web: ${P}.containers[main].lifecycle.preStop asks port 1, which the container does not declare`,
      ],
    },
    {
      name: "a spread constraint that does not select its own pod",
      change: (get) => (pod(get).topologySpreadConstraints[0].labelSelector.matchLabels = { app: "store" }),
      finds: [
        `Deployment/web: ${P}.topologySpreadConstraints[zone] selects app=store, which is none of the pod's own labels`,
      ],
    },
    {
      name: "an anti-affinity that selects no pod",
      change: (get) =>
        (pod(
          get,
        ).affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector =
          {
            matchLabels: { app: "wbe" },
          }),
      finds: [`Deployment/web: ${P}.affinity.podAntiAffinity[host] selects app=wbe, which no pod has`],
    },
    {
      name: "an affinity that selects no pod of the namespaces that it names",
      change: (get) => {
        const [term] = pod(get).affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution;
        term.namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": "edge" } };
      },
      finds: [`Deployment/web: ${P}.affinity.podAffinity[zone] selects app=store, which no pod has`],
    },
  ],
  storage: [
    {
      name: "a StorageClass that does not exist",
      change: remove("StorageClass", "gp3"),
      finds: [
        'PersistentVolumeClaim/uploads: spec.storageClassName names StorageClass "gp3", which does not exist',
        'StatefulSet/store: spec.volumeClaimTemplates[data].spec.storageClassName names StorageClass "gp3", which does not exist',
      ],
    },
    {
      name: "a claim without a StorageClass where none is the default",
      change: (get) => delete get("StatefulSet", "store").spec.volumeClaimTemplates[0].spec.storageClassName,
      finds: [
        "StatefulSet/store: spec.volumeClaimTemplates[data].spec.storageClassName is not set, and no StorageClass is the default",
      ],
    },
  ],
  services: [
    {
      name: "a Service that selects no pod",
      change: (get) => (get("Service", "web").spec.selector = { app: "wbe" }),
      finds: ["Service/web: spec.selector selects app=wbe, which no pod has"],
    },
    {
      name: "a port name that no selected pod declares",
      change: (get) => (get("Service", "web").spec.ports[0].targetPort = "https"),
      finds: [
        'Service/web: spec.ports[http].targetPort leads to TCP port "https", which no selected pod declares',
      ],
    },
    {
      name: "a port number that no selected pod declares",
      change: (get) => (get("Service", "store").spec.ports[0].targetPort = 6380),
      finds: [
        "Service/store: spec.ports[redis].targetPort leads to TCP port 6380, which no selected pod declares",
      ],
    },
    {
      name: "a port without a target that no selected pod declares",
      change: (get) => delete get("Service", "web").spec.ports[0].targetPort,
      finds: [
        "Service/web: spec.ports[http].targetPort leads to TCP port 80, which no selected pod declares",
      ],
    },
    {
      name: "a port of another protocol than the pod's",
      change: (get) => (get("Service", "store").spec.ports[0].protocol = "UDP"),
      finds: [
        "Service/store: spec.ports[redis].targetPort leads to UDP port 6379, which no selected pod declares",
      ],
    },
    {
      name: "a port that only an init container declares which ends",
      change: (get) => delete pod(get).initContainers[1].restartPolicy,
      finds: [
        "Service/web: spec.ports[metrics].targetPort leads to TCP port 9090, which no selected pod declares",
      ],
    },
    {
      name: "a StatefulSet's Service that does not exist",
      change: remove("Service", "store"),
      finds: [
        'StatefulSet/store: spec.serviceName names Service "store", which does not exist in namespace "shop"',
      ],
    },
  ],
  "network policies": [
    {
      name: "a policy that selects no pod",
      change: (get) => (get("NetworkPolicy", "store").spec.podSelector.matchLabels = { app: "sotre" }),
      finds: ["NetworkPolicy/store: spec.podSelector selects app=sotre, which no pod has"],
    },
    {
      name: "a policy whose peer selects no namespace",
      change: (get) =>
        (get("NetworkPolicy", "store").spec.ingress[0].from[1].namespaceSelector.matchLabels = {
          team: "none",
        }),
      finds: [
        "NetworkPolicy/store: spec.ingress[0].from[1].namespaceSelector selects team=none, which no namespace has",
      ],
    },
    {
      name: "a policy whose ingress selects no pod of its namespace",
      change: (get) =>
        (get("NetworkPolicy", "store").spec.ingress[0].from[0].podSelector.matchLabels = { app: "none" }),
      finds: ["NetworkPolicy/store: spec.ingress[0].from[0].podSelector selects app=none, which no pod has"],
    },
    {
      name: "a policy whose egress selects no pod of its namespace",
      change: (get) =>
        (get("NetworkPolicy", "store").spec.egress[0].to[0].podSelector.matchLabels = { app: "none" }),
      finds: ["NetworkPolicy/store: spec.egress[0].to[0].podSelector selects app=none, which no pod has"],
    },
    {
      name: "a policy that opens a port name which its pods do not declare",
      change: (get) => (get("NetworkPolicy", "store").spec.ingress[0].ports[0].port = "cache"),
      finds: [
        'NetworkPolicy/store: spec.ingress[0].ports[cache] opens port "cache", which no selected pod declares',
      ],
    },
  ],
  "disruption budgets": [
    {
      name: "a budget that selects no pod",
      change: (get) => (get("PodDisruptionBudget", "web").spec.selector.matchLabels = { app: "none" }),
      finds: ["PodDisruptionBudget/web: spec.selector selects app=none, of which there is none"],
    },
    {
      name: "a budget that allows none to be unavailable",
      change: (get) => (get("PodDisruptionBudget", "store").spec.maxUnavailable = "0%"),
      finds: ["PodDisruptionBudget/store: spec.maxUnavailable is 0%, so that no pod may ever be evicted"],
    },
    {
      name: "a budget that wants as many as the autoscaler's minimum",
      change: (get) => (get("PodDisruptionBudget", "web").spec.minAvailable = 2),
      finds: [
        "PodDisruptionBudget/web: spec.minAvailable is 2 of 2 replicas, so that no pod may ever be evicted",
      ],
    },
    {
      name: "a budget that wants one where the autoscaler may go down to one, which is its default",
      change: (get) => delete get("HorizontalPodAutoscaler", "web").spec.minReplicas,
      finds: [
        "PodDisruptionBudget/web: spec.minAvailable is 1 of 1 replicas, so that no pod may ever be evicted",
      ],
    },
    {
      name: "a budget whose percentage is rounded up to all replicas",
      change: (get) => (get("PodDisruptionBudget", "web").spec.minAvailable = "51%"),
      finds: [
        "PodDisruptionBudget/web: spec.minAvailable is 51% of 2 replicas, so that no pod may ever be evicted",
      ],
    },
    {
      name: "a budget of a workload whose replicas are all wanted",
      change: (get) =>
        (get("PodDisruptionBudget", "store").spec = {
          selector: { matchLabels: { app: "store" } },
          minAvailable: 3,
        }),
      finds: [
        "PodDisruptionBudget/store: spec.minAvailable is 3 of 3 replicas, so that no pod may ever be evicted",
      ],
    },
  ],
  autoscalers: [
    {
      name: "a scale target that does not exist",
      change: (get) => (get("HorizontalPodAutoscaler", "web").spec.scaleTargetRef.name = "wbe"),
      // Without its autoscaler the Deployment has one replica, which its budget then holds fast.
      finds: [
        "PodDisruptionBudget/web: spec.minAvailable is 1 of 1 replicas, so that no pod may ever be evicted",
        'HorizontalPodAutoscaler/web: spec.scaleTargetRef names Deployment "wbe", which does not exist in namespace "shop"',
      ],
    },
    {
      name: "a scale target of another kind",
      change: (get) => {
        get("HorizontalPodAutoscaler", "web").spec.scaleTargetRef.kind = "StatefulSet";
        get("PodDisruptionBudget", "web").spec = {
          selector: { matchLabels: { app: "web" } },
          maxUnavailable: 1,
        };
      },
      finds: [
        'HorizontalPodAutoscaler/web: spec.scaleTargetRef names StatefulSet "web", which does not exist in namespace "shop"',
      ],
    },
  ],
};

describe("checkIntegrity", () => {
  for (const [area, cases] of Object.entries(breaking)) {
    describe(area, () => {
      for (const { name, change, finds } of cases)
        it(`finds ${name}`, () => assert.deepEqual(findings(change), finds));
    });
  }

  it("says of a finding which object and which field it is about", () => {
    const objects = compliant().filter(({ kind }) => kind !== "PriorityClass");
    assert.deepEqual(checkIntegrity(objects), [
      {
        kind: "Deployment",
        namespace: "shop",
        name: "web",
        path: "spec.template.spec.priorityClassName",
        message: 'spec.template.spec.priorityClassName names PriorityClass "high", which does not exist',
      },
    ]);
  });

  it("finds nothing among no objects", () => assert.deepEqual(checkIntegrity([]), []));
});
