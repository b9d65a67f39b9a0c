import type { Cel, CelValidation, CelVariable } from "../core/cel";
import { at, fields } from "../core/json";
import type { Fields } from "../core/json";
import type { Judgement } from "../core/judgement";
import type { ResourceRule, RuleText } from "../core/rule";
import type { Settings } from "../core/settings";
import { eachMember } from "./members";
import type { GroupKind, KubernetesObject } from "./objects";
import { objectRule } from "./objects";

const inTemplate = ["spec", "template"];

/** Every kind that makes pods, with its API version, the API server's name for it, and the way to its pod template. */
const podKinds = [
  { group: "", version: "v1", kind: "Pod", resource: "pods", template: [] },
  { group: "", version: "v1", kind: "PodTemplate", resource: "podtemplates", template: ["template"] },
  {
    group: "",
    version: "v1",
    kind: "ReplicationController",
    resource: "replicationcontrollers",
    template: inTemplate,
  },
  { group: "apps", version: "v1", kind: "Deployment", resource: "deployments", template: inTemplate },
  { group: "apps", version: "v1", kind: "StatefulSet", resource: "statefulsets", template: inTemplate },
  { group: "apps", version: "v1", kind: "DaemonSet", resource: "daemonsets", template: inTemplate },
  { group: "apps", version: "v1", kind: "ReplicaSet", resource: "replicasets", template: inTemplate },
  { group: "batch", version: "v1", kind: "Job", resource: "jobs", template: inTemplate },
  {
    group: "batch",
    version: "v1",
    kind: "CronJob",
    resource: "cronjobs",
    template: ["spec", "jobTemplate", "spec", "template"],
  },
  { group: "argoproj.io", version: "v1alpha1", kind: "Rollout", resource: "rollouts", template: inTemplate },
] as const;

type PodKind = (typeof podKinds)[number];

const templates = new Map<string, readonly string[]>(
  podKinds.map(({ group, kind, template }) => [`${group}/${kind}`, template]),
);

/** The kinds that make pods. */
export const podGroupKinds: readonly GroupKind[] = podKinds.map(
  ({ group, kind }): GroupKind => `${group}/${kind}`,
);

/** Their type tokens. */
export const podTypes: readonly string[] = podKinds.map(typeOfMaker);

function typeOfMaker({ group, version, kind }: PodKind): string {
  return `kubernetes:${group === "" ? "core" : group}/${version}:${kind}`;
}

/** What the API server calls them, as {@link Cel.resources} wants it. */
export const podResources: readonly string[] = podKinds.map(
  ({ group, version, resource }) => `${group}/${version}/${resource}`,
);

/** A pod as a rule sees it. */
export interface Pod {
  /** What makes it. */
  readonly object: KubernetesObject;
  /** Where its spec stands: `spec.template.spec`. */
  readonly path: string;
  readonly spec: Fields;
  /** Its template's metadata; a Pod's own. */
  readonly metadata: Fields;
}

/** One container of a pod. */
export interface Container {
  /** Where it stands: `spec.template.spec.containers[0]`. */
  readonly path: string;
  /** For a message: `containers[api]`. */
  readonly label: string;
  readonly fields: Fields;
  readonly list: "containers" | "initContainers" | "ephemeralContainers";
}

/** The pod that an object of one of {@link podGroupKinds} makes. */
export function podOf(object: KubernetesObject): Pod {
  const way = templates.get(`${object.group}/${object.kind}`) ?? [];
  const template = fields(at(object.fields, ...way));
  return {
    object,
    path: object.path + [...way, "spec"].join("."),
    spec: fields(template["spec"]),
    get metadata() {
      return fields(template["metadata"]);
    },
  };
}

/** Whether it runs on Windows, which knows nothing of seccomp, capabilities and the like. */
export function isWindows({ spec }: Pod): boolean {
  return at(spec, "os", "name") === "windows";
}

/** Whether it has user ids of its own, of which none, not even 0, is one of the node's. */
export function hasOwnUsers({ spec }: Pod): boolean {
  return spec["hostUsers"] === false;
}

/** How messages call one of a list: by its name, or by its place where it has none or it is not known yet. */
function nameIn(block: Fields, index: number): string {
  try {
    const name = block["name"];
    return typeof name === "string" ? name.slice(0, 63) : String(index);
  } catch {
    return String(index);
  }
}

/** One volume of a pod. */
export interface Volume {
  /** Where it stands: `spec.template.spec.volumes[0]`. */
  readonly path: string;
  /** For a message: `volumes[data]`. */
  readonly label: string;
  readonly fields: Fields;
}

/** Judges every volume of a pod on its own, as far as it is known. */
export function eachVolume(pod: Pod, judgement: Judgement, judge: (volume: Volume) => void): void {
  eachMember(pod.spec, "volumes", judgement, (volume, index) => {
    const inner = fields(volume);
    const path = `${pod.path}.volumes[${index}]`;
    judge({ path, label: `volumes[${nameIn(inner, index)}]`, fields: inner });
  });
}

const containerLists = ["containers", "initContainers", "ephemeralContainers"] as const;

/**
 * Judges every container of a pod on its own, as far as it is known. Init and ephemeral ones run with the same rights
 * as the others.
 */
export function eachContainer(pod: Pod, judgement: Judgement, judge: (container: Container) => void): void {
  for (const name of containerLists) {
    eachMember(pod.spec, name, judgement, (container, index) => {
      const inner = fields(container);
      const path = `${pod.path}.${name}[${index}]`;
      judge({ path, label: `${name}[${nameIn(inner, index)}]`, fields: inner, list: name });
    });
  }
}

/** A security context: of the pod as a whole, or of one container. */
export interface SecurityContext {
  /** Where it stands: `spec.template.spec.securityContext`. */
  readonly path: string;
  /** For a message: `the pod` or `containers[api]`. */
  readonly label: string;
  /** Empty where there is none. */
  readonly fields: Fields;
}

/** Judges the pod's security context and each container's on its own, as far as it is known. */
export function eachSecurityContext(
  pod: Pod,
  judgement: Judgement,
  judge: (context: SecurityContext) => void,
): void {
  judgement.part(() =>
    judge({
      path: `${pod.path}.securityContext`,
      label: "the pod",
      fields: fields(pod.spec["securityContext"]),
    }),
  );
  eachContainer(pod, judgement, ({ path, label, fields: container }) =>
    judge({ path: `${path}.securityContext`, label, fields: fields(container["securityContext"]) }),
  );
}

/** A rule about pods, whatever makes them. */
export function podRule(
  rule: RuleText & {
    readonly judge: (pod: Pod, judgement: Judgement, settings: Settings) => void;
    readonly cel: PodCel;
    readonly remediate?: ResourceRule["remediate"];
    /** Default: {@link podGroupKinds}. */
    readonly kinds?: readonly GroupKind[];
  },
): ResourceRule {
  const { cel, judge, kinds = podGroupKinds, ...text } = rule;
  const makers = podKinds.filter(({ group, kind }) => kinds.includes(`${group}/${kind}`));
  return objectRule({
    ...text,
    kinds,
    types: makers.map(typeOfMaker),
    judge: (object, judgement, settings) => judge(podOf(object), judgement, settings),
    cel: podCel(cel, makers),
  });
}

/** Conditions on pods in CEL; they may use {@link podVariables}. */
export interface PodCel {
  readonly variables?: readonly CelVariable[];
  readonly validations: (settings: Settings) => readonly CelValidation[];
}

/** What conditions on pods are made with: `variables.pod` is the pod's spec, whatever makes the pod. */
const podVariables: readonly CelVariable[] = [
  {
    name: "template",
    expression:
      "object.kind == 'Pod' ? object : object.kind == 'PodTemplate' ? object.template : " +
      "object.kind == 'CronJob' ? object.spec.jobTemplate.spec.template : object.spec.?template.orValue({})",
  },
  { name: "pod", expression: "variables.template.?spec.orValue({})" },
  { name: "context", expression: "variables.pod.?securityContext.orValue({})" },
  {
    name: "containers",
    expression:
      "variables.pod.?containers.orValue([]) + variables.pod.?initContainers.orValue([]) + variables.pod.?ephemeralContainers.orValue([])",
  },
  {
    name: "contexts",
    expression: "[variables.context] + variables.containers.map(c, c.?securityContext.orValue({}))",
  },
  { name: "isWindows", expression: "variables.pod.?os.?name.orValue('') == 'windows'" },
  { name: "hasOwnUsers", expression: "variables.pod.?hostUsers.orValue(true) == false" },
];

function podCel({ variables = [], validations }: PodCel, makers: readonly PodKind[]): Cel {
  return {
    resources: makers.flatMap(({ group, version, resource }) => [
      `${group}/${version}/${resource}`,
      ...(resource === "pods" ? ["/v1/pods/ephemeralcontainers"] : []),
    ]),
    variables: [...podVariables, ...variables],
    validations,
  };
}
