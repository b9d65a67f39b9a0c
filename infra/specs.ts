import { SlipwayError } from "../components/common/problems";
import { namespaceOf } from "../components/spec/services";
import { specForStage } from "../components/spec/stage";
import type { StagedSpec } from "../components/spec/stage";
import { validateSpec } from "../components/spec/validate";
import type { Settings } from "./settings";
import { findSystem } from "./systems";

/**
 * The systems of a stack as they run in its stage, in the order of its config.
 *
 * @throws SlipwayError when there is no such system, a spec contradicts itself, or two of them are to live in one
 * namespace, before any resource exists.
 */
export function specsOf({
  systems,
  stage,
  stageName,
}: Pick<Settings, "systems" | "stage" | "stageName">): readonly StagedSpec[] {
  const own = systems.map(findSystem);
  // As they are written: what a stage makes of a size that is none would say less than all that is wrong.
  for (const spec of own) validateSpec(spec);
  const specs = own.map((spec) =>
    specForStage(spec, { stage: stageName, replicaShare: stage.share, storeShare: stage.share }),
  );
  refuseSharedNamespaces(specs, stageName);
  return specs;
}

/**
 * Two systems in one namespace would be one to every policy, quota and right in there.
 *
 * @throws SlipwayError naming each system that takes another's namespace.
 */
export function refuseSharedNamespaces(specs: readonly StagedSpec[], stage: string): void {
  const shared = specs.flatMap((spec, index) => {
    const namespace = namespaceOf(spec);
    const first = specs.slice(0, index).find((other) => namespaceOf(other) === namespace);
    return first === undefined ? [] : [{ spec, namespace, first }];
  });
  if (shared.length === 0) return;
  throw new SlipwayError({
    what: shared
      .map(
        ({ spec, namespace, first }) =>
          `system "${spec.name}": ${fieldOf(spec, stage)} is "${namespace}" (allowed in stage ${stage}: a namespace of its own, which "${namespace}" is of system "${first.name}")`,
      )
      .join("; "),
    todo:
      shared.length === 1
        ? "correct it in the spec of either"
        : `correct these ${shared.length} fields in the specs`,
  });
}

/** The field from which a system has its namespace in a stage. */
function fieldOf({ stages, namespace }: StagedSpec, stage: string): string {
  if (stages?.[stage]?.namespace !== undefined) return `stages.${stage}.namespace`;
  return namespace === undefined ? "name" : "namespace";
}
