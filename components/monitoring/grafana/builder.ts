import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import * as loki from "@grafana/grafana-foundation-sdk/loki";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import type { DashboardSpec, PanelSpec } from "../../spec/types";
import { datasources } from "./datasources";
import { placePanels } from "./layout";
import { kinds } from "./panels";
import type { AnyPanel } from "./panels";

/** Kinds of panels that show the latest value of each series, not its course. */
const INSTANT: readonly PanelSpec["kind"][] = ["stat", "gauge", "bargauge", "piechart", "table"];
/** Most queries of a panel: each has a letter. */
export const MOST_QUERIES = 26;
/** The tag by which dashboards of the platform find each other. */
const TAG = "slipway";

// The SDK prefers the second schema, whose panels have other names for all that is tested here; files of the first are
// what Grafana's provisioning has always read, and reads still.
// eslint-disable-next-line @typescript-eslint/no-deprecated -- as said.
export type Dashboard = dashboard.Dashboard;

/**
 * A dashboard as Grafana's provisioning reads it. This is the one place that knows the SDK.
 *
 * @param tags beside the platform's own
 * @param namespace the one whose deploys are marked in every panel. @default every one
 */
export function buildDashboard(
  { uid, title, panels }: DashboardSpec,
  tags: readonly string[] = [],
  namespace?: string,
): Dashboard {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- as above.
  const builder = new dashboard.DashboardBuilder(title)
    .uid(uid)
    .tags([TAG, ...tags])
    .timezone("browser")
    .time({ from: "now-6h", to: "now" })
    .refresh("1m")
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .readonly()
    .link(
      new dashboard.DashboardLinkBuilder("Dashboards")
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(true)
        .keepTime(true),
    )
    .annotation(
      new dashboard.AnnotationQueryBuilder()
        .name("Deploys")
        .datasource(datasources.loki)
        .enable(true)
        .iconColor("blue")
        .expr(deploysQuery(namespace))
        .titleFormat("Deploy in {{namespace}}")
        .textFormat("{{msg}}"),
    );
  const places = placePanels(panels);
  for (const [index, spec] of panels.entries()) {
    const place = places[index];
    if (place !== undefined) builder.withPanel(panelOf(spec, index + 1).gridPos(place));
  }
  return builder.build();
}

/**
 * The events of the cluster that tell of a new revision and of one that is brought back: pods of a ReplicaSet that had
 * none. An autoscaler that adds pods is none of it.
 */
export function deploysQuery(namespace?: string): string {
  const stream = `{job="kubernetes-events"${namespace === undefined ? "" : `,namespace="${namespace}"`}}`;
  return `${stream} | json | kind="Deployment" | reason="ScalingReplicaSet" |~ "Scaled up replica set \\\\S+ from 0 to"`;
}

function panelOf(spec: PanelSpec, id: number): AnyPanel {
  const { kind, title, description, unit = "short", queries, units = {} } = spec;
  const panel = kinds[kind](spec)
    .id(id)
    .title(title)
    .datasource(kind === "logs" ? datasources.loki : datasources.prometheus)
    .unit(unit)
    .noValue("no data")
    .thresholds(steps(spec));
  if (description !== undefined) panel.description(description);
  const legends = Object.keys(queries);
  for (const [index, [legend, expr]] of Object.entries(queries).entries()) {
    const refId = refIdOf(index);
    panel.withTarget(kind === "logs" ? logQuery(refId, expr) : metricQuery(refId, expr, legend, kind));
    const own = units[legend];
    if (own !== undefined) panel.overrideByQuery(refId, unitOnTheRight(own, kind));
  }
  if (kind === "table") for (const step of oneTable(legends)) panel.withTransformation(step);
  return panel;
}

function metricQuery(
  refId: string,
  expr: string,
  legend: string,
  kind: PanelSpec["kind"],
): Builder<Dataquery> {
  const query = new prometheus.DataqueryBuilder()
    .refId(refId)
    .datasource(datasources.prometheus)
    .expr(expr)
    .legendFormat(legend)
    .editorMode(prometheus.QueryEditorMode.Code)
    .format(formats[kind] ?? prometheus.PromQueryFormat.TimeSeries);
  if (INSTANT.includes(kind)) return query.instant();
  // Exemplars are kept with buckets, and lead from a slow request to its trace.
  return query.range().exemplar(kind === "timeseries" && expr.includes("_bucket"));
}

const formats: Partial<Record<PanelSpec["kind"], prometheus.PromQueryFormat>> = {
  table: prometheus.PromQueryFormat.Table,
  heatmap: prometheus.PromQueryFormat.Heatmap,
};

function logQuery(refId: string, expr: string): Builder<Dataquery> {
  return new loki.DataqueryBuilder()
    .refId(refId)
    .datasource(datasources.loki)
    .expr(expr)
    .queryType("range")
    .maxLines(500);
}

/** `A`, `B`, … : by these names overrides and tables find a query. */
function refIdOf(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

function steps({ thresholds = {} }: PanelSpec): Builder<dashboard.ThresholdsConfig> {
  const { warning, critical } = thresholds;
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps([
      { value: null, color: "green" },
      ...(warning === undefined ? [] : [{ value: warning, color: "yellow" }]),
      ...(critical === undefined ? [] : [{ value: critical, color: "red" }]),
    ]);
}

function unitOnTheRight(unit: string, kind: PanelSpec["kind"]): dashboard.DynamicConfigValue[] {
  return [
    { id: "unit", value: unit },
    ...(kind === "timeseries" ? [{ id: "custom.axisPlacement", value: "right" }] : []),
  ];
}

/** One row for each set of labels, one column for each query under its legend, and no column of times. */
function oneTable(legends: readonly string[]): dashboard.DataTransformerConfig[] {
  const values = legends.map((legend, index): [string, string] => [
    legends.length === 1 ? "Value" : `Value #${refIdOf(index)}`,
    legend,
  ]);
  return [
    { id: "merge", options: {} },
    {
      id: "organize",
      options: { excludeByName: { Time: true }, renameByName: Object.fromEntries<string>(values) },
    },
  ];
}
