import { fields, isAbsent, list } from "../core/json";
import type { Fields } from "../core/json";
import { Lookup } from "../core/lookup";
import type { Cluster, Registered } from "./graph";
import type { GroupKind } from "./objects";
import { podOf } from "./pods";
import type { Labels, Selector } from "./selectors";
import { labelsOf, mapSelectorOf } from "./selectors";

/** The kinds that keep a number of equal pods. */
export const replicatedKinds: readonly GroupKind[] = [
  "apps/Deployment",
  "apps/StatefulSet",
  "apps/ReplicaSet",
  "/ReplicationController",
  "argoproj.io/Rollout",
];

/** What keeps a number of pods. */
export interface Workload {
  readonly object: Registered;
  /** Of its pods. */
  readonly labels: Labels;
  /** Spec of its pods. */
  readonly pod: Fields;
}

/** All objects of some kinds that keep pods. Those of which nothing is known yet throw when they are read. */
export function workloadsOf(cluster: Cluster, kinds: readonly GroupKind[]): readonly Workload[] {
  return cluster.all(...kinds).map((object) => ({
    object,
    labels: labelsOf(() => podOf(object.object).metadata["labels"]),
    get pod() {
      return podOf(object.object).spec;
    },
  }));
}

/** What scales a workload by itself, by the workload. */
export type Autoscalers = Lookup<Registered>;

export function autoscalersOf(cluster: Cluster): Autoscalers {
  return new Lookup(
    cluster.all("autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject"),
    (autoscaler) => {
      const { kind, name } = fields(autoscaler.spec("scaleTargetRef"));
      // KEDA takes an absent kind for a Deployment.
      return [keyOf(autoscaler.namespace, kind ?? "Deployment", name)];
    },
  );
}

/** The autoscaler of a workload. */
export function autoscalerOf(workload: Workload, autoscalers: Autoscalers): Registered | undefined {
  const { namespace, name, object } = workload.object;
  return autoscalers.matches([keyOf(namespace, object.kind, name)])[0];
}

function keyOf(namespace: string, kind: unknown, name: unknown): string {
  const texts = [kind, name].map((part) => (typeof part === "string" ? part : ""));
  return JSON.stringify([namespace, ...texts]);
}

/**
 * The number of pods that a workload never goes below, with Kubernetes' own defaults.
 *
 * @returns undefined where the number is none.
 */
export function leastPodsOf(workload: Workload, autoscalers: Autoscalers): number | undefined {
  const autoscaler = autoscalerOf(workload, autoscalers);
  const isKeda = autoscaler?.object.kind === "ScaledObject";
  const number =
    autoscaler === undefined
      ? (workload.object.spec("replicas") ?? 1)
      : isKeda
        ? (autoscaler.spec("minReplicaCount") ?? 0)
        : (autoscaler.spec("minReplicas") ?? 1);
  return typeof number === "number" ? number : undefined;
}

/** A Service and the pods that it leads to. */
export interface PodService {
  readonly object: Registered;
  readonly selects: Selector;
}

/** Services by their namespace. */
export function servicesOf(cluster: Cluster): Lookup<PodService> {
  const services = cluster.all("/Service").map((object): PodService => {
    let selector: Selector | undefined;
    return { object, selects: (labels) => (selector ??= mapSelectorOf(object.spec("selector")))(labels) };
  });
  return new Lookup(services, ({ object }) => [object.namespace]);
}

/** Whether the pods of a workload have a volume that outlives them. */
export function holdsData({ object, pod }: Workload): boolean {
  if (list(object.spec("volumeClaimTemplates")).length > 0) return true;
  return list(pod["volumes"]).some((volume) => !isAbsent(fields(volume)["persistentVolumeClaim"]));
}
