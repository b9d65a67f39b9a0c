import type { KubeObject } from "../kube/client";
import { operatorKinds, operatorPod } from "./operator-pods";
import type { PodSpec } from "./pod-spec";
import type { LabelSelector, Labels } from "../../components/common/label-selector";
import { selects } from "../../components/common/label-selector";

/** Something that pods are made from: a workload's template, or a pod that nobody owns. */
export interface PodTemplate {
  readonly owner: KubeObject;
  /** Path of the pod's spec in the owner, e.g. `spec.template.spec`. */
  readonly path: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly spec: PodSpec;
}

interface Template {
  readonly metadata?: { readonly labels?: Labels };
  readonly spec?: PodSpec;
}

const workloads = [
  "Deployment.apps",
  "StatefulSet.apps",
  "DaemonSet.apps",
  "ReplicaSet.apps",
  "Job.batch",
  "Rollout.argoproj.io",
];

/** All objects of a cluster, to look references up in. Kinds are named with their group: `Deployment.apps`, `Pod`. */
export class World {
  readonly #byKind = new Map<string, KubeObject[]>();
  readonly #byName = new Map<string, KubeObject>();
  readonly templates: readonly PodTemplate[];

  constructor(objects: readonly KubeObject[]) {
    for (const object of objects) {
      const kind = groupKind(object);
      const same = this.#byKind.get(kind);
      if (same === undefined) this.#byKind.set(kind, [object]);
      else same.push(object);
      this.#byName.set(`${kind} ${object.metadata.namespace ?? ""}/${object.metadata.name}`, object);
    }
    this.templates = [
      ...workloads.flatMap((kind) => this.all(kind)).flatMap((owner) => templateOf(owner, "spec.template")),
      ...this.all("CronJob.batch").flatMap((owner) => templateOf(owner, "spec.jobTemplate.spec.template")),
      ...this.all("Pod").flatMap((owner) => templateOf(owner, "")),
      ...operatorKinds.flatMap((kind) => this.all(kind).flatMap((owner) => operatorTemplate(kind, owner))),
    ];
  }

  all(kind: string): readonly KubeObject[] {
    return this.#byKind.get(kind) ?? [];
  }

  /** @param namespace Undefined for a kind without namespaces. */
  find(kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#byName.get(`${kind} ${namespace ?? ""}/${name}`);
  }

  /** Whether an object is there, in the namespace or without one. */
  has(kind: string, namespace: string, name: string): boolean {
    return this.find(kind, namespace, name) !== undefined || this.find(kind, undefined, name) !== undefined;
  }

  selected(selector: LabelSelector | undefined, namespace: string): readonly PodTemplate[] {
    return this.templates.filter((pod) => pod.namespace === namespace && selects(selector, pod.labels));
  }

  namespaces(selector: LabelSelector): readonly string[] {
    return this.all("Namespace")
      .filter(({ metadata }) => selects(selector, metadata.labels))
      .map(({ metadata }) => metadata.name);
  }

  /**
   * Keys of a ConfigMap or Secret; undefined when nothing makes it. A Secret that a Certificate will write counts with
   * the keys that cert-manager writes.
   */
  keys(kind: "ConfigMap" | "Secret", namespace: string, name: string): ReadonlySet<string> | undefined {
    const object = this.find(kind, namespace, name);
    if (object !== undefined) {
      return new Set(
        ["data", "binaryData", "stringData"].flatMap((field) => Object.keys(object[field] ?? {})),
      );
    }
    const isWritten = this.all("Certificate.cert-manager.io").some(
      ({ metadata, spec }) =>
        metadata.namespace === namespace &&
        (spec as { secretName?: string } | undefined)?.secretName === name,
    );
    return kind === "Secret" && isWritten ? new Set(["tls.crt", "tls.key", "ca.crt"]) : undefined;
  }
}

/** `Deployment.apps` of an object, `Pod` for the core group. */
export function groupKind({
  apiVersion,
  kind,
}: {
  readonly apiVersion: string;
  readonly kind: string;
}): string {
  return inGroup(kind, apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "");
}

export function inGroup(kind: string, group: string): string {
  return group === "" ? kind : `${kind}.${group}`;
}

/** Of what another object controls, the controller's own template speaks. */
function templateOf(owner: KubeObject, path: string): PodTemplate[] {
  if ((owner.metadata.ownerReferences ?? []).some(({ controller }) => controller === true)) return [];
  const found =
    path === ""
      ? owner
      : path.split(".").reduce<unknown>((at, key) => (at as Fields | undefined)?.[key], owner);
  const { metadata = {}, spec } = (found ?? {}) as Template;
  if (spec === undefined) return [];
  const namespace = owner.metadata.namespace ?? "default";
  return [
    { owner, path: path === "" ? "spec" : `${path}.spec`, namespace, labels: metadata.labels ?? {}, spec },
  ];
}

/** Of a StatefulSet that the operator did make, the custom resource speaks, which owns it. */
function operatorTemplate(kind: string, owner: KubeObject): PodTemplate[] {
  const pod = operatorPod(kind, owner);
  return pod === undefined
    ? []
    : [{ owner, path: "spec", namespace: owner.metadata.namespace ?? "default", ...pod }];
}

type Fields = Readonly<Record<string, unknown>>;
