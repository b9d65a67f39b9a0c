import { fields, isAbsent } from "../core/json";
import type { Fields } from "../core/json";
import { Judgement } from "../core/judgement";
import type { ResourceRule } from "../core/rule";
import { kindOf } from "./objects";
import type { Pod } from "./pods";
import { eachContainer, podGroupKinds, podOf } from "./pods";

/** What a remediation changes of a pod. */
export interface PodChange {
  /** Visits every container; one that holds a value not known yet, where it is read, is left as it is. */
  readonly eachContainer: (visit: (container: Fields) => void) => void;
  /** Sets a value in a block; blocks on the way are made where there are none. */
  readonly set: (block: Fields, path: readonly [string, string], value: unknown) => void;
}

/**
 * A remediation of pods, for {@link podRule}: of every kind that makes them, but neither of members of a List nor of
 * a Patch, which leaves to others what it does not say.
 *
 * It changes the properties where they stand. The engine's helper keeps a secret secret only as long as nobody copies
 * it: a copy holds it in plain text, and making one reads values that are not known yet.
 */
export function podRemedy(remedy: (pod: Pod, change: PodChange) => void): ResourceRule["remediate"] {
  return ({ type, props }) => {
    const kind = kindOf(type);
    if (kind === undefined || type.endsWith("Patch")) return undefined;
    if (!podGroupKinds.includes(`${kind.group}/${kind.kind}`)) return undefined;
    const parts = new Judgement();
    const changed = new Set<Fields>();
    parts.part(() => {
      const pod = podOf({ ...kind, fields: props, path: "" });
      remedy(pod, {
        eachContainer: (visit) => eachContainer(pod, parts, (container) => visit(container.fields)),
        set: (block, [way, field], value) => {
          const inner = block[way];
          if (isAbsent(inner)) (block as Record<string, unknown>)[way] = { [field]: value };
          else if (fields(inner) === inner) (inner as Record<string, unknown>)[field] = value;
          // What is no block at all is for the API server to refuse.
          else return;
          changed.add(block);
        },
      });
    });
    return changed.size > 0 ? props : undefined;
  };
}
