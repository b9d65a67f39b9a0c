import type { Replicas, ScalingRules, ServiceSpec } from "../types";
import { checkInteger } from "./report";
import type { Report } from "./report";

/** Reports counts that are no integers, below one, or upside down. */
export function checkReplicas(report: Report, field: string, { min, max }: Replicas): void {
  checkInteger(report, `${field}.min`, min, 1, 1000);
  if (!Number.isInteger(max) || max < min) report(`${field}.max`, max, `an integer from min, ${min}`);
}

/** Reports a count that nothing moves, and targets and rules that the autoscaler refuses. */
export function checkScaling(report: Report, field: string, { replicas, scaleOn }: ServiceSpec): void {
  if (scaleOn === undefined) {
    if (replicas.max > replicas.min) {
      report(field, undefined, "a target for cpu or memory, for replicas.max is above replicas.min");
    }
    return;
  }
  if (scaleOn.cpu === undefined && scaleOn.memory === undefined) {
    report(field, scaleOn, "a target for cpu or memory");
  }
  for (const resource of ["cpu", "memory"] as const) {
    const target = scaleOn[resource];
    if (target !== undefined) checkInteger(report, `${field}.${resource}`, target, 1, 1000);
  }
  for (const direction of ["scaleUp", "scaleDown"] as const) {
    const rules = scaleOn.behavior?.[direction];
    if (rules !== undefined) checkRules(report, `${field}.behavior.${direction}`, rules);
  }
}

/** The limits are those of the API (HPAScalingRules of autoscaling/v2). */
function checkRules(report: Report, field: string, rules: ScalingRules): void {
  const { stabilizationWindowSeconds, policies, selectPolicy } = rules;
  if (stabilizationWindowSeconds !== undefined) {
    checkInteger(report, `${field}.stabilizationWindowSeconds`, stabilizationWindowSeconds, 0, 3600);
  }
  if (selectPolicy !== undefined && !["Max", "Min", "Disabled"].includes(selectPolicy)) {
    report(`${field}.selectPolicy`, selectPolicy, "Max, Min, Disabled");
  }
  if (policies?.length === 0) report(`${field}.policies`, policies, "at least one policy, or none at all");
  for (const [index, { type, value, periodSeconds }] of (policies ?? []).entries()) {
    const at = `${field}.policies[${index}]`;
    // A spec may come from plain JavaScript, where the union does not hold.
    if (!["Pods", "Percent"].includes(type)) report(`${at}.type`, type, "Pods, Percent");
    checkInteger(report, `${at}.value`, value, 1, 100_000);
    checkInteger(report, `${at}.periodSeconds`, periodSeconds, 1, 1800);
  }
}

/** Reports a way of replacing pods that can never move, or that the pods' volumes do not allow. */
export function checkRollout(report: Report, field: string, { rollout, volumes = {} }: ServiceSpec): void {
  if (rollout === undefined) return;
  if (Object.keys(volumes).length > 0) {
    report(field, rollout, "nothing, for pods with volumes are replaced one at a time");
  }
  const { maxUnavailable = 0, maxSurge = 1 } = rollout;
  checkInteger(report, `${field}.maxUnavailable`, maxUnavailable, 0, 1000);
  checkInteger(report, `${field}.maxSurge`, maxSurge, 0, 1000);
  if (maxUnavailable === 0 && maxSurge === 0) {
    report(field, rollout, "maxUnavailable or maxSurge above 0, else no pod could be replaced");
  }
}
