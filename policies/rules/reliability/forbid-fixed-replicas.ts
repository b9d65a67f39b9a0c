import { at, isAbsent, shown } from "../../core/json";
import { stackRule } from "../../core/rule";
import { Cluster } from "../../kubernetes/graph";
import type { Registered } from "../../kubernetes/graph";
import { autoscalerOf, autoscalersOf, replicatedKinds, workloadsOf } from "../../kubernetes/workloads";

/** A number in the program sets back what the autoscaler has found, at every update. */
export const forbidFixedReplicas = stackRule({
  name: "slipway-stack-autoscaler-forbid-fixed-replicas",
  area: "reliability",
  title: "Only the autoscaler sets the number",
  description: "No workload that an autoscaler scales sets spec.replicas.",
  level: "advisory",
  severity: "low",
  checks: [25],
  ids: ["BPG"],
  remedy: "Leave spec.replicas out.",
  url: "https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling",
  judge: (graph, judgement) => {
    const cluster = new Cluster(graph, judgement);
    const autoscalers = autoscalersOf(cluster);
    for (const workload of workloadsOf(cluster, replicatedKinds)) {
      judgement.part(() => {
        const { object } = workload;
        const replicas = writtenReplicas(object);
        if (isAbsent(replicas)) return;
        const autoscaler = autoscalerOf(workload, autoscalers);
        if (autoscaler === undefined) return;
        object.report(
          judgement,
          "spec.replicas",
          `${object.label} sets replicas to ${shown(replicas)} though ${autoscaler.label} scales it; leave it out.`,
        );
      });
    }
  },
});

/** What the API server answers with has a number in any case: the autoscaler's. */
function writtenReplicas({ node, object }: Registered): unknown {
  const { inputs } = node;
  if (inputs !== undefined && object.path === "") return at(inputs, "spec", "replicas");
  const isAnswer = !isAbsent(at(object.fields, "metadata", "uid"));
  return isAnswer ? undefined : at(object.fields, "spec", "replicas");
}
