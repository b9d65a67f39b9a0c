import type { MetricFamily, MetricType } from "../../components/monitoring/catalogue";

const types: readonly string[] = ["counter", "gauge", "histogram", "summary", "untyped"];
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="(?:[^"\\]|\\.)*"/g;

/**
 * Reads what an exporter exposes in the text format of Prometheus
 * (https://prometheus.io/docs/instrumenting/exposition_formats/): each metric that has at least one sample, by name.
 *
 * @throws Error for a line or a type that is none.
 */
export function families(text: string): Record<string, MetricFamily> {
  const described = new Map<string, { help: string; type: MetricType }>();
  const labels = new Map<string, Set<string>>();
  const entry = (name: string): { help: string; type: MetricType } => {
    const known = described.get(name) ?? { help: "", type: "untyped" };
    described.set(name, known);
    return known;
  };
  for (const line of text.split("\n")) {
    const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (kind === "HELP") entry(name).help = rest.replaceAll(/\\([n\\])/g, (_, c) => (c === "n" ? " " : "\\"));
    else if (kind === "TYPE") entry(name).type = metricType(rest);
    else if (line !== "" && !line.startsWith("#")) {
      const [, series, inside = ""] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? \S+( \d+)?$/.exec(line) ?? [];
      if (series === undefined) throw new Error(`not a sample: ${line}`);
      const family = familyOf(series, described);
      const { type } = entry(family);
      const found = labels.get(family) ?? new Set();
      for (const [, each = ""] of inside.matchAll(label))
        if (each !== { histogram: "le", summary: "quantile" }[type as string]) found.add(each);
      labels.set(family, found);
    }
  }
  const names = [...labels.keys()].sort();
  return Object.fromEntries(
    names.map((name) => {
      const { type, help } = entry(name);
      return [name, { type, help, labels: [...(labels.get(name) ?? [])].sort() }];
    }),
  );
}

/** Joins two readings of one exporter: a vector may have more labels, or a metric its first sample, in the second. */
export function joined(
  a: Readonly<Record<string, MetricFamily>>,
  b: Readonly<Record<string, MetricFamily>>,
): Record<string, MetricFamily> {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const metric = b[name] ?? a[name];
      if (metric === undefined) return [];
      const labels = [...new Set([...(a[name]?.labels ?? []), ...metric.labels])].sort();
      return [[name, { ...metric, labels }]];
    }),
  );
}

/** The metric that a series is a part of, of which the description comes first. */
function familyOf(series: string, described: ReadonlyMap<string, { readonly type: MetricType }>): string {
  const part = /^(.*)_(bucket|sum|count)$/.exec(series);
  const family = part?.[1] ?? "";
  const type = described.get(family)?.type;
  const isPart = type === "histogram" || (type === "summary" && part?.[2] !== "bucket");
  return isPart ? family : series;
}

function metricType(text: string): MetricType {
  const type = text.trim() === "unknown" ? "untyped" : text.trim();
  if (!types.includes(type)) throw new Error(`not a type of a metric: ${text}`);
  return type as MetricType;
}
