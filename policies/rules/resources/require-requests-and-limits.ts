import { at, fields, isAbsent, list, shown } from "../../core/json";
import { isPositive } from "../../kubernetes/quantities";
import type { Pod } from "../../kubernetes/pods";
import { eachContainer, podRule } from "../../kubernetes/pods";

const sides = ["requests", "limits"] as const;
type Side = (typeof sides)[number];
const resources = ["cpu", "memory"] as const;
type Resource = (typeof resources)[number];

/**
 * Without a request a pod is the first to be evicted, without a limit it can starve its node. Where a container says
 * nothing, what its pod says as a whole (`spec.resources`, Kubernetes 1.34) stands for it: the scheduler and the node
 * hold the pod to that.
 */
export const requireRequestsAndLimits = podRule({
  name: "kubernetes-core-pod-require-requests-and-limits",
  area: "resources",
  title: "Containers have requests and limits",
  description: "Every container, or its pod as a whole, requests and limits cpu and memory.",
  level: "mandatory",
  severity: "high",
  checks: [22],
  ids: ["C-0270", "C-0271"],
  remedy: "Set resources.requests and resources.limits for cpu and memory on the container.",
  url: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
  judge: (pod, judgement) => {
    eachContainer(pod, judgement, (container) => {
      // An ephemeral container cannot have resources: the API refuses them.
      if (container.list === "ephemeralContainers") return;
      for (const side of sides) {
        for (const resource of resources) {
          judgement.part(() => {
            const value = ofContainer(pod, container.fields, side, resource) ?? ofPod(pod, side, resource);
            if (isPositive(value)) return;
            judgement.report(
              `${container.path}.resources.${side}.${resource}`,
              `${container.label} has no usable resources.${side}.${resource}: it is ${shown(value)}; set a quantity above 0, such as ${resource === "cpu" ? "250m" : "256Mi"}.`,
            );
          });
        }
      }
    });
  },
  cel: {
    validations: () =>
      sides.flatMap((side) =>
        resources.map((resource) => ({
          // Texts and numbers of a manifest are both quantities here.
          expression: `(variables.pod.?containers.orValue([]) + variables.pod.?initContainers.orValue([])).all(c, quantity(string(c.?resources.?${side}[?'${resource}'].orValue(variables.pod.?resources.?${side}[?'${resource}'].orValue('0')))).isGreaterThan(quantity('0')))`,
          message: `a container has no resources.${side}.${resource} above 0; set it.`,
        })),
      ),
  },
});

/** What a container says. The API server gives a Pod, though no template, the limits as requests where it has none. */
function ofContainer(pod: Pod, container: unknown, side: Side, resource: Resource): unknown {
  const own = at(container, "resources", side, resource);
  return (
    own ??
    (side === "requests" && isDefaulted(pod) ? at(container, "resources", "limits", resource) : undefined)
  );
}

/**
 * What a pod says as a whole. A Pod with limits gets as requests what its containers request together, and what they
 * request nothing of at its limits.
 */
function ofPod(pod: Pod, side: Side, resource: Resource): unknown {
  const own = at(pod.spec, "resources", side, resource);
  if (!isAbsent(own) || side === "limits" || !isDefaulted(pod)) return own;
  if (Object.keys(fields(at(pod.spec, "resources", "limits"))).length === 0) return own;
  return (
    [...list(pod.spec["containers"]), ...list(pod.spec["initContainers"])]
      .map((container) => ofContainer(pod, container, side, resource))
      .find(isPositive) ?? at(pod.spec, "resources", "limits", resource)
  );
}

function isDefaulted({ object }: Pod): boolean {
  return object.kind === "Pod";
}
