import type { KubeObject } from "../kube/client";
import type { Finding } from "./finding";
import { finding, isMissing } from "./finding";
import type { LabelSelector } from "../../components/common/label-selector";
import { selectorText } from "./selectors";
import type { PodTemplate, World } from "./world";
import { groupKind } from "./world";

interface TargetRef {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
}

interface ScalerSpec {
  readonly scaleTargetRef: TargetRef;
  readonly minReplicas?: number;
}

interface BudgetSpec {
  readonly selector?: LabelSelector;
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
}

const scalable = new Set(["Deployment", "StatefulSet", "ReplicaSet", "Rollout"]);

/** HorizontalPodAutoscalers and what they scale. */
export function* checkScalers(world: World): Generator<Finding> {
  for (const scaler of world.all("HorizontalPodAutoscaler.autoscaling")) {
    const target = scalerOf(scaler).scaleTargetRef;
    if (world.find(kindOf(target), scaler.metadata.namespace, target.name) === undefined) {
      yield finding(
        scaler,
        "spec.scaleTargetRef",
        isMissing(target.kind, target.name, scaler.metadata.namespace),
      );
    }
  }
}

/** PodDisruptionBudgets that guard no pod, or that never let a node be drained. */
export function* checkBudgets(world: World): Generator<Finding> {
  for (const budget of world.all("PodDisruptionBudget.policy")) {
    const { selector = {}, minAvailable, maxUnavailable } = (budget["spec"] ?? {}) as BudgetSpec;
    const pods = world.selected(selector, budget.metadata.namespace ?? "default");
    if (pods.length === 0) {
      yield finding(
        budget,
        "spec.selector",
        `selects ${selectorText(selector) || "every pod"}, of which there is none`,
      );
      continue;
    }
    if (maxUnavailable !== undefined && Number.parseInt(String(maxUnavailable), 10) === 0) {
      yield finding(
        budget,
        "spec.maxUnavailable",
        `is ${maxUnavailable}, so that no pod may ever be evicted`,
      );
    }
    if (minAvailable === undefined || !pods.every(({ owner }) => scalable.has(owner.kind))) continue;
    const replicas = pods.reduce((sum, pod) => sum + fewestReplicas(world, pod), 0);
    if (numberOf(minAvailable, replicas) >= replicas) {
      const text = `is ${minAvailable} of ${replicas} replicas, so that no pod may ever be evicted`;
      yield finding(budget, "spec.minAvailable", text);
    }
  }
}

/** With an autoscaler, the number that it may go down to. */
function fewestReplicas(world: World, { owner }: PodTemplate): number {
  const scaler = world.all("HorizontalPodAutoscaler.autoscaling").find(({ metadata, ...rest }) => {
    const target = (rest as { spec?: Partial<ScalerSpec> }).spec?.scaleTargetRef;
    return (
      target !== undefined &&
      metadata.namespace === owner.metadata.namespace &&
      target.name === owner.metadata.name &&
      kindOf(target) === groupKind(owner)
    );
  });
  if (scaler !== undefined) return scalerOf(scaler).minReplicas ?? 1;
  return ((owner["spec"] ?? {}) as { replicas?: number }).replicas ?? 1;
}

/** Percentages are rounded up, as the disruption controller does. */
function numberOf(value: number | string, replicas: number): number {
  if (typeof value === "number") return value;
  const number = Number.parseFloat(value);
  return value.endsWith("%") ? Math.ceil((number / 100) * replicas) : number;
}

function kindOf({ apiVersion = "", kind }: TargetRef): string {
  return groupKind({ apiVersion, kind });
}

function scalerOf(scaler: KubeObject): ScalerSpec {
  return scaler["spec"] as ScalerSpec;
}
