import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import * as common from "@grafana/grafana-foundation-sdk/common";
import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import type * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as gauge from "@grafana/grafana-foundation-sdk/gauge";
import * as heatmap from "@grafana/grafana-foundation-sdk/heatmap";
import * as logs from "@grafana/grafana-foundation-sdk/logs";
import * as piechart from "@grafana/grafana-foundation-sdk/piechart";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type { PanelSpec } from "../../spec/types";

/** What all builders of panels have alike. */
export interface AnyPanel extends Builder<dashboard.Panel> {
  id(id: number): AnyPanel;
  title(title: string): AnyPanel;
  description(text: string): AnyPanel;
  datasource(ref: common.DataSourceRef): AnyPanel;
  gridPos(place: dashboard.GridPos): AnyPanel;
  unit(unit: string): AnyPanel;
  noValue(text: string): AnyPanel;
  thresholds(steps: Builder<dashboard.ThresholdsConfig>): AnyPanel;
  withTarget(query: Builder<Dataquery>): AnyPanel;
  withTransformation(step: dashboard.DataTransformerConfig): AnyPanel;
  overrideByQuery(refId: string, properties: dashboard.DynamicConfigValue[]): AnyPanel;
}

/** A panel of each kind as dashboards of the platform look. All of them are part of Grafana itself, none of Angular. */
export const kinds: Readonly<Record<PanelSpec["kind"], (spec: PanelSpec) => AnyPanel>> = {
  timeseries: (spec) => {
    const panel = new timeseries.PanelBuilder()
      .fillOpacity(10)
      .lineWidth(1)
      .showPoints(common.VisibilityMode.Never)
      .tooltip(
        new common.VizTooltipOptionsBuilder()
          .mode(common.TooltipDisplayMode.Multi)
          .sort(common.SortOrder.Descending),
      )
      .legend(
        new common.VizLegendOptionsBuilder()
          .displayMode(common.LegendDisplayMode.Table)
          .placement(common.LegendPlacement.Bottom)
          .showLegend(true)
          .calcs(["lastNotNull", "max"]),
      );
    if (spec.thresholds === undefined) return panel;
    return panel.thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
    );
  },
  stat: () =>
    new stat.PanelBuilder()
      .reduceOptions(last())
      .colorMode(common.BigValueColorMode.Value)
      .graphMode(common.BigValueGraphMode.None),
  gauge: () => new gauge.PanelBuilder().reduceOptions(last()).showThresholdMarkers(true),
  bargauge: () =>
    new bargauge.PanelBuilder()
      .reduceOptions(last())
      .orientation(common.VizOrientation.Horizontal)
      .displayMode(common.BarGaugeDisplayMode.Gradient),
  table: () => new table.PanelBuilder(),
  piechart: () =>
    new piechart.PanelBuilder()
      .reduceOptions(last())
      .legend(
        new piechart.PieChartLegendOptionsBuilder()
          .displayMode(common.LegendDisplayMode.Table)
          .placement(common.LegendPlacement.Right)
          .showLegend(true)
          .values([piechart.PieChartLegendValues.Value, piechart.PieChartLegendValues.Percent]),
      ),
  // The histogram is one already, by the bounds of its buckets.
  heatmap: () => new heatmap.PanelBuilder().calculate(false),
  logs: () =>
    new logs.PanelBuilder()
      .showTime(true)
      .wrapLogMessage(true)
      .enableLogDetails(true)
      .sortOrder(common.LogsSortOrder.Descending),
};

function last(): common.ReduceDataOptionsBuilder {
  return new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]);
}
