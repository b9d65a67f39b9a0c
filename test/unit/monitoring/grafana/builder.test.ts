import assert from "node:assert/strict";
import { buildDashboard, deploysQuery } from "../../../../components/monitoring/grafana/builder";
import { kinds } from "../../../../components/monitoring/grafana/panels";
import type { DashboardSpec, PanelSpec } from "../../../../components/spec/types";

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly datasource: object;
  readonly [field: string]: unknown;
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource: object;
  readonly gridPos: object;
  readonly targets: readonly Target[];
  readonly transformations?: readonly object[];
  readonly fieldConfig: {
    readonly defaults: { readonly unit: string; readonly thresholds: object };
    readonly overrides: readonly object[];
  };
}

const prometheus = { type: "prometheus", uid: "prometheus" };
const loki = { type: "loki", uid: "loki" };

/** A dashboard as Grafana reads it from its file. */
function read(spec: DashboardSpec, ...more: readonly [tags?: readonly string[], namespace?: string]) {
  const text = JSON.stringify(buildDashboard(spec, ...more));
  return JSON.parse(text) as Record<string, unknown> & { readonly panels: readonly Panel[] };
}

function one(panel: Partial<PanelSpec>): Panel {
  const spec: PanelSpec = { title: "Load", kind: "timeseries", queries: { load: "up" }, ...panel };
  const [built] = read({ uid: "shop", title: "Shop", panels: [spec] }).panels;
  assert.ok(built !== undefined);
  return built;
}

describe("a dashboard's file", () => {
  it("has the head of its spec, cannot be edited, and leads to the others", () => {
    const { uid, title, tags, editable, schemaVersion, timezone, templating, links, time } = read(
      { uid: "shop", title: "Shop", panels: [] },
      ["shop"],
    );
    assert.deepEqual(
      { uid, title, tags, editable, schemaVersion, timezone, templating, time },
      {
        uid: "shop",
        title: "Shop",
        tags: ["slipway", "shop"],
        editable: false,
        schemaVersion: 42,
        timezone: "browser",
        templating: {},
        time: { from: "now-6h", to: "now" },
      },
    );
    const [link] = links as readonly { type: string; tags: string[]; asDropdown: boolean }[];
    assert.deepEqual([link?.type, link?.tags, link?.asDropdown], ["dashboards", ["slipway"], true]);
  });

  it("marks the deploys of its namespace, or of every one, by events and not by scaling", () => {
    const marks = (namespace?: string) => {
      const { annotations } = read({ uid: "shop", title: "Shop", panels: [] }, [], namespace);
      return (annotations as { list: { expr: string; datasource: object; enable: boolean }[] }).list;
    };
    const [own, ...none] = marks("shop-staging");
    assert.equal(none.length, 0);
    assert.deepEqual([own?.datasource, own?.enable], [loki, true]);
    assert.equal(
      own?.expr,
      '{job="kubernetes-events",namespace="shop-staging"} | json | kind="Deployment" | reason="ScalingReplicaSet" |~ "Scaled up replica set \\\\S+ from 0 to"',
    );
    assert.equal(marks()[0]?.expr, deploysQuery());
    assert.ok(deploysQuery().startsWith('{job="kubernetes-events"} | json'));
  });

  it("has a panel's title, unit, place and queries with their legends", () => {
    const panel = one({
      unit: "reqps",
      description: "All of it.",
      queries: { "{{pod}}": "up", all: "sum(up)" },
    });
    assert.deepEqual(
      [panel.id, panel.type, panel.title, panel.description],
      [1, "timeseries", "Load", "All of it."],
    );
    assert.deepEqual([panel.datasource, panel.gridPos], [prometheus, { x: 0, y: 0, w: 12, h: 8 }]);
    assert.equal(panel.fieldConfig.defaults.unit, "reqps");
    assert.deepEqual(
      panel.targets.map(({ refId, expr, legendFormat, datasource, range, instant }) => ({
        ...{ refId, expr, legendFormat, datasource, range, instant },
      })),
      [
        {
          refId: "A",
          expr: "up",
          legendFormat: "{{pod}}",
          datasource: prometheus,
          range: true,
          instant: false,
        },
        {
          refId: "B",
          expr: "sum(up)",
          legendFormat: "all",
          datasource: prometheus,
          range: true,
          instant: false,
        },
      ],
    );
  });

  it("asks panels that show one value for the latest alone", () => {
    for (const kind of ["stat", "gauge", "bargauge", "piechart", "table"] as const) {
      const [target] = one({ kind }).targets;
      assert.deepEqual([kind, target?.["instant"], target?.["range"]], [kind, true, false]);
    }
  });

  it("gives logs to Loki, and whole histograms to the heatmap", () => {
    const logs = one({ kind: "logs", queries: { errors: '{level="error"}' } });
    assert.deepEqual([logs.type, logs.datasource, logs.targets[0]?.datasource], ["logs", loki, loki]);
    assert.equal(logs.targets[0]?.expr, '{level="error"}');
    assert.equal(one({ kind: "heatmap" }).targets[0]?.["format"], "heatmap");
  });

  it("asks for exemplars with the buckets of a histogram, and nowhere else", () => {
    const exemplar = (expr: string) => one({ queries: { x: expr } }).targets[0]?.["exemplar"];
    assert.equal(exemplar("histogram_quantile(0.9, rate(x_bucket[5m]))"), true);
    assert.equal(exemplar("rate(x_total[5m])"), false);
  });

  it("turns yellow and red from its thresholds on", () => {
    const colours = (thresholds: PanelSpec["thresholds"]) =>
      one(thresholds === undefined ? {} : { thresholds }).fieldConfig.defaults.thresholds;
    const green = { value: null, color: "green" };
    assert.deepEqual(colours(undefined), { mode: "absolute", steps: [green] });
    assert.deepEqual(colours({ warning: 1, critical: 2 }), {
      mode: "absolute",
      steps: [green, { value: 1, color: "yellow" }, { value: 2, color: "red" }],
    });
    assert.deepEqual(colours({ critical: 2 }), {
      mode: "absolute",
      steps: [green, { value: 2, color: "red" }],
    });
  });

  it("puts a query of another unit on the right", () => {
    const queries = { requests: "a", p95: "b" };
    assert.deepEqual(one({ queries, units: { p95: "s" } }).fieldConfig.overrides, [
      {
        matcher: { id: "byFrameRefID", options: "B" },
        properties: [
          { id: "unit", value: "s" },
          { id: "custom.axisPlacement", value: "right" },
        ],
      },
    ]);
    assert.deepEqual(one({ queries }).fieldConfig.overrides, []);
  });

  it("makes one table of several queries, with a column for each under its legend", () => {
    assert.deepEqual(one({ kind: "table", queries: { ready: "a", full: "b" } }).transformations, [
      { id: "merge", options: {} },
      {
        id: "organize",
        options: { excludeByName: { Time: true }, renameByName: { "Value #A": "ready", "Value #B": "full" } },
      },
    ]);
    const [, organize] = one({ kind: "table", queries: { since: "a" } }).transformations ?? [];
    assert.deepEqual(organize, {
      id: "organize",
      options: { excludeByName: { Time: true }, renameByName: { Value: "since" } },
    });
    assert.equal(one({}).transformations, undefined);
  });

  it("has a panel that Grafana still has for each kind", () => {
    for (const kind of Object.keys(kinds) as PanelSpec["kind"][]) assert.equal(one({ kind }).type, kind);
  });
});
