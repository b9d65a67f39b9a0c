import assert from "node:assert/strict";
import type { Change } from "./change";
import { cronJob, findings, main, pod, remove } from "./change";
import { object } from "./fixture";

const whole: readonly { readonly name: string; readonly change: Change }[] = [
  { name: "nothing is changed", change: () => undefined },
  {
    name: "an optional Secret does not exist",
    change: (get) => (main(get).envFrom[0] = { secretRef: { name: "gone", optional: true } }),
  },
  {
    name: "an optional volume's ConfigMap does not exist",
    change: (get) => (pod(get).volumes[0].configMap = { name: "gone", optional: true }),
  },
  {
    name: "a subPath of a volume with items is a path of theirs",
    change: (get) => {
      pod(get).volumes[0].configMap.items = [{ key: "LEVEL", path: "level" }];
      main(get).volumeMounts[0].subPath = "level";
    },
  },
  {
    name: "a binary key of a ConfigMap is read",
    change: (get) => (
      (get("ConfigMap", "web").binaryData = { logo: "" }),
      (main(get).env[0].valueFrom.configMapKeyRef.key = "logo")
    ),
  },
  {
    name: "a Secret is written by a Certificate",
    change: (get) => (
      (get("Certificate", "public").metadata.namespace = "shop"),
      (get("Certificate", "public").spec.secretName = "web-tls"),
      (get("Gateway", "public").spec.listeners[0].tls = {}),
      (pod(get).volumes[1].secret = { secretName: "web-tls", items: [{ key: "tls.crt", path: "c" }] })
    ),
  },
  { name: "the account is the default one", change: (get) => delete pod(get).serviceAccountName },
  {
    name: "the priority class is the API server's own",
    change: (get) => (pod(get).priorityClassName = "system-node-critical"),
  },
  {
    name: "a claim asks for a volume made by hand",
    change: (get) => (get("PersistentVolumeClaim", "uploads").spec.storageClassName = ""),
  },
  {
    name: "a bound claim's StorageClass is gone",
    change: (get) =>
      (get("PersistentVolumeClaim", "uploads").spec = { storageClassName: "old", volumeName: "pv-1" }),
  },
  {
    name: "a claim without a class gets the default one",
    change: (get) => {
      delete get("StatefulSet", "store").spec.volumeClaimTemplates[0].spec.storageClassName;
      get("StorageClass", "gp3").metadata.annotations = {
        "storageclass.kubernetes.io/is-default-class": "true",
      };
    },
  },
  {
    name: "a Service has no selector",
    change: (_get, objects) =>
      objects.push(
        object("v1", "Service", "outside", {
          metadata: { namespace: "shop" },
          spec: { ports: [{ port: 1 }] },
        }),
      ),
  },
  {
    name: "a Service is an external name",
    change: (_get, objects) =>
      objects.push(
        object("v1", "Service", "outside", {
          metadata: { namespace: "shop" },
          spec: { type: "ExternalName", selector: { app: "none" }, externalName: "example.com" },
        }),
      ),
  },
  {
    name: "a selector has expressions",
    change: (get) =>
      (get("PodDisruptionBudget", "web").spec.selector = {
        matchExpressions: [
          { key: "app", operator: "In", values: ["web", "api"] },
          { key: "old", operator: "DoesNotExist" },
        ],
      }),
  },
  {
    name: "a default-deny policy is in a namespace without pods",
    change: (_get, objects) =>
      objects.push(
        object("networking.k8s.io/v1", "NetworkPolicy", "deny", {
          metadata: { namespace: "edge" },
          spec: { podSelector: {} },
        }),
      ),
  },
  {
    name: "a policy opens any namespace",
    change: (get) => (get("NetworkPolicy", "store").spec.ingress[0].from = [{ namespaceSelector: {} }]),
  },
  {
    name: "a budget is a percentage that leaves one",
    change: (get) => (get("PodDisruptionBudget", "web").spec.minAvailable = "50%"),
  },
  {
    name: "a budget guards the pods of a DaemonSet",
    change: (get, objects) => {
      get("PodDisruptionBudget", "store").spec = {
        selector: { matchLabels: { app: "agent" } },
        minAvailable: 1,
      };
      objects.push(
        object("apps/v1", "DaemonSet", "agent", {
          metadata: { namespace: "shop" },
          spec: { template: { metadata: { labels: { app: "agent" } }, spec: { containers: [] } } },
        }),
      );
    },
  },
  { name: "a CronJob reads what exists", change: (_get, objects) => objects.push(cronJob("web")) },
  {
    name: "an owned pod is judged by its owner's template alone",
    change: (_get, objects) =>
      objects.push(
        object("v1", "Pod", "web-1", {
          metadata: {
            namespace: "shop",
            ownerReferences: [
              { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-old", uid: "1", controller: true },
            ],
          },
          spec: { serviceAccountName: "gone", containers: [] },
        }),
      ),
  },
  {
    name: "a ReferenceGrant allows a Service of another namespace",
    change: (get, objects) => {
      objects.push(
        object("v1", "Service", "far", { metadata: { namespace: "other" }, spec: { ports: [{ port: 80 }] } }),
        object("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", "routes", {
          metadata: { namespace: "other" },
          spec: {
            from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "shop" }],
            to: [{ group: "", kind: "Service" }],
          },
        }),
      );
      get("HTTPRoute", "web").spec.rules[0].backendRefs[0] = { name: "far", namespace: "other", port: 80 };
    },
  },
  {
    name: "a route only redirects",
    change: (get) =>
      (get("HTTPRoute", "web").spec.rules = [{ filters: [{ requestRedirect: { scheme: "https" } }] }]),
  },
  {
    name: "a route names no listener and one of them takes it",
    change: (get) => delete get("HTTPRoute", "web").spec.parentRefs[0].sectionName,
  },
  {
    name: "a route without hostnames hangs on a listener with one",
    change: (get) => delete get("HTTPRoute", "web").spec.hostnames,
  },
  {
    name: "a listener takes routes of all namespaces",
    change: (get) =>
      (get("Gateway", "public").spec.listeners[0].allowedRoutes = {
        namespaces: { from: "All" },
        kinds: [{ kind: "HTTPRoute" }],
      }),
  },
  {
    name: "a listener's Secret is there without a Certificate",
    change: (_get, objects) => {
      remove("Certificate", "public")(_get, objects);
      objects.push(
        object("v1", "Secret", "public-tls", {
          metadata: { namespace: "edge" },
          data: { "tls.crt": "", "tls.key": "" },
        }),
      );
    },
  },
  {
    name: "an authority's Secret is written by a Certificate",
    change: (_get, objects) =>
      objects.push(
        object("cert-manager.io/v1", "Issuer", "own", {
          metadata: { namespace: "edge" },
          spec: { ca: { secretName: "public-tls" } },
        }),
      ),
  },
  {
    name: "a binding of the API server's own names an account that is not there",
    change: (_get, objects) =>
      objects.push(
        object("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "system:x", {
          metadata: { labels: { "kubernetes.io/bootstrapping": "rbac-defaults" } },
          roleRef: { kind: "ClusterRole", name: "x" },
          subjects: [{ kind: "ServiceAccount", name: "x", namespace: "kube-system" }],
        }),
      ),
  },
];

describe("checkIntegrity leaves objects alone when", () => {
  for (const { name, change } of whole) it(name, () => assert.deepEqual(findings(change), []));
});
