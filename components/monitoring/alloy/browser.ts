import { browserAttributes, browserBounds } from "../../spec/browser";
import { namespaceOf } from "../../spec/services";
import type { StagedSpec } from "../../spec/stage";
import type { MetricType } from "../../spec/types";
import { block, component, metricsTo, ref, renderAlloy } from "./syntax";
import type { AlloyBlock } from "./syntax";

/** Name of the receiver of what pages measure: of its Service and of its pods' labels. */
export const ALLOY_BROWSER = "alloy-browser";
/** What it answers on: the gateway's requests, and its own metrics and checks. */
export const browserPorts = { otlp: 4318, http: 12_345 } as const;
/** Largest request of a page. */
export const BODY_LIMIT = "64Ki";

/** Series that the pages of one system may have at once; there are no more until a day after the last of them. */
const MOST_STREAMS = 500;
const STREAM_LIFE = "24h";
/** Longest text of an attribute. */
const MOST_CHARACTERS = 64;
/** Most of one thing that a page can have counted since it last sent. */
const MOST_AT_ONCE = 1000;

/** A system whose pages send, as the receiver knows it. */
export interface BrowserSource {
  readonly system: string;
  readonly namespace: string;
  /** As {@link BrowserSpec} has them. */
  readonly metrics: Readonly<Record<string, MetricType>>;
}

/** The systems whose pages send. */
export function browserSources(systems: readonly StagedSpec[]): readonly BrowserSource[] {
  return systems.flatMap((spec) =>
    spec.browser === undefined
      ? []
      : [{ system: spec.name, namespace: namespaceOf(spec), metrics: spec.browser.metrics }],
  );
}

/** What the receiver's configuration is made from. */
export interface BrowserConfigArgs {
  readonly sources: readonly BrowserSource[];
  /** Addresses that take Prometheus's remote write: that of each replica, for they share nothing. */
  readonly writeTo: readonly string[];
}

/**
 * Configuration of the receiver of what pages measure. Anybody may send, so only what the systems name gets through:
 * of each system its own metrics, under the system that the gateway says, with few attributes and at the receiver's
 * time. Pages send what happened since they last did; the receiver adds up what all of them send.
 */
export function browserConfig({ sources, writeTo }: BrowserConfigArgs): string {
  return renderAlloy([
    block("logging", { level: "info", format: "json" }),
    ...received(sources),
    ...sources.flatMap(summed),
    ...written(sources, writeTo),
  ]);
}

function received(sources: readonly BrowserSource[]): readonly AlloyBlock[] {
  return [
    component("otelcol.receiver.otlp", "browser", {}, [
      block("http", {
        endpoint: `0.0.0.0:${browserPorts.otlp}`,
        include_metadata: true,
        max_request_body_size: `${BODY_LIMIT}B`,
        // What is small when it is sent must not be large when it is read.
        compression_algorithms: [""],
      }),
      metricsTo("otelcol.processor.memory_limiter.browser.input"),
    ]),
    component(
      "otelcol.processor.memory_limiter",
      "browser",
      { check_interval: "1s", limit_percentage: 75, spike_limit_percentage: 20 },
      [metricsTo("otelcol.processor.attributes.browser.input")],
    ),
    // Which system it is the gateway says, never the page.
    component("otelcol.processor.attributes", "browser", {}, [
      ...["system", "namespace"].flatMap((key) => [
        block("action", { key, action: "delete" }),
        block("action", { key, action: "insert", from_context: `metadata.x-slipway-${key}` }),
      ]),
      metricsTo("otelcol.processor.batch.browser.input"),
    ]),
    // One after the other from here on: sums need their parts in the order of time.
    component("otelcol.processor.batch", "browser", { timeout: "1s" }, [
      metricsTo("otelcol.processor.transform.browser.input"),
    ]),
    component("otelcol.processor.transform", "browser", { error_mode: "propagate" }, [
      ...Object.entries(statements).map(([context, list]) =>
        block("metric_statements", { context, statements: list }),
      ),
      metricsTo(...sources.map(({ system }) => `otelcol.processor.filter.${labelOf(system)}.input`)),
    ]),
  ];
}

/** What is left of what a page says beside its measurements. */
const statements: Readonly<Record<string, readonly string[]>> = {
  resource: ["keep_keys(attributes, [])"],
  scope: [`set(name, "")`, `set(version, "")`, "keep_keys(attributes, [])"],
  metric: [`set(unit, "")`, `set(description, "")`],
  datapoint: [
    `keep_keys(attributes, [${["system", "namespace", ...browserAttributes].map((key) => `"${key}"`).join(", ")}])`,
    `truncate_all(attributes, ${MOST_CHARACTERS})`,
    // Clocks of browsers go wrong by hours.
    "set(start_time_unix_nano, 0)",
    "set(time, Now())",
  ],
};

/** The part of one system: what it names, summed over all of its pages. */
function summed({ system, metrics }: BrowserSource): readonly AlloyBlock[] {
  const label = labelOf(system);
  const known = Object.entries(metrics).map(([name, type]) => `(${isMetric(name, type)})`);
  return [
    // An error drops what caused it.
    component("otelcol.processor.filter", label, { error_mode: "propagate" }, [
      block("metric_conditions", {
        conditions: [
          `datapoint.attributes["system"] != "${system}"`,
          `not (${known.join(" or ")})`,
          `datapoint.count > ${MOST_AT_ONCE}`,
          ...["int", "double"].flatMap((kind) => [
            `datapoint.value_${kind} < 0`,
            `datapoint.value_${kind} > ${MOST_AT_ONCE}`,
          ]),
        ],
      }),
      metricsTo(`otelcol.processor.deltatocumulative.${label}.input`),
    ]),
    component(
      "otelcol.processor.deltatocumulative",
      label,
      { max_streams: MOST_STREAMS, max_stale: STREAM_LIFE },
      [metricsTo("otelcol.processor.interval.browser.input")],
    ),
  ];
}

function isMetric(name: string, type: MetricType): string {
  const delta = "metric.aggregation_temporality == AGGREGATION_TEMPORALITY_DELTA";
  return type === "histogram"
    ? `metric.name == "${name}" and metric.type == METRIC_DATA_TYPE_HISTOGRAM and ${delta}`
    : `metric.name == "${otlpName(name)}" and metric.type == METRIC_DATA_TYPE_SUM and metric.is_monotonic == true and ${delta}`;
}

/** The name that a page sends a counter under: Prometheus's own ending is added on the way. */
export function otlpName(counter: string): string {
  return counter.replace(/_total$/, "");
}

function written(sources: readonly BrowserSource[], writeTo: readonly string[]): readonly AlloyBlock[] {
  return [
    component("otelcol.processor.interval", "browser", { interval: "15s" }, [
      metricsTo("otelcol.exporter.prometheus.browser.input"),
    ]),
    component("otelcol.exporter.prometheus", "browser", {
      include_target_info: false,
      include_scope_info: false,
      include_scope_labels: false,
      forward_to: [ref("prometheus.relabel.browser.receiver")],
    }),
    component(
      "prometheus.relabel",
      "browser",
      { forward_to: [ref("prometheus.remote_write.browser.receiver")] },
      [
        block("rule", {
          source_labels: ["system", "__name__"],
          separator: ";",
          regex: sources.flatMap(seriesOf).join("|"),
          action: "keep",
        }),
        // Bounds of its own would let a page make as many series as it likes.
        block("rule", {
          source_labels: ["le"],
          regex: ["", ...browserBounds.map((bound) => String(bound).replace(".", "\\.")), "\\+Inf"].join("|"),
          action: "keep",
        }),
        block("rule", {
          regex: ["__name__", "le", "system", "namespace", ...browserAttributes].join("|"),
          action: "labelkeep",
        }),
      ],
    ),
    component(
      "prometheus.remote_write",
      "browser",
      // Each pod has sums of its own.
      { external_labels: { job: ALLOY_BROWSER, instance: ref("constants.hostname") } },
      writeTo.map((url) => block("endpoint", { url, send_exemplars: false })),
    ),
  ];
}

/** Series of a system, as `system;name`. */
function seriesOf({ system, metrics }: BrowserSource): readonly string[] {
  return Object.entries(metrics).flatMap(([name, type]) =>
    type === "histogram"
      ? ["_bucket", "_sum", "_count"].map((part) => `${system};${name}${part}`)
      : [`${system};${name}`],
  );
}

/** A label of a component is an identifier. */
function labelOf(system: string): string {
  return system.replaceAll("-", "_");
}
