import type { KubeObject } from "../../../kube/client";
import { canonical } from "../../values";
import type { Readiness } from "./readiness";
import { conditionOf, field, ready, waiting } from "./readiness";
import {
  daemonSetReadiness,
  deploymentReadiness,
  jobReadiness,
  podReadiness,
  statefulSetReadiness,
} from "./workloads";

/** Tells from an object alone how ready it is. */
export type Judge = (object: KubeObject) => Readiness;

/**
 * The kinds that are waited for, by `group/Kind`, as the official provider documents them. All others are ready as
 * soon as the server has them.
 */
const judges: Readonly<Record<string, Judge>> = {
  "apps/Deployment": deploymentReadiness,
  "apps/StatefulSet": statefulSetReadiness,
  "apps/DaemonSet": daemonSetReadiness,
  "batch/Job": jobReadiness,
  "/Pod": podReadiness,
  "/Namespace": (object) => inPhase(object, ["Active"]),
  "/PersistentVolume": (object) => inPhase(object, ["Available", "Bound"]),
  "/PersistentVolumeClaim": (object) => inPhase(object, ["Bound"]),
  "/ResourceQuota": (object) => {
    const [asked = {}, seen = {}] = [field(object, "spec.hard"), field(object, "status.hard")];
    return canonical(asked) === canonical(seen) ? ready : waiting("its controller has not counted yet");
  },
  "/Secret": (object) => {
    if (object["type"] !== "kubernetes.io/service-account-token") return ready;
    return Object.keys(object["data"] ?? {}).length > 0 ? ready : waiting("its token is not made yet");
  },
  "/Service": (object) => (field(object, "spec.type") === "LoadBalancer" ? hasAddress(object) : ready),
  "networking.k8s.io/Ingress": hasAddress,
  "apiextensions.k8s.io/CustomResourceDefinition": (object) =>
    conditionOf(object, "Established")?.status === "True" ? ready : waiting("it is not established yet"),
};

/** Kinds that the official provider judges on refresh too. */
const judgedOnRead = new Set(["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "batch/Job", "/Pod"]);

export function judgeOf(object: KubeObject): Judge {
  return judges[keyOf(object)] ?? (() => ready);
}

/** How ready an object is that was only looked at. */
export function readinessOnRead(object: KubeObject): Readiness {
  return judgedOnRead.has(keyOf(object)) ? judgeOf(object)(object) : ready;
}

export function keyOf({ apiVersion, kind }: KubeObject): string {
  const [group, version] = apiVersion.split("/");
  return `${version === undefined ? "" : (group ?? "")}/${kind}`;
}

function inPhase(object: KubeObject, phases: readonly string[]): Readiness {
  const phase = field(object, "status.phase") ?? "new";
  return phases.some((wanted) => wanted === phase) ? ready : waiting(`it is ${JSON.stringify(phase)}`);
}

function hasAddress(object: KubeObject): Readiness {
  const ingress = field(object, "status.loadBalancer.ingress");
  return Array.isArray(ingress) && ingress.length > 0 ? ready : waiting("it has no address yet");
}
