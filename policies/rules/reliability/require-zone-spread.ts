import { at, fields, isAbsent, list, shown } from "../../core/json";
import type { GroupKind } from "../../kubernetes/objects";
import { podRule } from "../../kubernetes/pods";

const ZONE = "topology.kubernetes.io/zone";
const kinds: readonly GroupKind[] = ["apps/Deployment", "apps/StatefulSet", "argoproj.io/Rollout"];

/**
 * Two pods in one zone go down together. A constraint that selects no pod spreads none, so its selector must match the
 * template. How many pods there are when something else scales them, the object does not say: as the API server has it,
 * one.
 */
export const requireZoneSpread = podRule({
  name: "kubernetes-apps-workload-require-zone-spread",
  area: "reliability",
  title: "Replicas are spread over zones",
  description:
    "A workload of more than one replica has a topology spread constraint or an anti-affinity over zones that selects its own pods.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "medium",
  checks: [24],
  ids: ["BPG reliability"],
  remedy: `Add a topologySpreadConstraint with topologyKey ${ZONE} and the workload's own labels.`,
  url: "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
  kinds,
  judge: ({ object, path, spec, metadata }, judgement) => {
    judgement.part(() => {
      const replicas = at(object.fields, "spec", "replicas");
      if (isAbsent(replicas) || (typeof replicas === "number" && replicas <= 1)) return;
      // A Rollout may have its template in a Deployment.
      if (isAbsent(at(object.fields, "spec", "template"))) return;
      const antiAffinity = fields(at(spec, "affinity", "podAntiAffinity"));
      const terms = [
        ...list(spec["topologySpreadConstraints"]),
        ...list(antiAffinity["requiredDuringSchedulingIgnoredDuringExecution"]),
        ...list(antiAffinity["preferredDuringSchedulingIgnoredDuringExecution"]).map((term) =>
          at(term, "podAffinityTerm"),
        ),
      ];
      if (terms.some((term) => at(term, "topologyKey") === ZONE && selects(term, metadata["labels"]))) return;
      judgement.report(
        `${path}.topologySpreadConstraints`,
        `nothing spreads the ${shown(replicas)} replicas over zones; add a constraint with topologyKey ${ZONE} and a labelSelector of the pods' own labels.`,
      );
    });
  },
  cel: {
    variables: [
      { name: "antiAffinity", expression: "variables.pod.?affinity.?podAntiAffinity.orValue({})" },
      {
        name: "terms",
        expression:
          "variables.pod.?topologySpreadConstraints.orValue([]) + variables.antiAffinity.?requiredDuringSchedulingIgnoredDuringExecution.orValue([]) + variables.antiAffinity.?preferredDuringSchedulingIgnoredDuringExecution.orValue([]).map(t, t.podAffinityTerm)",
      },
      { name: "labels", expression: "variables.template.?metadata.?labels.orValue({})" },
    ],
    validations: () => [
      {
        expression: `object.spec.?replicas.orValue(1) <= 1 || !has(object.spec.template) || variables.terms.exists(t, t.?topologyKey.orValue('') == '${ZONE}' && has(t.labelSelector) && t.labelSelector.?matchLabels.orValue({}).all(k, k in variables.labels && variables.labels[k] == t.labelSelector.matchLabels[k]))`,
        message: `nothing spreads the replicas over zones; add a topologySpreadConstraint with topologyKey ${ZONE}.`,
      },
    ],
  },
});

/** Whether a term's labels are all the pods' own. What its expressions add is left to the scheduler. */
function selects(term: unknown, labels: unknown): boolean {
  const selector = at(term, "labelSelector");
  if (isAbsent(selector)) return false;
  const wanted = fields(at(selector, "matchLabels"));
  return Object.keys(wanted).every((label) => wanted[label] === fields(labels)[label]);
}
