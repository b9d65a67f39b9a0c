import { readPromql } from "../../common/promql";
import { parseDuration } from "../quantities";
import type { Duration, Indicators, MetricType, SystemSpec } from "../types";
import { list, readQuantity } from "./report";
import type { Report } from "./report";

/** With a lower objective, the fast burn of 14.4 times the budget would be more errors than there are requests. */
const LEAST_AVAILABILITY = 90;
const quantiles: readonly string[] = ["p95", "p99"];

/** Reports objectives that cannot be met, missed or measured. */
export function checkObjectives(report: Report, spec: SystemSpec): void {
  const { availability, latency = {}, indicators } = spec.objectives;
  if (!(availability > LEAST_AVAILABILITY && availability < 100)) {
    report(
      "objectives.availability",
      availability,
      `a percentage above ${LEAST_AVAILABILITY} and below 100, such as 99.9`,
    );
  }
  for (const [quantile, limit] of Object.entries<Duration>(latency)) {
    const field = `objectives.latency.${quantile}`;
    if (!quantiles.includes(quantile)) report(field, limit, `nothing: known are ${list(quantiles)}`);
    readQuantity(report, field, limit, parseDuration);
  }
  if (indicators !== undefined) checkIndicators(report, spec, indicators);
  else if (Object.keys(latency).length > 0) {
    report("objectives.latency", latency, "nothing without objectives.indicators, by which it is measured");
  }
}

function checkIndicators(report: Report, { services, objectives }: SystemSpec, indicators: Indicators): void {
  const at = "objectives.indicators";
  const exposing = Object.keys(services).filter((name) => services[name]?.metrics?.exposes !== undefined);
  const exposes = services[indicators.service]?.metrics?.exposes;
  if (exposes === undefined) {
    report(
      `${at}.service`,
      indicators.service,
      `a service whose metrics.exposes says more: ${list(exposing)}`,
    );
    return;
  }
  const ofType = (wanted: MetricType): string =>
    list(Object.keys(exposes).filter((name) => exposes[name] === wanted));
  for (const field of ["requests", "errors"] as const) {
    const { problem, metrics } = readPromql(indicators[field]);
    const [name = ""] = metrics;
    if (
      problem !== undefined ||
      metrics.length !== 1 ||
      exposes[name] !== "counter" ||
      !isSelector(indicators[field])
    ) {
      report(
        `${at}.${field}`,
        indicators[field],
        `a counter of the service, with or without {}: ${ofType("counter")}`,
      );
    }
  }
  const { duration } = indicators;
  if (duration === undefined ? objectives.latency !== undefined : exposes[duration] !== "histogram") {
    report(`${at}.duration`, duration, `a histogram of the service: ${ofType("histogram")}`);
  }
}

function isSelector(text: string): boolean {
  return /^[a-zA-Z_:][\w:]*(\{[^{}]*\})?$/.test(text);
}

const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const types: readonly string[] = ["counter", "gauge", "histogram", "summary"] satisfies MetricType[];

/** Reports metrics that have no name or type that Prometheus knows. */
export function checkMetricNames(
  report: Report,
  field: string,
  metrics: Readonly<Record<string, string>>,
): void {
  for (const [name, type] of Object.entries(metrics)) {
    if (!METRIC.test(name))
      report(field, name, "names of letters, digits, _ and :, not beginning with a digit");
    if (!types.includes(type)) report(`${field}.${name}`, type, list(types));
  }
}
