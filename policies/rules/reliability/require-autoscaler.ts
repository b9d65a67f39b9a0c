import { some } from "../../core/lookup";
import { stackRule } from "../../core/rule";
import { Cluster } from "../../kubernetes/graph";
import { autoscalerOf, autoscalersOf, holdsData, servicesOf, workloadsOf } from "../../kubernetes/workloads";

/** What serves and keeps nothing can be as many as the load asks for. What no Service leads to has no load of others. */
export const requireAutoscaler = stackRule({
  name: "slipway-stack-deployment-require-autoscaler",
  area: "reliability",
  title: "What serves scales by itself",
  description: "Every Deployment that a Service leads to and that keeps no data has an autoscaler.",
  level: "advisory",
  severity: "low",
  checks: [25],
  ids: ["BPG"],
  remedy: "Add a HorizontalPodAutoscaler whose scaleTargetRef is the Deployment.",
  url: "https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/",
  judge: (graph, judgement) => {
    const cluster = new Cluster(graph, judgement);
    const services = servicesOf(cluster);
    const autoscalers = autoscalersOf(cluster);
    for (const workload of workloadsOf(cluster, ["apps/Deployment", "argoproj.io/Rollout"])) {
      judgement.part(() => {
        const { object, labels } = workload;
        const fine = [
          () => autoscalerOf(workload, autoscalers) !== undefined,
          () => holdsData(workload),
          () => !services.some([object.namespace], ({ selects }) => selects(labels)),
        ];
        if (some(fine, (ask) => ask())) return;
        object.report(
          judgement,
          "metadata.name",
          `${object.label} serves and nothing scales it; add a HorizontalPodAutoscaler.`,
        );
      });
    }
  },
});
