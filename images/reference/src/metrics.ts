export type Labels = Readonly<Record<string, string>>;

/** A metric in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export interface Metric {
  readonly name: string;
  lines(): string[];
}

abstract class Described implements Metric {
  readonly name: string;
  readonly #help: string;
  readonly #type: string;

  constructor(type: string, name: string, help: string) {
    this.#type = type;
    this.name = name;
    this.#help = help;
  }

  lines(): string[] {
    return [`# HELP ${this.name} ${this.#help}`, `# TYPE ${this.name} ${this.#type}`, ...this.samples()];
  }

  protected abstract samples(): string[];
}

/** Only rises. Without label names it starts at 0, so that its first increase can be seen. */
export class Counter extends Described {
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string, labelNames: readonly string[] = []) {
    super("counter", name, help);
    if (labelNames.length === 0) this.#values.set("", 0);
  }

  add(by = 1, labels: Labels = {}): void {
    const key = keyOf(labels);
    this.#values.set(key, (this.#values.get(key) ?? 0) + by);
  }

  protected override samples(): string[] {
    return [...this.#values].map(([key, value]) => sample(this.name, key, value));
  }
}

/** The last value that was set, by labels. */
export class Gauge extends Described {
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string) {
    super("gauge", name, help);
  }

  set(value: number, labels: Labels = {}): void {
    this.#values.set(keyOf(labels), value);
  }

  protected override samples(): string[] {
    return [...this.#values].map(([key, value]) => sample(this.name, key, value));
  }
}

/** A value that is looked up at each scrape. */
export class Reading extends Described {
  readonly #read: () => number;
  readonly #labels: Labels;

  constructor(
    type: "gauge" | "counter",
    name: string,
    help: string,
    read: () => number,
    labels: Labels = {},
  ) {
    super(type, name, help);
    this.#read = read;
    this.#labels = labels;
  }

  protected override samples(): string[] {
    return [sample(this.name, keyOf(this.#labels), this.#read())];
  }
}

interface Distribution {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Counts observations up to each of its bounds. */
export class Histogram extends Described {
  readonly #bounds: readonly number[];
  readonly #byLabels = new Map<string, Distribution>();

  constructor(name: string, help: string, bounds: readonly number[]) {
    super("histogram", name, help);
    this.#bounds = bounds;
  }

  observe(value: number, labels: Labels = {}): void {
    const key = keyOf(labels);
    const seen = this.#byLabels.get(key) ?? { counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
    for (const [index, bound] of this.#bounds.entries())
      if (value <= bound) seen.counts[index] = (seen.counts[index] ?? 0) + 1;
    seen.sum += value;
    seen.count += 1;
    this.#byLabels.set(key, seen);
  }

  protected override samples(): string[] {
    return [...this.#byLabels].flatMap(([key, { counts, sum, count }]) => {
      const bucket = (bound: string, value: number): string =>
        sample(`${this.name}_bucket`, [key, `le="${bound}"`].filter((part) => part !== "").join(","), value);
      return [
        ...this.#bounds.map((bound, index) => bucket(String(bound), counts[index] ?? 0)),
        bucket("+Inf", count),
        sample(`${this.name}_sum`, key, sum),
        sample(`${this.name}_count`, key, count),
      ];
    });
  }
}

/** What a scrape gets. */
export function exposition(metrics: readonly Metric[]): string {
  return `${metrics.flatMap((metric) => metric.lines()).join("\n")}\n`;
}

function sample(name: string, key: string, value: number): string {
  return `${name}${key === "" ? "" : `{${key}}`} ${value}`;
}

function keyOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escape(value)}"`)
    .join(",");
}

function escape(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
