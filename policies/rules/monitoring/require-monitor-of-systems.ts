import { at, fields } from "../../core/json";
import { Lookup, some } from "../../core/lookup";
import { stackRule } from "../../core/rule";
import { Cluster } from "../../kubernetes/graph";
import { Monitors } from "../../kubernetes/monitors";
import { platformParameter, systemsOf } from "../../kubernetes/systems";

/** A system of which nothing is recorded breaks without anybody noticing. A probe from outside is a monitor too. */
export const requireMonitorOfSystems = stackRule({
  name: "slipway-stack-system-require-monitor",
  area: "monitoring",
  title: "Systems are watched",
  description: "Every system has a ServiceMonitor, a PodMonitor or a Probe.",
  level: "mandatory",
  severity: "medium",
  checks: [40],
  ids: [],
  remedy: "Add a ServiceMonitor or PodMonitor for a namespace of the system, or a Probe with its label.",
  url: "https://prometheus-operator.dev/docs/developer/getting-started/",
  parameters: platformParameter,
  judge: (graph, judgement, settings) => {
    const cluster = new Cluster(graph, judgement);
    const monitors = new Monitors(cluster);
    const probes = new Lookup(cluster.all("monitoring.coreos.com/Probe"), (probe) => {
      const { system, namespace } = fields(at(probe.spec("targets"), "staticConfig", "labels"));
      return [`namespace ${probe.namespace}`, ...keysOf("system", system), ...keysOf("namespace", namespace)];
    });
    for (const { name, namespaces } of systemsOf(cluster, judgement, settings)) {
      judgement.part(() => {
        const watched = [
          () => some(namespaces, (namespace) => monitors.someNamespace(namespace.name)),
          () => probes.some([`system ${name}`, ...namespaces.map((one) => `namespace ${one.name}`)]),
        ];
        if (some(watched, (ask) => ask())) return;
        namespaces[0]?.report(
          judgement,
          "metadata.name",
          `the system ${name} has no ServiceMonitor, PodMonitor or Probe; add one.`,
        );
      });
    }
  },
});

function keysOf(label: string, value: unknown): readonly string[] {
  return typeof value === "string" ? [`${label} ${value}`] : [];
}
