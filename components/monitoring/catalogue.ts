import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { MetricType as SpecMetricType } from "../spec/types";

/** What an exporter says that a metric is; `untyped` says nothing. */
export type MetricType = SpecMetricType | "untyped";

/** A metric as one exporter exposes it. */
export interface MetricFamily {
  readonly type: MetricType;
  readonly help: string;
  /** Names of its labels without those that Prometheus adds (`job`, `instance`, `namespace`, ...), sorted. */
  readonly labels: readonly string[];
}

/** The metrics of one exporter, as a run of that program gave them: a file of `components/monitoring/catalogue/`. */
export interface RecordedExporter {
  readonly exporter: string;
  readonly version: string;
  /** How the run was made. */
  readonly recorded: string;
  readonly metrics: Readonly<Record<string, MetricFamily>>;
}

/** A metric that no run gave, and where it is read up instead. */
export interface ListedMetric extends MetricFamily {
  readonly exporter: string;
  /** Repository, version and file that name it. */
  readonly source: string;
}

/** A series' name that a query may use. */
export interface MetricInfo extends MetricFamily {
  /** Name of the metric that it is a part of: `x` for `x_bucket`, `x_sum` and `x_count`. */
  readonly family: string;
  /** The exporters that expose it, in the order of the alphabet. */
  readonly exporters: readonly string[];
  /** For a metric that no run gave: where it is read up. */
  readonly source?: string;
}

const folder = path.join(__dirname, "catalogue");
const listedFile = "listed.json";

let known: ReadonlyMap<string, MetricInfo> | undefined;

/**
 * Every series' name that is exposed to Prometheus: histograms and summaries by the names of their parts, so that a
 * query that names the whole is not known. Its content is recorded, never derived from queries:
 * docs/monitoring-catalogue.md.
 */
export function knownMetrics(): ReadonlyMap<string, MetricInfo> {
  known ??= collect(recordedExporters(), listedMetrics());
  return known;
}

/** The recorded files, in the order of their names. */
export function recordedExporters(): readonly RecordedExporter[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json") && file !== listedFile)
    .sort()
    .map((file) => read(file) as RecordedExporter);
}

/** The metrics that no run gave, by name. */
export function listedMetrics(): Readonly<Record<string, ListedMetric>> {
  return read(listedFile) as Readonly<Record<string, ListedMetric>>;
}

/**
 * Joins metrics into one map of series' names. Where several exporters expose a name, the first one's type and help
 * are kept, and the labels of all.
 */
export function collect(
  recorded: readonly RecordedExporter[],
  listed: Readonly<Record<string, ListedMetric>>,
): ReadonlyMap<string, MetricInfo> {
  const all = new Map<string, MetricInfo>();
  const add = (family: string, metric: MetricFamily, exporter: string, source?: string): void => {
    for (const [name, labels] of seriesOf(family, metric)) {
      const { type, help } = metric;
      const before = all.get(name) ?? { family, type, help, labels: [], exporters: [] };
      all.set(name, {
        ...before,
        labels: union(before.labels, labels),
        exporters: union(before.exporters, [exporter]),
        ...(source !== undefined && { source }),
      });
    }
  };
  for (const { exporter, metrics } of recorded)
    for (const [name, metric] of Object.entries(metrics)) add(name, metric, exporter);
  for (const [name, metric] of Object.entries(listed)) add(name, metric, metric.exporter, metric.source);
  return all;
}

/** The series' names of a metric, each with its labels; a histogram has no series of its own name. */
export function seriesOf(
  family: string,
  { type, labels }: Pick<MetricFamily, "type" | "labels">,
): [string, readonly string[]][] {
  const parts = (name: string, label: string): [string, readonly string[]][] => [
    [name, union(labels, [label])],
    [`${family}_sum`, labels],
    [`${family}_count`, labels],
  ];
  if (type === "histogram") return parts(`${family}_bucket`, "le");
  if (type === "summary") return parts(family, "quantile");
  return [[family, labels]];
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(path.join(folder, file), "utf8"));
}
