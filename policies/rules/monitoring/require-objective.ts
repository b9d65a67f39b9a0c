import { fields, list } from "../../core/json";
import { Lookup } from "../../core/lookup";
import { stackRule } from "../../core/rule";
import { Cluster } from "../../kubernetes/graph";
import type { Registered } from "../../kubernetes/graph";
import { platformParameter, systemsOf } from "../../kubernetes/systems";

/**
 * Every system says how well it is to serve. An objective is seen in what is recorded for it: a rule with a label that
 * names it, for the system or one of its namespaces; or as an object of Pyrra or Sloth in a namespace of the system.
 */
export const requireObjective = stackRule({
  name: "slipway-stack-system-require-objective",
  area: "monitoring",
  title: "Systems have an objective",
  description: "Every system has a service-level objective that is recorded.",
  level: "mandatory",
  severity: "medium",
  checks: [40],
  ids: [],
  remedy: "Record an objective of the system: a PrometheusRule whose rules have the labels slo and system.",
  url: "https://sre.google/workbook/implementing-slos/",
  parameters: {
    ...platformParameter,
    labels: {
      type: "array",
      items: { type: "string" },
      default: ["slo", "sloth_slo"],
      description: "Labels of recording rules and alerts that name an objective.",
    },
  },
  judge: (graph, judgement, settings) => {
    const names = settings.texts("labels");
    const cluster = new Cluster(graph, judgement);
    const recorded = new Lookup(
      cluster.all(
        "monitoring.coreos.com/PrometheusRule",
        "pyrra.dev/ServiceLevelObjective",
        "sloth.slok.dev/PrometheusServiceLevel",
      ),
      (object) =>
        object.object.kind === "PrometheusRule" ? ownersOf(object, names) : [namespaceKey(object.namespace)],
    );
    for (const { name, namespaces } of systemsOf(cluster, judgement, settings)) {
      judgement.part(() => {
        const places = namespaces.map((namespace) => namespaceKey(namespace.name));
        if (recorded.some([systemKey(name), ...places])) return;
        namespaces[0]?.report(
          judgement,
          "metadata.name",
          `the system ${name} has no objective; add rules that record one, with the labels ${names[0] ?? "slo"} and system.`,
        );
      });
    }
  },
});

/** Of which systems and namespaces the rules of an object record an objective. */
function ownersOf(object: Registered, names: readonly string[]): readonly string[] {
  return list(object.spec("groups"))
    .flatMap((group) => list(fields(group)["rules"]))
    .map((rule) => fields(fields(rule)["labels"]))
    .filter((labels) => names.some((name) => isNamed(labels[name])))
    .flatMap(({ system, namespace }) => [
      ...(isNamed(system) ? [systemKey(system)] : []),
      ...(isNamed(namespace) ? [namespaceKey(namespace)] : []),
      namespaceKey(object.namespace),
    ]);
}

function isNamed(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function systemKey(name: string): string {
  return `system ${name}`;
}

function namespaceKey(name: string): string {
  return `namespace ${name}`;
}
