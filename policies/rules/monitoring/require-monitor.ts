import { fields, list } from "../../core/json";
import type { Fields } from "../../core/json";
import { some } from "../../core/lookup";
import { stackRule } from "../../core/rule";
import { Cluster } from "../../kubernetes/graph";
import { Monitors } from "../../kubernetes/monitors";
import { replicatedKinds, servicesOf, workloadsOf } from "../../kubernetes/workloads";
import type { PodService } from "../../kubernetes/workloads";

/**
 * Metrics that are served are recorded. What serves them says so by the name of its port: of a container, or of a
 * Service whose pods something makes that the graph does not hold.
 */
export const requireMonitor = stackRule({
  name: "slipway-stack-service-require-monitor",
  area: "monitoring",
  title: "What serves metrics is watched",
  description: "Every Service and every workload with a port for metrics has a ServiceMonitor or PodMonitor.",
  level: "mandatory",
  severity: "medium",
  checks: [40],
  ids: [],
  remedy: "Add a ServiceMonitor or PodMonitor that selects it and names the port.",
  url: "https://prometheus-operator.dev/docs/developer/getting-started/",
  parameters: {
    ports: {
      type: "array",
      items: { type: "string" },
      default: ["metrics", "http-metrics", "https-metrics", "prometheus", "prom", "telemetry"],
      description: "Names of ports that serve metrics.",
    },
  },
  judge: (graph, judgement, settings) => {
    const names = new Set<unknown>(settings.texts("ports"));
    const cluster = new Cluster(graph, judgement);
    const monitors = new Monitors(cluster);
    const services = servicesOf(cluster);
    const led = new Set<PodService["object"]>();
    for (const workload of workloadsOf(cluster, [...replicatedKinds, "apps/DaemonSet"])) {
      judgement.part(() => {
        const { object, labels, pod } = workload;
        const own = services.matches([object.namespace], ({ selects }) => selects(labels));
        own.forEach((service) => led.add(service.object));
        for (const port of portsOf(pod)) {
          judgement.part(() => {
            const { name, containerPort } = port;
            if (!names.has(name)) return;
            const isPort = (value: unknown): boolean => value === name || value === containerPort;
            const asPod = (): boolean =>
              monitors.somePods(
                object.namespace,
                labels,
                (endpoint) => isPort(endpoint.port) || isPort(endpoint.target),
              );
            const asService = (): boolean =>
              some(own, ({ object: service }) =>
                monitors.someService(
                  service,
                  (endpoint) =>
                    isPort(endpoint.target) ||
                    list(service.spec("ports"))
                      .map(fields)
                      .some(
                        (one) => one["name"] === endpoint.port && isPort(one["targetPort"] ?? one["port"]),
                      ),
                ),
              );
            if (some([asPod, asService], (ask) => ask())) return;
            object.report(
              judgement,
              "metadata.name",
              `${object.label} serves metrics on its port ${String(name)} and nothing records them; add a ServiceMonitor or PodMonitor for it.`,
            );
          });
        }
      });
    }
    for (const service of cluster.all("/Service")) {
      judgement.part(() => {
        if (led.has(service) || Object.keys(fields(service.spec("selector"))).length === 0) return;
        for (const port of list(service.spec("ports")).map(fields)) {
          const { name } = port;
          if (!names.has(name) || monitors.someService(service, (endpoint) => endpoint.port === name))
            continue;
          service.report(
            judgement,
            "metadata.name",
            `${service.label} serves metrics on its port ${String(name)} and nothing records them; add a ServiceMonitor for it.`,
          );
        }
      });
    }
  },
});

/** Ports of all containers; those that start first may go on running beside the others. */
function portsOf(pod: Fields): readonly Fields[] {
  return [...list(pod["containers"]), ...list(pod["initContainers"])]
    .flatMap((container) => list(fields(container)["ports"]))
    .map(fields);
}
