import { fields, list } from "../../core/json";
import { Lookup } from "../../core/lookup";
import { stackRule } from "../../core/rule";
import { Cluster } from "../../kubernetes/graph";
import type { Registered } from "../../kubernetes/graph";
import { platformParameter, systemsOf } from "../../kubernetes/systems";

/** Without a quota one tenant can take what all others need; without limits a pod that names none has none. */
export const requireQuota = stackRule({
  name: "slipway-stack-namespace-require-quota",
  area: "namespace",
  title: "Tenants have a quota and limits",
  description: "Every namespace of a system has a ResourceQuota and a LimitRange.",
  level: "mandatory",
  severity: "medium",
  checks: [29],
  ids: ["CIS 4.5.1", "BPG"],
  remedy: "Add a ResourceQuota with spec.hard and a LimitRange with spec.limits to the namespace.",
  url: "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
  parameters: platformParameter,
  judge: (graph, judgement, settings) => {
    const cluster = new Cluster(graph, judgement);
    const byNamespace = (kind: "/ResourceQuota" | "/LimitRange"): Lookup<Registered> =>
      new Lookup(cluster.all(kind), ({ namespace }) => [namespace]);
    const quotas = byNamespace("/ResourceQuota");
    const ranges = byNamespace("/LimitRange");
    for (const namespace of systemsOf(cluster, judgement, settings).flatMap((system) => system.namespaces)) {
      const demand = (what: string, isThere: (name: string) => boolean): void => {
        judgement.part(() => {
          if (isThere(namespace.name)) return;
          namespace.report(judgement, "metadata.name", `${namespace.label} has no ${what}; add one.`);
        });
      };
      demand("ResourceQuota that limits anything", (name) =>
        quotas.some([name], (quota) => Object.keys(fields(quota.spec("hard"))).length > 0),
      );
      demand("LimitRange that limits anything", (name) =>
        ranges.some([name], (range) => list(range.spec("limits")).length > 0),
      );
    }
  },
});
