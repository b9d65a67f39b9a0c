import { isAbsent, shown } from "../../core/json";
import type { Judgement } from "../../core/judgement";
import { Lookup, once, some } from "../../core/lookup";
import { stackRule } from "../../core/rule";
import { Cluster } from "../../kubernetes/graph";
import type { Registered } from "../../kubernetes/graph";
import { selectorOf } from "../../kubernetes/selectors";
import type { Selector } from "../../kubernetes/selectors";
import { autoscalersOf, leastPodsOf, replicatedKinds, workloadsOf } from "../../kubernetes/workloads";

interface Budget {
  readonly object: Registered;
  readonly selects: Selector;
}

/**
 * What runs more than one pod says how many may be gone at once, and so that some may: a budget that can never be met
 * stops every drain of a node, and with that every upgrade.
 */
export const requireDisruptionBudget = stackRule({
  name: "slipway-stack-workload-require-disruption-budget",
  area: "reliability",
  title: "Workloads have a disruption budget",
  description:
    "Every workload of more than one pod has one PodDisruptionBudget, and one that lets a pod be evicted.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "medium",
  checks: [24],
  ids: ["BPG reliability"],
  remedy: "Add a PodDisruptionBudget with maxUnavailable: 1 that selects the workload's pods.",
  url: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
  judge: (graph, judgement) => {
    const cluster = new Cluster(graph, judgement);
    const budgets = cluster.all("policy/PodDisruptionBudget").map((object): Budget => {
      const selector = once(() => selectorOf(object.spec("selector")));
      return { object, selects: (labels) => selector()(labels) };
    });
    const byNamespace = new Lookup(budgets, ({ object }) => [object.namespace]);
    const autoscalers = autoscalersOf(cluster);
    const workloads = workloadsOf(cluster, replicatedKinds);
    for (const workload of workloads) {
      judgement.part(() => {
        const { object, labels } = workload;
        const least = (): number | undefined => leastPodsOf(workload, autoscalers);
        const own = (): readonly Budget[] =>
          byNamespace.matches([object.namespace], ({ selects }) => selects(labels));
        if (some([() => (least() ?? 2) < 2, () => own().length === 1], (ask) => ask())) return;
        const count = own().length;
        object.report(
          judgement,
          "metadata.name",
          count === 0
            ? `${object.label} keeps ${least() ?? "several"} pods and no PodDisruptionBudget selects them; add one with maxUnavailable: 1.`
            : `the pods of ${object.label} are selected by ${count} PodDisruptionBudgets, and then none of them can be evicted; leave one.`,
        );
      });
    }
    const workloadsIn = new Lookup(workloads, ({ object }) => [object.namespace]);
    for (const budget of budgets) {
      judgement.part(() => {
        judgeBudget(budget.object, judgement, () => {
          // Each must be known, for the pods of all are added up.
          const own = workloadsIn
            .matches([budget.object.namespace])
            .filter(({ labels }) => budget.selects(labels));
          return sum(own.map((workload) => leastPodsOf(workload, autoscalers)));
        });
      });
    }
  },
});

/** @param podsOf The pods that it selects; 0 where the stack makes none, undefined where a number is none. */
function judgeBudget(budget: Registered, judgement: Judgement, podsOf: () => number | undefined): void {
  const most = budget.spec("maxUnavailable");
  const least = budget.spec("minAvailable");
  if (!isAbsent(most)) {
    // Kubernetes rounds a part of a pod up.
    if ((typeof most === "number" && most > 0) || (percentOf(most) ?? 0) > 0) return;
    budget.report(
      judgement,
      "spec.maxUnavailable",
      `${budget.label} lets no pod be evicted: maxUnavailable is ${shown(most)}; set it to 1 or more.`,
    );
    return;
  }
  if (isAbsent(least)) {
    budget.report(
      judgement,
      "spec",
      `${budget.label} says neither maxUnavailable nor minAvailable, and then no pod can be evicted; set maxUnavailable: 1.`,
    );
    return;
  }
  const pods = podsOf() ?? 0;
  const percent = percentOf(least);
  // Of pods that others make only all of them is too many for sure.
  const isMet =
    percent === undefined
      ? typeof least === "number" && (pods === 0 || least < pods)
      : percent < 100 && (pods === 0 || Math.ceil((pods * percent) / 100) < pods);
  if (isMet) return;
  budget.report(
    judgement,
    "spec.minAvailable",
    `${budget.label} lets no pod be evicted: minAvailable is ${shown(least)}${pods > 0 ? ` of ${pods} pods` : ""}; say maxUnavailable: 1 instead.`,
  );
}

function percentOf(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const [, digits] = /^(\d{1,9})%$/.exec(value) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function sum(numbers: readonly (number | undefined)[]): number | undefined {
  return numbers.reduce(
    (total, one) => (total === undefined || one === undefined ? undefined : total + one),
    0,
  );
}
