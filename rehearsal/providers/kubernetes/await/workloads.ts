import type { KubeObject } from "../../../kube/client";
import type { Readiness } from "./readiness";
import { conditionOf, count, describe, failed, field, isObserved, ready, waiting } from "./readiness";

export function deploymentReadiness(object: KubeObject): Readiness {
  if (!isObserved(object)) return waiting("its controller has not seen it yet");
  const progressing = conditionOf(object, "Progressing");
  if (progressing?.status === "False") return failed(describe(progressing));
  // It may still tell of the version before; the ReplicaSet of this one is looked at apart (refusal.ts).
  const refused = conditionOf(object, "ReplicaFailure");
  if (refused?.status === "True") return waiting(describe(refused));

  const replicas = count(object, "spec.replicas", 1);
  const updated = count(object, "status.updatedReplicas");
  if (updated < replicas) return waiting(`${updated} of ${replicas} pods are of the new version`);
  const available = conditionOf(object, "Available");
  if (available?.status !== "True") {
    return waiting(available === undefined ? "no pod is available" : describe(available));
  }
  // Without a progress deadline the condition is never set.
  if (progressing !== undefined && progressing.reason !== "NewReplicaSetAvailable") {
    return waiting(describe(progressing));
  }
  return ready;
}

export function statefulSetReadiness(object: KubeObject): Readiness {
  if (!isObserved(object)) return waiting("its controller has not seen it yet");
  const replicas = count(object, "spec.replicas", 1);
  const onDelete =
    field(object, "spec.updateStrategy.type") === "OnDelete" && (object.metadata.generation ?? 1) > 1;
  const partition = count(object, "spec.updateStrategy.rollingUpdate.partition");
  const isReady = count(object, "status.readyReplicas");
  if (count(object, "status.replicas") !== replicas || isReady !== replicas) {
    return waiting(`${isReady} of ${replicas} pods are ready`);
  }
  if (onDelete) return ready;
  if (partition > 0) {
    const updated = count(object, "status.updatedReplicas");
    return updated >= replicas - partition ? ready : waiting(`${updated} pods are of the new version`);
  }
  if (field(object, "status.currentRevision") !== field(object, "status.updateRevision")) {
    return waiting("pods of the old version are left");
  }
  return count(object, "status.currentReplicas") === replicas
    ? ready
    : waiting("pods of the old version are left");
}

export function daemonSetReadiness(object: KubeObject): Readiness {
  if (!isObserved(object)) return waiting("its controller has not seen it yet");
  const desired = count(object, "status.desiredNumberScheduled");
  const updated = count(object, "status.updatedNumberScheduled");
  const available = count(object, "status.numberAvailable");
  if (updated < desired) return waiting(`${updated} of ${desired} pods are of the new version`);
  return available < desired ? waiting(`${available} of ${desired} pods are available`) : ready;
}

export function jobReadiness(object: KubeObject): Readiness {
  const broken = conditionOf(object, "Failed");
  if (broken?.status === "True") return failed(describe(broken));
  if (conditionOf(object, "Complete")?.status === "True") return ready;
  return waiting(`${count(object, "status.succeeded")} of its pods have succeeded`);
}

export function podReadiness(object: KubeObject): Readiness {
  const phase = field(object, "status.phase");
  if (phase === "Succeeded") return ready;
  if (phase === "Failed")
    return failed(`the pod has failed: ${JSON.stringify(field(object, "status.reason") ?? "no reason")}`);
  const condition = conditionOf(object, "Ready");
  if (condition?.status === "True") return ready;
  const scheduled = conditionOf(object, "PodScheduled");
  return waiting(
    describe(scheduled?.status === "False" ? scheduled : (condition ?? { type: "Ready", status: "" })),
  );
}
