/** A data source as dashboards refer to it: the address of the tool is in {@link datasourceFile} alone. */
export interface DatasourceRef {
  readonly type: string;
  readonly uid: string;
}

/** The data sources; their uids are fixed, for dashboards and links name them. */
export const datasources = {
  prometheus: { type: "prometheus", uid: "prometheus" },
  alertmanager: { type: "alertmanager", uid: "alertmanager" },
  loki: { type: "loki", uid: "loki" },
  jaeger: { type: "jaeger", uid: "jaeger" },
} as const satisfies Readonly<Record<string, DatasourceRef>>;

/** Ports at which Grafana asks the tools, by the name of their Service and of their pods' label. */
export const toolPorts = { prometheus: 9090, alertmanager: 9093, loki: 3100, jaeger: 16686 } as const;

const names = {
  prometheus: "Prometheus",
  alertmanager: "Alertmanager",
  loki: "Loki",
  jaeger: "Jaeger",
} as const;

/**
 * How each leads to the next: from an exemplar of a metric to its trace, from a trace to the logs of its time, from a
 * line of a log to its trace.
 */
const links: Readonly<Record<keyof typeof datasources, object>> = {
  prometheus: {
    httpMethod: "POST",
    // The shortest interval at which anything is scraped.
    timeInterval: "15s",
    alertmanagerUid: datasources.alertmanager.uid,
    exemplarTraceIdDestinations: ["trace_id", "traceID"].map((name) => ({
      name,
      datasourceUid: datasources.jaeger.uid,
      urlDisplayLabel: "Trace",
    })),
  },
  alertmanager: { implementation: "prometheus", handleGrafanaManagedAlerts: false },
  loki: {
    derivedFields: [
      {
        name: "trace",
        matcherType: "label",
        matcherRegex: "trace_id",
        // Grafana expands variables of the environment in this file: two signs stand for one.
        url: "$${__value.raw}",
        datasourceUid: datasources.jaeger.uid,
        urlDisplayLabel: "Trace",
      },
    ],
  },
  jaeger: {
    tracesToLogsV2: {
      datasourceUid: datasources.loki.uid,
      spanStartTimeShift: "-5m",
      spanEndTimeShift: "5m",
      filterByTraceID: false,
      filterBySpanID: false,
      customQuery: true,
      query: '{namespace=~".+"} | trace_id="$${__trace.traceId}"',
    },
    nodeGraph: { enabled: true },
  },
};

/** The file by which Grafana makes its data sources, and forgets what a former version of it made. */
export function datasourceFile(): string {
  const all = Object.keys(datasources) as (keyof typeof datasources)[];
  // JSON is YAML.
  return JSON.stringify(
    {
      apiVersion: 1,
      prune: true,
      datasources: all.map((tool) => ({
        name: names[tool],
        ...datasources[tool],
        access: "proxy",
        url: `http://${tool}:${toolPorts[tool]}`,
        isDefault: tool === "prometheus",
        editable: false,
        jsonData: links[tool],
      })),
    },
    null,
    2,
  );
}
