import assert from "node:assert/strict";
import type { KubeObject } from "../../../rehearsal/kube/client";
import { checkIntegrity } from "../../../rehearsal/integrity";
import type { Loose } from "./fixture";
import { compliant, object } from "./fixture";

const API = "monitoring.coreos.com/v1";
const namespaced = { metadata: { namespace: "shop" } };
const secret = (name: string, key: string): KubeObject =>
  object("v1", "Secret", name, { ...namespaced, data: { [key]: "" } });

/** The fixture with a Prometheus and an Alertmanager that no operator has made pods of. */
function watched(change: (get: (kind: string, name: string) => Loose) => void = () => undefined): string[] {
  const pods = { podMetadata: { labels: { team: "x" } }, portName: "http" };
  const objects = [
    ...compliant(),
    object(API, "ServiceMonitor", "web", {
      ...namespaced,
      spec: {
        selector: {},
        namespaceSelector: { matchNames: ["shop"] },
        endpoints: [{ port: "metrics" }],
      },
    }),
    object(API, "Prometheus", "own", {
      ...namespaced,
      spec: { ...pods, additionalScrapeConfigs: { name: "jobs", key: "jobs.yaml" } },
    }),
    object(API, "Alertmanager", "own", { ...namespaced, spec: { ...pods, configSecret: "routes" } }),
    secret("jobs", "jobs.yaml"),
    secret("routes", "alertmanager.yaml"),
    object("v1", "Service", "prometheus", {
      ...namespaced,
      spec: {
        selector: { "app.kubernetes.io/name": "prometheus", prometheus: "own", team: "x" },
        ports: [{ name: "http", port: 9090, targetPort: "http" }],
      },
    }),
    object("v1", "Service", "alertmanager", {
      ...namespaced,
      spec: {
        selector: { "app.kubernetes.io/managed-by": "prometheus-operator", alertmanager: "own" },
        ports: [{ name: "mesh", port: 9094, targetPort: "mesh-tcp" }],
      },
    }),
  ];
  change((kind, name) => {
    const found = objects.find((one) => one.kind === kind && one.metadata.name === name);
    assert.ok(found, `${kind} ${name} is there`);
    return found;
  });
  return checkIntegrity(objects).map(({ kind, name, message }) => `${kind}/${name}: ${message}`);
}

describe("the integrity of what is scraped", () => {
  it("takes pods that the Prometheus operator would make for pods", () => assert.deepEqual(watched(), []));

  const cases: [title: string, change: Parameters<typeof watched>[0], finding: string][] = [
    [
      "a monitor of Services that do not exist",
      (get) => (get("ServiceMonitor", "web").spec.selector = { matchLabels: { app: "gone" } }),
      "ServiceMonitor/web: spec.selector selects app=gone, which no Service has",
    ],
    [
      "a monitor that looks into another namespace",
      (get) => (get("ServiceMonitor", "web").spec.namespaceSelector.matchNames = ["edge"]),
      "ServiceMonitor/web: spec.selector selects nothing, which no Service has",
    ],
    [
      "a monitor of a port that no Service has",
      (get) => (get("ServiceMonitor", "web").spec.endpoints[0].port = "gone"),
      'ServiceMonitor/web: spec.endpoints[gone] names port "gone", which no selected Service has',
    ],
    [
      "jobs in a Secret that does not exist",
      (get) => (get("Prometheus", "own").spec.additionalScrapeConfigs.name = "gone"),
      'Prometheus/own: spec.additionalScrapeConfigs names Secret "gone", which does not exist in namespace "shop"',
    ],
    [
      "jobs under a key that the Secret does not have",
      (get) => (get("Prometheus", "own").spec.additionalScrapeConfigs.key = "gone"),
      'Prometheus/own: spec.additionalScrapeConfigs names key "gone", which Secret "jobs" does not have',
    ],
    [
      "routes in a Secret that does not exist",
      (get) => (get("Alertmanager", "own").spec.configSecret = "gone"),
      'Alertmanager/own: spec.configSecret names Secret "gone", which does not exist in namespace "shop"',
    ],
    [
      "a service account that the operator's pods could not have",
      (get) => (get("Prometheus", "own").spec.serviceAccountName = "gone"),
      'Prometheus/own: spec.serviceAccountName names ServiceAccount "gone", which does not exist in namespace "shop"',
    ],
    [
      "a port that the operator's pods do not have",
      (get) => (get("Prometheus", "own").spec.portName = "web"),
      'Service/prometheus: spec.ports[http].targetPort leads to TCP port "http", which no selected pod declares',
    ],
  ];
  for (const [title, change, finding] of cases) {
    it(`finds ${title}`, () => assert.deepEqual(watched(change), [finding]));
  }
});
