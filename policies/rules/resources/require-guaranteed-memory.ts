import { at, isAbsent, list, shown } from "../../core/json";
import { quantityOf } from "../../kubernetes/quantities";
import type { Container, Pod } from "../../kubernetes/pods";
import { eachContainer, podRule } from "../../kubernetes/pods";

/**
 * A store that uses more memory than it requests is killed when its node runs short, in the middle of a write. So what
 * holds data gets all that it may use: a StatefulSet, and a pod with a claim for a volume that outlives it. A generic
 * ephemeral volume goes with its pod and holds no data. Each container says it itself, also in a pod that has resources
 * as a whole; an init container that ends before the others start may do as it likes.
 */
export const requireGuaranteedMemory = podRule({
  name: "kubernetes-core-pod-require-guaranteed-memory",
  area: "resources",
  title: "What holds data gets the memory that it may use",
  description:
    "Containers of a StatefulSet, or beside a persistent volume, request as much memory as their limit.",
  level: "mandatory",
  severity: "medium",
  checks: [22],
  ids: ["BPG"],
  remedy: "Set resources.requests.memory to the same quantity as resources.limits.memory.",
  url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/",
  judge: (pod, judgement) => {
    judgement.part(() => {
      if (!holdsData(pod)) return;
      eachContainer(pod, judgement, (container) => {
        if (!isLongLived(container)) return;
        const limit = at(container.fields, "resources", "limits", "memory");
        // The API server gives a Pod, though no template, the limits as requests where it has none.
        const request =
          at(container.fields, "resources", "requests", "memory") ??
          (pod.object.kind === "Pod" ? limit : undefined);
        const size = quantityOf(limit);
        if (size !== undefined && quantityOf(request) === size) return;
        judgement.report(
          `${container.path}.resources.requests.memory`,
          `${container.label} of what holds data requests ${shown(request)} of memory, and its limit is ${shown(limit)}; give both the same quantity.`,
        );
      });
    });
  },
  cel: {
    variables: [
      {
        name: "holdsData",
        expression:
          "object.kind == 'StatefulSet' || variables.pod.?volumes.orValue([]).exists(v, has(v.persistentVolumeClaim))",
      },
      {
        name: "longLived",
        expression:
          "variables.pod.?containers.orValue([]) + variables.pod.?initContainers.orValue([]).filter(c, c.?restartPolicy.orValue('') == 'Always')",
      },
    ],
    validations: () => [
      {
        expression:
          "!variables.holdsData || variables.longLived.all(c, c.?resources.?limits[?'memory'].hasValue() && c.?resources.?requests[?'memory'].hasValue() && quantity(string(c.resources.limits.memory)).compareTo(quantity(string(c.resources.requests.memory))) == 0)",
        message:
          "a container of what holds data requests another amount of memory than its limit; give both the same quantity.",
      },
    ],
  },
});

function holdsData({ object, spec }: Pod): boolean {
  if (object.kind === "StatefulSet") return true;
  return list(spec["volumes"]).some((volume) => !isAbsent(at(volume, "persistentVolumeClaim")));
}

function isLongLived({ list: where, fields: container }: Container): boolean {
  return where === "containers" || (where === "initContainers" && container["restartPolicy"] === "Always");
}
