import { at, fields, isAbsent } from "../../core/json";
import type { Fields } from "../../core/json";
import { Judgement } from "../../core/judgement";
import type { ResourceRule } from "../../core/rule";
import type { GroupKind } from "../../kubernetes/objects";
import { kindOf, objectRule } from "../../kubernetes/objects";

const MANAGED_BY = "app.kubernetes.io/managed-by";
/** What manages all that this program registers. */
const MANAGER = "slipway";

/** What people own, by API version. */
const owned: Readonly<Record<string, readonly string[]>> = {
  "core/v1": [
    "ConfigMap",
    "LimitRange",
    "Namespace",
    "PersistentVolumeClaim",
    "Pod",
    "PodTemplate",
    "ReplicationController",
    "ResourceQuota",
    "Secret",
    "Service",
    "ServiceAccount",
  ],
  "admissionregistration.k8s.io/v1": ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
  "apps/v1": ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
  "argoproj.io/v1alpha1": ["AnalysisTemplate", "Rollout"],
  "autoscaling/v2": ["HorizontalPodAutoscaler"],
  "batch/v1": ["CronJob", "Job"],
  "cert-manager.io/v1": ["Certificate", "ClusterIssuer", "Issuer"],
  "eks.amazonaws.com/v1": ["NodeClass", "TargetGroupBinding"],
  "gateway.envoyproxy.io/v1alpha1": [
    "BackendTrafficPolicy",
    "ClientTrafficPolicy",
    "EnvoyProxy",
    "SecurityPolicy",
  ],
  "gateway.networking.k8s.io/v1": ["GRPCRoute", "Gateway", "GatewayClass", "HTTPRoute", "ReferenceGrant"],
  "karpenter.sh/v1": ["NodePool"],
  "monitoring.coreos.com/v1": [
    "Alertmanager",
    "PodMonitor",
    "Probe",
    "Prometheus",
    "PrometheusRule",
    "ServiceMonitor",
  ],
  "monitoring.coreos.com/v1alpha1": ["AlertmanagerConfig", "ScrapeConfig"],
  "networking.k8s.io/v1": ["NetworkPolicy"],
  "policy/v1": ["PodDisruptionBudget"],
  "rbac.authorization.k8s.io/v1": ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
  "scheduling.k8s.io/v1": ["PriorityClass"],
  "storage.k8s.io/v1": ["StorageClass"],
};

const entries = Object.entries(owned).flatMap(([version, kinds]) =>
  kinds.map((kind) => ({
    kind,
    version,
    group: version.slice(0, version.lastIndexOf("/")).replace(/^core$/, ""),
  })),
);

const ofObjects = objectRule({
  name: "kubernetes-meta-object-require-labels",
  area: "ownership",
  title: "Objects say whose they are",
  description: "Every object that people own carries the labels that say what it is, and who answers for it.",
  level: "mandatory",
  severity: "low",
  checks: [39],
  ids: [],
  remedy: "Give the object the labels; in this program components/common/labels.ts makes them.",
  url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/",
  parameters: {
    labels: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: [
        "app.kubernetes.io/name",
        "app.kubernetes.io/part-of",
        MANAGED_BY,
        "slipway.dev/owner",
        "slipway.dev/stage",
      ],
      description: "Labels that every object carries, with a value.",
    },
  },
  kinds: entries.map(({ group, kind }): GroupKind => `${group}/${kind}`),
  types: entries.map(({ version, kind }) => `kubernetes:${version}:${kind}`),
  judge: (object, judgement, settings) => {
    const missing: string[] = [];
    for (const label of settings.texts("labels")) {
      judgement.part(() => {
        const value = at(object.fields, "metadata", "labels", label);
        if (typeof value !== "string" || value === "") missing.push(label);
      });
    }
    if (missing.length === 0) return;
    judgement.report(
      `${object.path}metadata.labels`,
      `the ${object.kind} lacks ${missing.join(", ")}; give it ${missing.length === 1 ? "the label" : "the labels"} with a value.`,
    );
  },
  remediate: ({ type, props }) => {
    const { group, kind } = kindOf(type) ?? {};
    if (type.endsWith("Patch") || !entries.some((one) => one.group === group && one.kind === kind)) {
      return undefined;
    }
    const filled: boolean[] = [];
    // Labels that are not known yet are left as they are.
    new Judgement().part(() => filled.push(fillManager(props)));
    return filled.includes(true) ? props : undefined;
  },
});

/** Changes the properties where they stand, not a copy: the engine's helper keeps a secret secret only so. */
function fillManager(props: Fields): boolean {
  const metadata = props["metadata"];
  if (isAbsent(metadata)) return set(props, "metadata", { labels: { [MANAGED_BY]: MANAGER } });
  const labels = at(metadata, "labels");
  if (isAbsent(labels)) return set(metadata, "labels", { [MANAGED_BY]: MANAGER });
  return isAbsent(at(labels, MANAGED_BY)) && set(labels, MANAGED_BY, MANAGER);
}

function set(block: unknown, field: string, value: unknown): boolean {
  // What is no block is for the API server to refuse.
  if (fields(block) !== block) return false;
  (block as Record<string, unknown>)[field] = value;
  return true;
}

/**
 * A company must know at three in the morning whose an object is. Which labels say so is a parameter; the one whose
 * value is certain for all that this program registers can be filled in by remediation.
 */
export const requireLabels: ResourceRule = {
  ...ofObjects,
  // A Patch is about an object that somebody else owns and labels.
  applies: (type) => !type.endsWith("Patch") && ofObjects.applies(type),
};
