import type { Duration } from "./units";

/** How much an alert matters, and with it who is told and how fast. */
export type Severity = "critical" | "high" | "warning" | "info";

/** What a metric is, as its exposition says. A histogram has the series `_bucket`, `_sum` and `_count`. */
export type MetricType = "counter" | "gauge" | "histogram" | "summary";

/** What may be changed in an alert of the platform, for one system. */
export interface AlertChange {
  /** The alert fires while the query gives more than this. */
  readonly above?: number;
  /** The alert fires while the query gives less than this. */
  readonly below?: number;
  /** How long it must be so before anybody is told. */
  readonly for?: Duration;
  readonly severity?: Severity;
  /** Team that is told: `infrastructure`, `performance`, `security`, or an owner of a system. */
  readonly team?: string;
}

/**
 * One alert. It fires while `query` gives a value beyond the threshold or, without a threshold, any series at all.
 * In `query`, `$namespace` and `$system` stand for the namespace and the name of the system in the stage.
 */
export interface AlertSpec extends AlertChange {
  /** PromQL without the comparison, so that the threshold is data. */
  readonly query: string;
  readonly for: Duration;
  readonly severity: Severity;
  /** One line; `{{ $labels.x }}` and `{{ $value }}` stand for what fired. */
  readonly summary: string;
  /** What it means for users, and the value seen. */
  readonly description: string;
  /** Least and most that the threshold may be set to. @default any number */
  readonly range?: readonly [number, number];
}

/** What a system says of an alert: one of its own, a change of one that the platform ships, or that it is off. */
export type SystemAlert = AlertSpec | AlertChange | "off";

/** What a panel shows its values as; the units of Grafana that the platform uses. */
export type PanelUnit =
  | "short"
  | "none"
  | "percent"
  | "percentunit"
  | "s"
  | "ms"
  | "bytes"
  | "Bps"
  | "reqps"
  | "ops"
  | "cores"
  | "currencyUSD"
  | "dateTimeAsIso";

/** One picture of a dashboard. In queries `$namespace` and `$system` stand as in {@link AlertSpec}. */
export interface PanelSpec {
  readonly title: string;
  readonly kind: "timeseries" | "stat" | "gauge" | "bargauge" | "table" | "piechart" | "heatmap" | "logs";
  /** @default "short" */
  readonly unit?: PanelUnit;
  /** What it tells, for somebody who sees it for the first time. */
  readonly description?: string;
  /** PromQL (LogQL for `logs`) by legend; `{{label}}` stands for the value of a label. */
  readonly queries: Readonly<Record<string, string>>;
  /** Units of single queries, by legend; they get the axis on the right. @default `unit` */
  readonly units?: Readonly<Record<string, PanelUnit>>;
  /** Values from which on the picture turns yellow and red. */
  readonly thresholds?: { readonly warning?: number; readonly critical?: number };
  /** Of 24 columns. @default 12 */
  readonly width?: 6 | 8 | 12 | 24;
}

/** A dashboard of a system. */
export interface DashboardSpec {
  /** Fixed part of its address: at most 40 letters, digits, `-` and `_`; unique in the stack. */
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

/**
 * The series by which the objectives of a system are judged. Without them the probes of its public host judge its
 * availability.
 */
export interface Indicators {
  /** Service whose metrics these are. */
  readonly service: string;
  /** Counter of all requests, e.g. `http_requests_total`. */
  readonly requests: string;
  /** Selector of those that failed, e.g. `http_requests_total{status=~"5.."}`. */
  readonly errors: string;
  /** Histogram of seconds until the answer, without `_bucket`. Needed where there is an objective of latency. */
  readonly duration?: string;
}

/** Share of good requests in 30 days, and the time within which most are answered. */
export interface Objectives {
  /** Percent, above 90 and below 100. */
  readonly availability: number;
  readonly latency?: Readonly<Partial<Record<"p95" | "p99", Duration>>>;
  readonly indicators?: Indicators;
}

/**
 * What pages report from the browser of their user. They send it as OTLP over HTTP to the path `/telemetry/v1/metrics`
 * of the system's host; what is not named here is dropped.
 */
export interface BrowserSpec {
  /**
   * Names, as Prometheus has them in the end, and what they are: counters, whose names end in `_total`, and histograms
   * with bounds of `browserBounds`. Both are deltas: what happened since the page last sent.
   */
  readonly metrics: Readonly<Record<string, MetricType>>;
}
