import type { KubeObject } from "../../../rehearsal/kube/client";

/** An object of which a case may change any field. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- A case reaches deep into objects that have no type here.
export type Loose = any;

const restrictedNamespace = (name: string, labels: Record<string, string> = {}): KubeObject =>
  object("v1", "Namespace", name, {
    metadata: { labels: { "kubernetes.io/metadata.name": name, ...labels } },
  });

/** A small system behind a Gateway of another namespace, in which every reference names something. */
export function compliant(): KubeObject[] {
  return [
    restrictedNamespace("shop", { edge: "open" }),
    restrictedNamespace("edge"),
    object("v1", "ServiceAccount", "web", {
      metadata: { namespace: "shop" },
      imagePullSecrets: [{ name: "pull" }],
    }),
    object("v1", "Secret", "pull", { metadata: { namespace: "shop" }, data: { ".dockerconfigjson": "" } }),
    object("v1", "Secret", "web", { metadata: { namespace: "shop" }, data: { PASSWORD: "" } }),
    object("v1", "ConfigMap", "web", {
      metadata: { namespace: "shop" },
      data: { LEVEL: "info", "app.conf": "" },
    }),
    deployment(),
    statefulSet(),
    service("web", { app: "web" }, [
      { name: "http", port: 80, targetPort: "http" },
      { name: "metrics", port: 9090 },
    ]),
    service("store", { app: "store" }, [{ name: "redis", port: 6379, targetPort: 6379 }]),
    object("autoscaling/v2", "HorizontalPodAutoscaler", "web", {
      metadata: { namespace: "shop" },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
        minReplicas: 2,
        maxReplicas: 5,
      },
    }),
    object("policy/v1", "PodDisruptionBudget", "web", {
      metadata: { namespace: "shop" },
      spec: { selector: { matchLabels: { app: "web" } }, minAvailable: 1 },
    }),
    object("policy/v1", "PodDisruptionBudget", "store", {
      metadata: { namespace: "shop" },
      spec: { selector: { matchLabels: { app: "store" } }, maxUnavailable: 1 },
    }),
    object("networking.k8s.io/v1", "NetworkPolicy", "default-deny", {
      metadata: { namespace: "shop" },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    }),
    object("networking.k8s.io/v1", "NetworkPolicy", "store", {
      metadata: { namespace: "shop" },
      spec: {
        podSelector: { matchLabels: { app: "store" } },
        ingress: [
          {
            from: [
              { podSelector: { matchLabels: { app: "web" } } },
              {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "edge" } },
                podSelector: { matchLabels: { app: "envoy" } },
              },
            ],
            ports: [{ port: "redis" }],
          },
        ],
        egress: [{ to: [{ podSelector: { matchLabels: { app: "web" } } }] }],
      },
    }),
    object("storage.k8s.io/v1", "StorageClass", "gp3", {}),
    object("scheduling.k8s.io/v1", "PriorityClass", "high", {}),
    ...edge(),
    ...access(),
  ];
}

function deployment(): KubeObject {
  const labels = { app: "web" };
  return object("apps/v1", "Deployment", "web", {
    metadata: { namespace: "shop" },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: "web",
          priorityClassName: "high",
          imagePullSecrets: [{ name: "pull" }],
          topologySpreadConstraints: [{ topologyKey: "zone", labelSelector: { matchLabels: labels } }],
          affinity: {
            podAntiAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                { podAffinityTerm: { topologyKey: "host", labelSelector: { matchLabels: labels } } },
              ],
            },
            podAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { topologyKey: "zone", labelSelector: { matchLabels: { app: "store" } } },
              ],
            },
          },
          initContainers: [
            { name: "migrate", envFrom: [{ secretRef: { name: "web" } }] },
            { name: "proxy", restartPolicy: "Always", ports: [{ name: "metrics", containerPort: 9090 }] },
          ],
          containers: [
            {
              name: "main",
              ports: [{ name: "http", containerPort: 3000 }],
              env: [
                { name: "LEVEL", valueFrom: { configMapKeyRef: { name: "web", key: "LEVEL" } } },
                { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "web", key: "PASSWORD" } } },
                {
                  name: "EXTRA",
                  valueFrom: { configMapKeyRef: { name: "none", key: "EXTRA", optional: true } },
                },
              ],
              envFrom: [{ configMapRef: { name: "web" } }],
              volumeMounts: [{ name: "config", subPath: "app.conf" }],
              readinessProbe: { httpGet: { port: "http" } },
              livenessProbe: { tcpSocket: { port: 3000 } },
            },
          ],
          volumes: [
            { name: "config", configMap: { name: "web" } },
            { name: "files", secret: { secretName: "web", items: [{ key: "PASSWORD", path: "p" }] } },
            {
              name: "all",
              projected: { sources: [{ configMap: { name: "web", items: [{ key: "LEVEL", path: "l" }] } }] },
            },
            { name: "data", persistentVolumeClaim: { claimName: "uploads" } },
          ],
        },
      },
    },
  });
}

function statefulSet(): KubeObject {
  const labels = { app: "store" };
  return object("apps/v1", "StatefulSet", "store", {
    metadata: { namespace: "shop" },
    spec: {
      serviceName: "store",
      replicas: 3,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "redis", ports: [{ name: "redis", containerPort: 6379 }] }] },
      },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { storageClassName: "gp3" } }],
    },
  });
}

function edge(): KubeObject[] {
  return [
    object("gateway.networking.k8s.io/v1", "GatewayClass", "envoy", {
      spec: {
        parametersRef: {
          group: "gateway.envoyproxy.io",
          kind: "EnvoyProxy",
          name: "proxy",
          namespace: "edge",
        },
      },
    }),
    object("gateway.envoyproxy.io/v1alpha1", "EnvoyProxy", "proxy", { metadata: { namespace: "edge" } }),
    object("gateway.networking.k8s.io/v1", "Gateway", "public", {
      metadata: { namespace: "edge" },
      spec: {
        gatewayClassName: "envoy",
        infrastructure: {
          parametersRef: { group: "gateway.envoyproxy.io", kind: "EnvoyProxy", name: "proxy" },
        },
        listeners: [
          {
            name: "https",
            port: 443,
            protocol: "HTTPS",
            hostname: "*.example.com",
            tls: { certificateRefs: [{ name: "public-tls" }] },
            allowedRoutes: { namespaces: { from: "Selector", selector: { matchLabels: { edge: "open" } } } },
          },
          { name: "http", port: 80, protocol: "HTTP" },
        ],
      },
    }),
    object("cert-manager.io/v1", "Certificate", "public", {
      metadata: { namespace: "edge" },
      spec: { secretName: "public-tls", issuerRef: { kind: "ClusterIssuer", name: "acme" } },
    }),
    object("cert-manager.io/v1", "ClusterIssuer", "acme", { spec: {} }),
    object("gateway.networking.k8s.io/v1", "HTTPRoute", "web", {
      metadata: { namespace: "shop" },
      spec: {
        hostnames: ["shop.example.com"],
        parentRefs: [{ name: "public", namespace: "edge", sectionName: "https" }],
        rules: [
          {
            backendRefs: [{ name: "web", port: 80 }],
            filters: [
              { extensionRef: { group: "gateway.envoyproxy.io", kind: "HTTPRouteFilter", name: "limit" } },
            ],
          },
        ],
      },
    }),
    object("gateway.envoyproxy.io/v1alpha1", "HTTPRouteFilter", "limit", { metadata: { namespace: "shop" } }),
    object("v1", "PersistentVolumeClaim", "uploads", {
      metadata: { namespace: "shop" },
      spec: { storageClassName: "gp3" },
    }),
  ];
}

function access(): KubeObject[] {
  return [
    object("rbac.authorization.k8s.io/v1", "Role", "web", { metadata: { namespace: "shop" } }),
    object("rbac.authorization.k8s.io/v1", "RoleBinding", "web", {
      metadata: { namespace: "shop" },
      roleRef: { kind: "Role", name: "web" },
      subjects: [{ kind: "ServiceAccount", name: "web" }],
    }),
    object("rbac.authorization.k8s.io/v1", "ClusterRole", "read", {}),
    object("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "read", {
      metadata: {},
      roleRef: { kind: "ClusterRole", name: "read" },
      subjects: [
        { kind: "ServiceAccount", name: "web", namespace: "shop" },
        { kind: "Group", name: "readers" },
      ],
    }),
  ];
}

function service(name: string, selector: Record<string, string>, ports: readonly object[]): KubeObject {
  return object("v1", "Service", name, { metadata: { namespace: "shop" }, spec: { selector, ports } });
}

/** One object; `fields.metadata` is added to its name. */
export function object(
  apiVersion: string,
  kind: string,
  name: string,
  { metadata = {}, ...fields }: { readonly metadata?: object; readonly [field: string]: unknown },
): KubeObject {
  return { apiVersion, kind, metadata: { name, ...metadata }, ...fields };
}
