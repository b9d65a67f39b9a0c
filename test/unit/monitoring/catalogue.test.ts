import assert from "node:assert/strict";
import {
  collect,
  knownMetrics,
  listedMetrics,
  recordedExporters,
} from "../../../components/monitoring/catalogue";
import type { MetricFamily, RecordedExporter } from "../../../components/monitoring/catalogue";

const types = ["counter", "gauge", "histogram", "summary", "untyped"];

const family = (type: MetricFamily["type"], ...labels: string[]): MetricFamily => ({
  type,
  help: "x",
  labels,
});
const exporter = (name: string, metrics: Record<string, MetricFamily>): RecordedExporter => ({
  exporter: name,
  version: "1",
  recorded: "here",
  metrics,
});

describe("the catalogue of metrics", () => {
  const recorded = recordedExporters();
  const listed = listedMetrics();

  it("has a file for each exporter that can be run here, with its version and how it was run", () => {
    assert.deepEqual(
      recorded.map(({ exporter: name }) => name),
      [
        "alertmanager",
        "argo-rollouts",
        "blackbox-exporter",
        "coredns",
        "jaeger",
        "kube-apiserver",
        "kube-state-metrics",
        "loki",
        "node-exporter",
        "postgres-exporter",
        "prometheus-operator",
        "prometheus",
        "redis-exporter",
        "reference",
        "scraping",
      ],
    );
    for (const { exporter: name, version, recorded: how, metrics } of recorded) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
      assert.ok(how.length > 20, name);
      assert.ok(Object.keys(metrics).length > 5, name);
    }
  });

  it("says of each metric a type, and labels without those of a histogram's parts, sorted", () => {
    const all = [...recorded.map(({ metrics }) => metrics), listed];
    for (const metrics of all) {
      for (const [name, { type, help, labels }] of Object.entries(metrics)) {
        assert.match(name, /^[a-zA-Z_][a-zA-Z0-9_]*$/);
        assert.ok(types.includes(type), `${name}: ${type}`);
        assert.equal(typeof help, "string", name);
        assert.deepEqual([...new Set(labels)].sort(), labels, name);
        for (const label of labels) assert.match(label, /^[a-zA-Z_][a-zA-Z0-9_]*$/, name);
        if (type === "histogram") assert.ok(!labels.includes("le"), name);
        if (type === "summary") assert.ok(!labels.includes("quantile"), name);
      }
    }
  });

  it("lists by source only what no run gave", () => {
    const given = new Set(recorded.flatMap(({ metrics }) => Object.keys(metrics)));
    for (const [name, { exporter: of, source }] of Object.entries(listed)) {
      assert.ok(!given.has(name), `${name} was recorded: take it out of listed.json`);
      assert.match(of, /^[a-z][a-z-]+$/, name);
      assert.match(source, /^\S+ (v\d+\.\d+\.\d+|commit [0-9a-f]{8}), \S+\.\w+$/, name);
    }
  });

  it("has no series' name twice: neither as a metric of two types nor as a part of another", () => {
    const seen = new Map<string, string>();
    const all = [...recorded.map(({ metrics }) => metrics), listed];
    for (const metrics of all) {
      for (const [name, { type }] of Object.entries(metrics)) {
        const one = collect([exporter("x", { [name]: family(type) })], {});
        for (const series of one.keys()) {
          const meaning = `${type} ${name}`;
          assert.equal(seen.get(series) ?? meaning, meaning, series);
          seen.set(series, meaning);
        }
      }
    }
    assert.equal(seen.size, knownMetrics().size);
  });

  it("has the metrics that each document of the systems names of its own app", () => {
    const known = knownMetrics();
    for (const name of [
      "http_requests_total",
      "dwcp_latency_seconds_bucket",
      "page_load_time",
      "webgl_frame_rate",
    ])
      assert.deepEqual(known.get(name)?.exporters, ["reference"], name);
    assert.deepEqual(known.get("http_requests_total")?.labels, ["method", "route", "status", "status_code"]);
    assert.equal(known.get("http_requests_total")?.source, undefined);
  });

  it("has the series that Prometheus makes of scrapes and alerts", () => {
    const own = recorded.find(({ exporter: name }) => name === "scraping")?.metrics ?? {};
    assert.deepEqual(Object.keys(own), [
      "ALERTS",
      "ALERTS_FOR_STATE",
      "scrape_duration_seconds",
      "scrape_samples_post_metric_relabeling",
      "scrape_samples_scraped",
      "scrape_series_added",
      "up",
    ]);
  });
});

describe("collecting metrics", () => {
  it("expands a histogram and a summary into their series, and knows the histogram's own name not", () => {
    const all = collect(
      [exporter("a", { h: family("histogram", "route"), s: family("summary"), c: family("counter", "x") })],
      {},
    );
    assert.deepEqual(
      [...all].map(([name, { family: of, labels }]) => [name, of, labels]),
      [
        ["h_bucket", "h", ["le", "route"]],
        ["h_sum", "h", ["route"]],
        ["h_count", "h", ["route"]],
        ["s", "s", ["quantile"]],
        ["s_sum", "s", []],
        ["s_count", "s", []],
        ["c", "c", ["x"]],
      ],
    );
  });

  it("joins what several exporters expose, and keeps the source of what is listed", () => {
    const all = collect(
      [exporter("b", { up: family("gauge", "x") }), exporter("a", { up: family("gauge", "y") })],
      { listed: { ...family("gauge"), exporter: "c", source: "repository v1.0.0, file.go" } },
    );
    assert.deepEqual(all.get("up"), {
      family: "up",
      type: "gauge",
      help: "x",
      labels: ["x", "y"],
      exporters: ["a", "b"],
    });
    assert.equal(all.get("listed")?.source, "repository v1.0.0, file.go");
    assert.deepEqual(all.get("listed")?.exporters, ["c"]);
  });
});
