import { nearest } from "../../common/nearest";
import { readPromql } from "../../common/promql";
import { parseDuration } from "../../spec/quantities";
import { readQuantity } from "../../spec/rules/report";
import type { Report } from "../../spec/rules/report";
import type { AlertChange, AlertSpec, Severity } from "../../spec/types";

/** What alerts may speak of. */
export interface AlertContext {
  readonly teams: readonly string[];
  /** Names of all series; of a histogram these are `_bucket`, `_sum` and `_count`. */
  readonly metrics: ReadonlySet<string>;
}

const severities: readonly string[] = ["critical", "high", "warning", "info"] satisfies Severity[];
const NAME = /^[A-Z][A-Za-z0-9]{2,62}$/;
const CHANGEABLE: readonly string[] = [
  "above",
  "below",
  "for",
  "severity",
  "team",
] satisfies (keyof AlertChange)[];

/** Reports everything in which one alert contradicts itself or what the stack has. */
export function checkAlert(
  report: Report,
  field: string,
  name: string,
  alert: AlertSpec,
  context: AlertContext,
): void {
  const { query, above, below, range, summary, description } = alert as Partial<AlertSpec>;
  if (!NAME.test(name)) report(field, name, "a name in CamelCase of 3 to 63 letters and digits");
  checkQuery(report, `${field}.query`, query, context);
  if (above !== undefined && below !== undefined) {
    report(`${field}.below`, below, "one of above and below, or neither for a query that says all");
  }
  if (range !== undefined && !(range[0] <= range[1])) {
    report(`${field}.range`, range, "the least value and then the most");
  } else {
    checkThresholds(report, field, alert, range);
  }
  for (const [key, text] of Object.entries({ summary, description })) {
    if (typeof text !== "string" || text.trim() === "") {
      report(`${field}.${key}`, text, "a text for whoever is told");
    }
  }
  checkSettings(report, field, alert, context);
  for (const key of ["for", "severity"] as const) {
    if ((alert as Partial<AlertSpec>)[key] === undefined) report(`${field}.${key}`, undefined, expected[key]);
  }
}

/** Reports what a system may not change in an alert of the platform. */
export function checkChange(
  report: Report,
  field: string,
  change: AlertChange,
  base: AlertSpec,
  context: AlertContext,
): void {
  if (Object.keys(change).length === 0) {
    report(field, change, `one of ${CHANGEABLE.join(", ")}, or "off"`);
  }
  for (const key of Object.keys(change)) {
    if (!CHANGEABLE.includes(key)) {
      report(`${field}.${key}`, change[key as keyof AlertChange], `no such field: ${CHANGEABLE.join(", ")}`);
    }
  }
  for (const [own, other] of [
    ["above", "below"],
    ["below", "above"],
  ] as const) {
    if (change[own] === undefined || base[own] !== undefined) continue;
    const allowed =
      base[other] === undefined ? "no threshold, for the alert has none" : `${other}, as the alert has it`;
    report(`${field}.${own}`, change[own], allowed);
  }
  checkThresholds(report, field, change, base.range);
  checkSettings(report, field, change, context);
}

/** Reports PromQL that cannot be read, and metrics that nothing gives. */
function checkQuery(report: Report, field: string, query: unknown, { metrics }: AlertContext): void {
  if (typeof query !== "string") {
    report(field, query, "PromQL");
    return;
  }
  const { problem, metrics: read } = readPromql(query);
  if (problem !== undefined) {
    report(field, query, `PromQL; this ${problem}`);
    return;
  }
  for (const name of read) {
    if (metrics.has(name)) continue;
    report(
      field,
      name,
      `a metric that the platform's exporters, the system's own \`exposes\` and \`browser\`, or a recording rule give${nearest(name, [...metrics])}`,
    );
  }
}

export function checkThresholds(
  report: Report,
  field: string,
  { above, below }: AlertChange,
  range: AlertSpec["range"],
): void {
  for (const [key, threshold] of Object.entries({ above, below })) {
    if (threshold === undefined) continue;
    if (!Number.isFinite(threshold)) report(`${field}.${key}`, threshold, "a number");
    else if (range !== undefined && !(threshold >= range[0] && threshold <= range[1])) {
      report(`${field}.${key}`, threshold, `from ${range[0]} to ${range[1]}`);
    }
  }
}

const expected = { for: "a duration, e.g. 5m", severity: severities.join(", ") } as const;

function checkSettings(report: Report, field: string, settings: AlertChange, { teams }: AlertContext): void {
  const { for: held, severity, team } = settings;
  if (held !== undefined) readQuantity(report, `${field}.for`, held, parseDuration);
  if (severity !== undefined && !severities.includes(severity)) {
    report(`${field}.severity`, severity, expected.severity);
  }
  if (team !== undefined && !teams.includes(team)) {
    report(`${field}.team`, team, `${teams.join(", ")}${nearest(team, teams)}`);
  }
}
