import assert from "node:assert/strict";
import fc from "fast-check";
import { browserConfig, browserSources, otlpName } from "../../../components/monitoring/alloy/browser";
import { logLevels, logsConfig } from "../../../components/monitoring/alloy/logs";
import { block, component, ref, renderAlloy } from "../../../components/monitoring/alloy/syntax";
import { browserBounds } from "../../../components/spec/browser";
import { parseAlloy, referencesOf } from "../../support/alloy";
import type { Block, Value } from "../../support/alloy";
import { staged } from "./prometheus/fixtures";

/**
 * What the reference of Alloy 1.18 (docs/sources/reference of grafana/alloy) says of each component that is used here:
 * what it exports, arguments and blocks that it must have, and all that it may have of them.
 */
const reference: Readonly<
  Record<
    string,
    { exports?: string; needs?: readonly string[]; takes?: readonly string[]; blocks?: readonly string[] }
  >
> = {
  logging: { takes: ["level", "format"] },
  "discovery.kubernetes": { exports: "targets", needs: ["role"] },
  "discovery.relabel": { exports: "output", needs: ["targets"], blocks: ["rule"] },
  "loki.source.kubernetes": { needs: ["targets", "forward_to"], blocks: ["clustering"] },
  "loki.source.kubernetes_events": {
    needs: ["forward_to"],
    takes: ["job_name", "log_format", "namespaces"],
    blocks: ["clustering"],
  },
  "loki.process": {
    exports: "receiver",
    needs: ["forward_to"],
    blocks: ["stage.json", "stage.template", "stage.labels", "stage.structured_metadata", "stage.label_drop"],
  },
  "loki.write": { exports: "receiver", blocks: ["endpoint"] },
  "otelcol.receiver.otlp": { blocks: ["http", "output"] },
  "otelcol.processor.memory_limiter": {
    exports: "input",
    needs: ["check_interval"],
    takes: ["limit_percentage", "spike_limit_percentage"],
    blocks: ["output"],
  },
  "otelcol.processor.attributes": { exports: "input", blocks: ["action", "output"] },
  "otelcol.processor.batch": { exports: "input", takes: ["timeout"], blocks: ["output"] },
  "otelcol.processor.transform": {
    exports: "input",
    takes: ["error_mode"],
    blocks: ["metric_statements", "output"],
  },
  "otelcol.processor.filter": {
    exports: "input",
    takes: ["error_mode"],
    blocks: ["metric_conditions", "output"],
  },
  "otelcol.processor.deltatocumulative": {
    exports: "input",
    takes: ["max_stale", "max_streams"],
    blocks: ["output"],
  },
  "otelcol.processor.interval": { exports: "input", takes: ["interval"], blocks: ["output"] },
  "otelcol.exporter.prometheus": {
    exports: "input",
    needs: ["forward_to"],
    takes: ["include_target_info", "include_scope_info", "include_scope_labels"],
  },
  "prometheus.relabel": { exports: "receiver", needs: ["forward_to"], blocks: ["rule"] },
  "prometheus.remote_write": { exports: "receiver", takes: ["external_labels"], blocks: ["endpoint"] },
};
const constants = ["constants.hostname"];

const sources = browserSources(staged("production"));
const writeTo = ["http://one:9090/api/v1/write", "http://two:9090/api/v1/write"];
const texts = {
  "of logs": logsConfig({ loki: "http://loki:3100" }),
  "of pages": browserConfig({ sources, writeTo }),
};

function find(blocks: readonly Block[], name: string, label?: string): Block {
  const found = blocks.filter((one) => one.name === name && (label === undefined || one.label === label));
  assert.equal(found.length, 1, `${name} ${label ?? ""}`);
  return found[0]!;
}
const inner = (block: Block, name: string): readonly Block[] =>
  block.blocks.filter((one) => one.name === name);

for (const [title, text] of Object.entries(texts)) {
  describe(`Alloy's configuration ${title}`, () => {
    const blocks = parseAlloy(text);

    it("names each component once", () => {
      const names = blocks.map(({ name, label }) => `${name}.${label ?? ""}`);
      assert.deepEqual([...new Set(names)], names);
      for (const { name, label } of blocks) assert.match(label ?? "logging", /^[a-z_][a-z0-9_]*$/, name);
    });

    it("has only components, arguments and blocks that Alloy knows, and those that it asks for", () => {
      for (const { name, args, blocks: parts } of blocks) {
        const known = reference[name];
        assert.ok(known !== undefined, name);
        const { needs = [], takes = [], blocks: allowed = [] } = known;
        for (const need of needs) assert.ok(need in args, `${name}: ${need}`);
        for (const arg of Object.keys(args)) assert.ok([...needs, ...takes].includes(arg), `${name}: ${arg}`);
        for (const part of parts) assert.ok(allowed.includes(part.name), `${name}: ${part.name}`);
      }
    });

    it("refers to what is exported, and every component but the first is referred to", () => {
      const exported = blocks.flatMap(({ name, label }) => {
        const what = reference[name]?.exports;
        return what === undefined ? [] : [`${name}.${label ?? ""}.${what}`];
      });
      const used = blocks.flatMap(referencesOf);
      assert.deepEqual(
        used.filter((one) => ![...exported, ...constants].includes(one)),
        [],
      );
      assert.deepEqual(
        exported.filter((one) => !used.includes(one)),
        [],
      );
    });
  });
}

describe("the collector of logs", () => {
  const blocks = parseAlloy(texts["of logs"]);
  const rules = inner(find(blocks, "discovery.relabel"), "rule").map(({ args }) => args);
  const stages = find(blocks, "loki.process", "pods").blocks;

  it("reads pods and events from the API, its replicas sharing the work", () => {
    for (const name of ["loki.source.kubernetes", "loki.source.kubernetes_events"]) {
      const source = find(blocks, name);
      assert.deepEqual(inner(source, "clustering")[0]?.args, { enabled: true });
    }
    const { args } = find(blocks, "loki.source.kubernetes_events");
    assert.deepEqual(
      [args["job_name"], args["log_format"], args["namespaces"]],
      ["kubernetes-events", "json", undefined],
    );
    assert.deepEqual(find(blocks, "loki.write").blocks[0]?.args, {
      url: "http://loki:3100/loki/api/v1/push",
    });
  });

  it("gives a stream few labels, and makes the pod's name data of the line", () => {
    const labels = [
      ...new Set(rules.map((rule) => rule["target_label"]).filter((label) => label !== undefined)),
    ];
    assert.deepEqual(labels, ["namespace", "system", "service", "container", "pod", "job"]);
    assert.deepEqual(
      stages.map(({ name, args }) => [
        name,
        args["values"] ?? args["source"] ?? Object.keys(args["expressions"] as object),
      ]),
      [
        ["stage.json", ["level", "trace_id", "span_id"]],
        ["stage.template", "level"],
        ["stage.template", "trace_id"],
        ["stage.template", "span_id"],
        ["stage.labels", { level: "" }],
        ["stage.structured_metadata", { pod: "", trace_id: "", span_id: "" }],
      ],
    );
  });

  it("knows five levels, whatever a line says", () => {
    assert.deepEqual(logLevels, ["debug", "info", "warn", "error", "unknown"]);
    const template = String(stages[1]?.args["template"]);
    // Each branch gives a word that is one of them.
    assert.deepEqual(
      [...template.matchAll(/\}\}([a-z]+)\{\{/g)].map(([, word]) => word),
      [...logLevels],
    );
    const words = [...template.matchAll(/"([^"]*)"/g)].map(([, word]) => word).filter((word) => word !== "");
    assert.deepEqual([...new Set(words)], words, "no word means two levels");
    for (const word of ["trace", "info", "30", "warning", "40", "fatal", "50"])
      assert.ok(words.includes(word), word);
  });

  it("takes an id of a trace only as hexadecimal digits of its length", () => {
    for (const [index, digits] of [
      [2, 32],
      [3, 16],
    ] as const) {
      assert.ok(String(stages[index]?.args["template"]).includes(`"^[0-9a-fA-F]{${digits}}$"`));
    }
  });
});

describe("the receiver of what pages measure", () => {
  const blocks = parseAlloy(texts["of pages"]);
  const conditions = (label: string): readonly Value[] =>
    inner(find(blocks, "otelcol.processor.filter", label), "metric_conditions")[0]?.args[
      "conditions"
    ] as Value[];

  it("is of the systems whose documents ask for it", () => {
    const found = Object.fromEntries(sources.map(({ system, metrics }) => [system, Object.keys(metrics)]));
    assert.deepEqual(found, {
      kova: ["page_load_time", "user_interaction_time", "chunk_load_failures_total", "memory_used_ratio"],
      daira: ["page_load_time", "javascript_errors_total", "user_sessions_total", "build_duration_seconds"],
    });
    assert.deepEqual(
      browserSources(staged("staging"))
        .map(({ system, namespace }) => `${system}: ${namespace}`)
        .sort(),
      ["daira: daira-staging", "kova: kova"],
    );
  });

  it("reads 64KiB at most, uncompressed, and metrics alone", () => {
    const receiver = find(blocks, "otelcol.receiver.otlp");
    assert.deepEqual(inner(receiver, "http")[0]?.args, {
      endpoint: "0.0.0.0:4318",
      include_metadata: true,
      max_request_body_size: "64KiB",
      compression_algorithms: [""],
    });
    assert.deepEqual(Object.keys(inner(receiver, "output")[0]?.args ?? {}), ["metrics"]);
  });

  it("has the system from the gateway's headers, and forgets what a page says of it first", () => {
    const actions = inner(find(blocks, "otelcol.processor.attributes"), "action").map(({ args }) => args);
    assert.deepEqual(
      actions,
      ["system", "namespace"].flatMap((key) => [
        { key, action: "delete" },
        { key, action: "insert", from_context: `metadata.x-slipway-${key}` },
      ]),
    );
  });

  it("keeps of what pages say their attributes alone, at its own time", () => {
    const statements = inner(find(blocks, "otelcol.processor.transform"), "metric_statements").map(
      ({ args }) => [args["context"], args["statements"]],
    );
    assert.deepEqual(statements, [
      ["resource", ["keep_keys(attributes, [])"]],
      ["scope", ['set(name, "")', 'set(version, "")', "keep_keys(attributes, [])"]],
      ["metric", ['set(unit, "")', 'set(description, "")']],
      [
        "datapoint",
        [
          'keep_keys(attributes, ["system", "namespace", "route", "action", "chunkName"])',
          "truncate_all(attributes, 64)",
          "set(start_time_unix_nano, 0)",
          "set(time, Now())",
        ],
      ],
    ]);
  });

  it("drops of each system what is not its own, and what cannot be true", () => {
    assert.deepEqual(conditions("kova"), [
      'datapoint.attributes["system"] != "kova"',
      'not ((metric.name == "page_load_time" and metric.type == METRIC_DATA_TYPE_HISTOGRAM and metric.aggregation_temporality == AGGREGATION_TEMPORALITY_DELTA)' +
        ' or (metric.name == "user_interaction_time" and metric.type == METRIC_DATA_TYPE_HISTOGRAM and metric.aggregation_temporality == AGGREGATION_TEMPORALITY_DELTA)' +
        ' or (metric.name == "chunk_load_failures" and metric.type == METRIC_DATA_TYPE_SUM and metric.is_monotonic == true and metric.aggregation_temporality == AGGREGATION_TEMPORALITY_DELTA)' +
        ' or (metric.name == "memory_used_ratio" and metric.type == METRIC_DATA_TYPE_HISTOGRAM and metric.aggregation_temporality == AGGREGATION_TEMPORALITY_DELTA))',
      "datapoint.count > 1000",
      "datapoint.value_int < 0",
      "datapoint.value_int > 1000",
      "datapoint.value_double < 0",
      "datapoint.value_double > 1000",
    ]);
    assert.ok(!JSON.stringify(conditions("daira")).includes("chunk_load_failures"));
  });

  it("drops what it fails to judge, and gives each system a bounded number of series", () => {
    for (const { system } of sources) {
      assert.equal(find(blocks, "otelcol.processor.filter", system).args["error_mode"], "propagate");
      const { max_streams, max_stale } = find(blocks, "otelcol.processor.deltatocumulative", system).args;
      assert.deepEqual([max_streams, max_stale], [500, "24h"]);
    }
  });

  it("writes just the series of the specs, by their names in Prometheus and with known bounds", () => {
    const [names, bounds, labels] = inner(find(blocks, "prometheus.relabel"), "rule").map(({ args }) => args);
    // Prometheus anchors its expressions at both ends.
    const matches = (rule: Readonly<Record<string, Value>> | undefined, text: string): boolean =>
      new RegExp(`^(?:${String(rule?.["regex"])})$`).test(text);
    assert.deepEqual(
      [names?.["action"], bounds?.["action"], labels?.["action"]],
      ["keep", "keep", "labelkeep"],
    );
    for (const known of [
      "kova;page_load_time_bucket",
      "daira;page_load_time_count",
      "daira;user_sessions_total",
    ]) {
      assert.ok(matches(names, known), known);
    }
    for (const unknown of [
      "kova;up",
      "kova;user_sessions_total",
      "daira;memory_used_ratio_sum",
      "noa;page_load_time_sum",
      "kova;page_load_time",
    ]) {
      assert.ok(!matches(names, unknown), unknown);
    }
    for (const bound of ["", "+Inf", ...browserBounds.map(String)]) assert.ok(matches(bounds, bound), bound);
    for (const bound of ["0.15", "01", "3001", "0x8"]) assert.ok(!matches(bounds, bound), bound);
    assert.deepEqual(String(labels?.["regex"]).split("|"), [
      ...["__name__", "le", "system", "namespace", "route", "action", "chunkName"],
    ]);
  });

  it("tells each replica of Prometheus, under a name of its own", () => {
    const write = find(blocks, "prometheus.remote_write");
    assert.deepEqual(write.args["external_labels"], {
      job: "alloy-browser",
      instance: { ref: "constants.hostname" },
    });
    assert.deepEqual(
      write.blocks.map(({ args }) => args),
      writeTo.map((url) => ({ url, send_exemplars: false })),
    );
  });

  it("hands on from part to part until it is written", () => {
    const order: string[] = [];
    for (let at: string | undefined = "otelcol.receiver.otlp.browser"; at !== undefined;) {
      order.push(at);
      const here: Block = blocks.find(({ name, label }) => `${name}.${label ?? ""}` === at)!;
      at = referencesOf(here)
        .filter((one) => !constants.includes(one))[0]
        ?.replace(/\.(input|receiver)$/, "");
    }
    assert.deepEqual(
      order.map((one) => one.replace(/^otelcol\./, "").replace(/\.\w+$/, "")),
      [
        "receiver.otlp",
        ...[
          "memory_limiter",
          "attributes",
          "batch",
          "transform",
          "filter",
          "deltatocumulative",
          "interval",
        ].map((part) => `processor.${part}`),
        "exporter.prometheus",
        "prometheus.relabel",
        "prometheus.remote_write",
      ],
    );
  });

  it("knows a counter by the name that a page sends it under", () => {
    assert.equal(otlpName("chunk_load_failures_total"), "chunk_load_failures");
    assert.equal(otlpName("total_errors"), "total_errors");
  });
});

describe("the text of a configuration", () => {
  it("reads back as what was written, whatever its texts say", () => {
    const text = fc.string({ unit: "grapheme-ascii" });
    fc.assert(
      fc.property(
        text,
        fc.array(text),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), text, { noNullPrototype: true }),
        (one, many, map) => {
          const written = renderAlloy([
            component("a.b", "c", { one, many, map, flag: true, count: 7, to: [ref("x.y.z")] }, [
              block("d", { one }),
            ]),
          ]);
          assert.deepEqual(parseAlloy(written), [
            {
              ...{ name: "a.b", label: "c" },
              args: { one, many, map, flag: true, count: 7, to: [{ ref: "x.y.z" }] },
              blocks: [{ name: "d", label: undefined, args: { one }, blocks: [] }],
            },
          ]);
        },
      ),
    );
  });
});
