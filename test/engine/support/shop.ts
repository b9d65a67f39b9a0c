import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

export interface ShopArgs {
  readonly kubeconfig: string;
  readonly image?: string;
  readonly greeting?: string;
  /** A value that is secret and stands where nothing is secret by itself. */
  readonly secret?: string;
  /** Runs as root in a namespace that forbids it. */
  readonly root?: boolean;
  /** Further fields of the Deployment's spec. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** Leaves a label out of the Service. */
  readonly plain?: boolean;
  /** One more ConfigMap, of this content. */
  readonly late?: string;
  /** One more ConfigMap, of this content and with a name of its own. */
  readonly stranger?: string;
  /** Whether the provider takes fields over that somebody else manages. Default: true, as in the program. */
  readonly force?: boolean;
}

export const namespace = "shop";
const labels = { app: "web" };

/** A small system: one of each kind that is waited for in its own way, some named, some not. */
export function shop(args: ShopArgs): void {
  const { image = "example.invalid/web:1", greeting = "hello", secret = "s3cret-value" } = args;
  const provider = new k8s.Provider("k8s", {
    kubeconfig: pulumi.secret(args.kubeconfig),
    enablePatchForce: args.force ?? true,
  });
  const password = new random.RandomPassword("password", { length: 24, special: false });
  const home = new k8s.core.v1.Namespace(
    "shop",
    { metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
    { provider },
  );
  const here = home.metadata.name;
  const opts = { provider };
  const config = new k8s.core.v1.ConfigMap(
    "config",
    { metadata: { namespace: here }, data: { greeting, hidden: pulumi.secret(secret) } },
    opts,
  );
  const credentials = new k8s.core.v1.Secret(
    "credentials",
    { metadata: { namespace: here }, stringData: { password: password.result } },
    opts,
  );
  const web = new k8s.apps.v1.Deployment(
    "web",
    {
      metadata: {
        name: "web",
        namespace: here,
        annotations: { "example.invalid/hidden": pulumi.secret(secret) },
      },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: template(
          labels,
          image,
          [config.metadata.name],
          args.root ?? false,
          credentials.metadata.name,
        ),
        ...args.more,
      },
    },
    opts,
  );
  new k8s.core.v1.Service(
    "web",
    {
      metadata: { name: "web", namespace: here, labels: args.plain === true ? {} : { team: "a" } },
      spec: { selector: labels, ports: [{ port: 80 }] },
    },
    opts,
  );
  const db = { app: "db" };
  new k8s.core.v1.Service(
    "db",
    {
      metadata: { name: "db", namespace: here },
      spec: { clusterIP: "None", selector: db, ports: [{ port: 5432 }] },
    },
    opts,
  );
  new k8s.apps.v1.StatefulSet(
    "db",
    {
      metadata: { name: "db", namespace: here },
      spec: {
        serviceName: "db",
        replicas: 1,
        selector: { matchLabels: db },
        template: template(db, "example.invalid/db:1", [], false),
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
          },
        ],
      },
    },
    opts,
  );
  const job = template({ app: "migrate" }, "example.invalid/migrate:1", [], false);
  new k8s.batch.v1.Job(
    "migrate",
    {
      metadata: { name: "migrate", namespace: here },
      spec: { template: { ...job, spec: { ...job.spec, restartPolicy: "Never" } } },
    },
    opts,
  );
  new k8s.autoscaling.v2.HorizontalPodAutoscaler(
    "web",
    {
      metadata: { name: "web", namespace: here },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: web.metadata.name },
        minReplicas: 1,
        maxReplicas: 9,
      },
    },
    opts,
  );
  new k8s.policy.v1.PodDisruptionBudget(
    "web",
    {
      metadata: { name: "web", namespace: here },
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    },
    opts,
  );
  new k8s.networking.v1.NetworkPolicy(
    "closed",
    { metadata: { name: "closed", namespace: here }, spec: { podSelector: {}, policyTypes: ["Ingress"] } },
    opts,
  );
  if (args.late !== undefined) {
    new k8s.core.v1.ConfigMap("late", { metadata: { namespace: here }, data: { text: args.late } }, opts);
  }
  if (args.stranger !== undefined) {
    const metadata = { name: "stranger", namespace: here };
    new k8s.core.v1.ConfigMap("stranger", { metadata, data: { text: args.stranger } }, opts);
  }
}

function template(
  podLabels: Record<string, string>,
  image: string,
  configMaps: readonly pulumi.Input<string>[],
  root: boolean,
  secret?: pulumi.Input<string>,
) {
  return {
    metadata: { labels: podLabels },
    spec: {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: !root, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "main",
          image,
          // Written otherwise than the server does, which is no drift.
          resources: { requests: { cpu: "0.1", memory: "65536Ki" } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          envFrom: [
            ...configMaps.map((name) => ({ configMapRef: { name } })),
            ...(secret === undefined ? [] : [{ secretRef: { name: secret } }]),
          ],
        },
      ],
    },
  };
}
