import type { KubeClient, KubeObject, ListTarget } from "../../../kube/client";
import type { Props } from "../../part";
import { valueAt, withValueAt } from "../../paths";
import { canonical } from "../../values";
import { keyOf } from "./kinds";
import { conditionOf, describe } from "./readiness";
import { fromObject } from "../objects";

/**
 * Whether a message says that a pod can never be created as it is asked for. Others (a quota that is full, a service
 * account that is still to come) may end by themselves.
 */
export function isFinalRefusal(message: string): boolean {
  return /violates PodSecurity|denied request|denied the request|is invalid:/.test(message);
}

/** Where a refusal to create pods for an object is told, and the refusal in what is found there. */
interface Witness {
  readonly target: ListTarget;
  readonly refusal: (found: readonly KubeObject[]) => string | undefined;
}

/**
 * Resolves to the reason when the pods of a workload can never be created. Of the other kinds, and while there is
 * hope, it never resolves; neither when `signal` or the time ends it, for the wait beside it tells of that.
 *
 * The API server takes a workload whose pods it will refuse; without this the wait would last to its end.
 */
export async function untilRefused(
  client: KubeClient,
  object: KubeObject,
  options: { readonly timeout: number; readonly signal: AbortSignal },
): Promise<string> {
  const witness = witnessOf(object);
  const never = new Promise<never>(() => undefined);
  if (witness === undefined) return never;
  return client.waitUntil(witness.target, witness.refusal, options).catch(() => never);
}

function witnessOf(object: KubeObject): Witness | undefined {
  const { uid = "", namespace = "default" } = object.metadata;
  switch (keyOf(object)) {
    case "apps/Deployment":
      return {
        target: { apiVersion: "apps/v1", kind: "ReplicaSet", namespace },
        refusal: (sets) => refusalOf(sets.find((set) => isCurrent(set, object))),
      };
    case "apps/StatefulSet":
    case "apps/DaemonSet":
    case "batch/Job":
      return {
        target: {
          apiVersion: "v1",
          kind: "Event",
          namespace,
          fieldSelector: `involvedObject.uid=${uid},reason=FailedCreate`,
        },
        refusal: (events) => {
          const message = events.map((event) => String(event["message"])).find(isFinalRefusal);
          return message === undefined ? undefined : `[FailedCreate] ${message}`;
        },
      };
    default:
      return undefined;
  }
}

function refusalOf(set: KubeObject | undefined): string | undefined {
  const condition = set === undefined ? undefined : conditionOf(set, "ReplicaFailure");
  if (condition?.status !== "True" || !isFinalRefusal(condition.message ?? "")) return undefined;
  return describe(condition);
}

/** Whether a ReplicaSet is the one of the Deployment's present template, which it has but for the label of its hash. */
export function isCurrent(set: KubeObject, deployment: KubeObject): boolean {
  const owners = set.metadata.ownerReferences ?? [];
  if (owners.every(({ uid }) => uid !== deployment.metadata.uid)) return false;
  const templateOf = (object: KubeObject): string => {
    const template = valueAt(fromObject(object), ["spec", "template"]) ?? {};
    return canonical(withValueAt(template, ["metadata", "labels", "pod-template-hash"], undefined) as Props);
  };
  return templateOf(set) === templateOf(deployment);
}
