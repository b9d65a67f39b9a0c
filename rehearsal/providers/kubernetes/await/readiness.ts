import type { KubeObject } from "../../../kube/client";
import type { Json } from "../../part";
import { valueAt } from "../../paths";
import { fromObject } from "../objects";

/** Where an object stands on its way to being ready. `failed`: it will not get there by itself. */
export type Readiness =
  { readonly state: "ready" } | { readonly state: "waiting" | "failed"; readonly reason: string };

export const ready: Readiness = { state: "ready" };

export function waiting(reason: string): Readiness {
  return { state: "waiting", reason };
}

export function failed(reason: string): Readiness {
  return { state: "failed", reason };
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  const conditions = field(object, "status.conditions");
  return Array.isArray(conditions)
    ? (conditions as unknown as readonly Condition[]).find((condition) => condition.type === type)
    : undefined;
}

/** `[reason] message`, as the official provider writes it. */
export function describe({ type, reason, message }: Condition): string {
  return `[${reason ?? type}] ${message ?? "no message"}`;
}

/** Value at a dotted path. */
export function field(object: KubeObject, path: string): Json | undefined {
  return valueAt(fromObject(object), path.split("."));
}

export function count(object: KubeObject, path: string, otherwise = 0): number {
  const value = field(object, path);
  return typeof value === "number" ? value : otherwise;
}

/** Whether the controller has seen the object as it is now; before that, its status tells of an older one. */
export function isObserved(object: KubeObject): boolean {
  return count(object, "status.observedGeneration") >= (object.metadata.generation ?? 0);
}
