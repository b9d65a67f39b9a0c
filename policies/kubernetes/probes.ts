import type { CelVariable } from "../core/cel";
import { fields, isAbsent } from "../core/json";
import type { Fields } from "../core/json";
import type { Judgement } from "../core/judgement";
import type { GroupKind } from "./objects";
import type { Container, Pod } from "./pods";
import { eachContainer, podGroupKinds } from "./pods";

/** The kinds whose pods run on; those of a Job end. */
export const lastingGroupKinds: readonly GroupKind[] = podGroupKinds.filter(
  (kind) => !kind.startsWith("batch/"),
);

/**
 * Judges every container that is to run as long as its pod, on its own: the main ones, and init containers that are
 * restarted (native sidecars). A pod or a container that ends has nobody to probe for.
 */
export function eachLasting(pod: Pod, judgement: Judgement, judge: (container: Container) => void): void {
  judgement.part(() => {
    if (ends(pod.spec["restartPolicy"])) return;
    eachContainer(pod, judgement, (container) => {
      const own = container.fields["restartPolicy"];
      if (container.list === "containers" ? !ends(own) : own === "Always") judge(container);
    });
  });
}

function ends(restartPolicy: unknown): boolean {
  return restartPolicy === "OnFailure" || restartPolicy === "Never";
}

/** For conditions about probes: containers that last, as {@link eachLasting} has it. */
export const lastingVariables: readonly CelVariable[] = [
  {
    name: "lastingMain",
    expression:
      "variables.pod.?restartPolicy.orValue('Always') in ['OnFailure', 'Never'] ? [] : variables.pod.?containers.orValue([]).filter(c, !(c.?restartPolicy.orValue('Always') in ['OnFailure', 'Never']))",
  },
  {
    name: "sidecars",
    expression:
      "variables.pod.?restartPolicy.orValue('Always') in ['OnFailure', 'Never'] ? [] : variables.pod.?initContainers.orValue([]).filter(c, c.?restartPolicy.orValue('') == 'Always')",
  },
];

/** The ways to probe. */
const handlers = ["httpGet", "tcpSocket", "grpc", "exec"] as const;

/** A probe of a container; undefined where it has none, or one that probes nothing. */
export function probeOf(
  container: Fields,
  probe: "livenessProbe" | "readinessProbe" | "startupProbe",
): Fields | undefined {
  const found = fields(container[probe]);
  return handlers.some((handler) => !isAbsent(found[handler])) ? found : undefined;
}

/** Whether a container of a CEL expression has a probe. */
export function hasProbe(container: string, probe: string): string {
  return `[${handlers.map((handler) => `'${handler}'`).join(", ")}].exists(h, h in ${container}.?${probe}.orValue({}))`;
}
