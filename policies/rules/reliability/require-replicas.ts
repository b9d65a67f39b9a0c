import { shown } from "../../core/json";
import { some } from "../../core/lookup";
import { stackRule } from "../../core/rule";
import { Cluster } from "../../kubernetes/graph";
import {
  autoscalerOf,
  autoscalersOf,
  leastPodsOf,
  servicesOf,
  workloadsOf,
} from "../../kubernetes/workloads";

/**
 * What serves goes on serving while one of its pods is gone. It serves when a Service leads to it. Members of a
 * StatefulSet are not replicas of each other unless what runs in them replicates, so they are asked for on demand only.
 */
export const requireReplicas = stackRule({
  name: "slipway-stack-deployment-require-replicas",
  area: "reliability",
  title: "What serves has two replicas",
  description: "Every Deployment that a Service leads to keeps two pods or more.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "medium",
  checks: [24],
  ids: ["BPG reliability"],
  remedy: "Set spec.replicas to 2 or more, or minReplicas of the autoscaler.",
  url: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#replicas",
  parameters: {
    statefulSets: {
      type: "boolean",
      default: false,
      description: "Whether StatefulSets are held to it too.",
    },
  },
  judge: (graph, judgement, settings) => {
    const cluster = new Cluster(graph, judgement);
    const services = servicesOf(cluster);
    const autoscalers = autoscalersOf(cluster);
    const kinds = ["apps/Deployment", "argoproj.io/Rollout"] as const;
    const also = settings.flag("statefulSets") ? (["apps/StatefulSet"] as const) : [];
    for (const workload of workloadsOf(cluster, [...kinds, ...also])) {
      judgement.part(() => {
        const { object, labels } = workload;
        const fine = [
          () => (leastPodsOf(workload, autoscalers) ?? 0) >= 2,
          () => !services.some([object.namespace], ({ selects }) => selects(labels)),
        ];
        if (some(fine, (ask) => ask())) return;
        const autoscaler = autoscalerOf(workload, autoscalers);
        object.report(
          judgement,
          "spec.replicas",
          autoscaler === undefined
            ? `${object.label} serves with one pod: spec.replicas is ${shown(object.spec("replicas"))}; set it to 2 or more.`
            : `${object.label} serves with less than two pods where ${autoscaler.label} scales it down; raise its least number to 2.`,
        );
      });
    }
  },
});
