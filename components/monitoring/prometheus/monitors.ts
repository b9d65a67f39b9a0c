import type { PodMonitorSpec, Relabeling, ServiceMonitorSpec } from "../../common/prometheus-operator";
import { selector } from "../../common/labels";
import { HTTP_PORT, namespaceOf } from "../../spec/services";
import type { StagedSpec } from "../../spec/stage";

/** How often a target is scraped that says nothing of it. */
export const INTERVAL = "15s";
/** Most series of one pod of a service: many times what a sound one has. */
const SAMPLES = 20_000;
/** Name of the port of every store's exporter. */
const EXPORTER_PORT = "metrics";
const NAME_LABEL = "app.kubernetes.io/name";

/** A monitor by the end of its logical name, which is its name in the cluster too. */
export type Monitors<Spec> = Readonly<Record<string, Spec>>;

/** A dot is in no name of a system or a service, so that two names never give one. */
function monitorName(system: string, part: string): string {
  return `${system}.${part}`;
}

/** Sets a label of every target. */
export function labelled(targetLabel: string, replacement: string): Relabeling {
  return { action: "replace", targetLabel, replacement };
}

/** A monitor for each service of a system that serves metrics, in the interval of its document. */
export function serviceMonitors(spec: StagedSpec): Monitors<ServiceMonitorSpec> {
  const system = spec.name;
  return Object.fromEntries(
    Object.entries(spec.services).flatMap(([service, { metrics }]): [string, ServiceMonitorSpec][] => {
      if (metrics === undefined) return [];
      const { path, port = HTTP_PORT, interval = INTERVAL } = metrics;
      return [
        [
          monitorName(system, service),
          {
            jobLabel: NAME_LABEL,
            namespaceSelector: { matchNames: [namespaceOf(spec)] },
            selector: { matchLabels: selector({ system, name: service }) },
            endpoints: [
              {
                port,
                path,
                interval,
                relabelings: [
                  // The headless Service of a StatefulSet has the same labels and pods.
                  {
                    action: "keep",
                    sourceLabels: ["__meta_kubernetes_service_name"],
                    regex: service,
                  },
                  labelled("system", system),
                ],
              },
            ],
            sampleLimit: SAMPLES,
          },
        ],
      ];
    }),
  );
}

/** A monitor for the exporter beside each store of a system. It asks for pods, for no Service leads to an exporter. */
export function storeMonitors(spec: StagedSpec): Monitors<PodMonitorSpec> {
  const system = spec.name;
  return Object.fromEntries(
    Object.entries(spec.stores ?? {}).map(([store, { kind }]): [string, PodMonitorSpec] => [
      monitorName(system, store),
      {
        jobLabel: NAME_LABEL,
        namespaceSelector: { matchNames: [namespaceOf(spec)] },
        selector: { matchLabels: selector({ system, name: store }) },
        podMetricsEndpoints: [
          {
            port: EXPORTER_PORT,
            path: "/metrics",
            interval: INTERVAL,
            relabelings: [labelled("system", system), labelled("service", store), labelled("store", kind)],
          },
        ],
        sampleLimit: SAMPLES,
      },
    ]),
  );
}
