import type { AlertGroup, PlatformAlert } from "../alerts/types";
import { recorded } from "./recordings";

/**
 * A way in which the budget of an objective is used up too fast: `factor` times as fast as would use all of it in 30
 * days, over both windows. The short one ends the alert soon after the errors.
 */
interface Burn {
  readonly factor: number;
  readonly long: string;
  readonly short: string;
  readonly severity: PlatformAlert["severity"];
  /** What is gone after the long window, in words. */
  readonly spent: string;
}

// https://sre.google/workbook/alerting-on-slos/, table 5-8, and a fourth for a budget that is only just too small.
const burns: Readonly<Record<string, Burn>> = {
  ErrorBudgetBurnFast: {
    factor: 14.4,
    long: "1h",
    short: "5m",
    severity: "critical",
    spent: "2 % in an hour",
  },
  ErrorBudgetBurn: { factor: 6, long: "6h", short: "30m", severity: "high", spent: "5 % in 6 hours" },
  ErrorBudgetBurnSlow: { factor: 3, long: "1d", short: "2h", severity: "warning", spent: "10 % in a day" },
  ErrorBudgetBurnCreeping: { factor: 1, long: "3d", short: "6h", severity: "info", spent: "10 % in 3 days" },
};

const OWN = '{system="$system"}';

function burnAlert({ factor, long, short, severity, spent }: Burn): PlatformAlert {
  const [slow, fast] = [long, short].map((window) => `${recorded.errors(window)}${OWN}`);
  return {
    scope: "system",
    // The smaller of both: an alert needs both windows beyond the threshold, which so stands in one place.
    query: `((${slow} <= on (system, slo) ${fast}) or on (system, slo) ${fast}) / on (system, slo) ${recorded.budget}${OWN}`,
    above: factor,
    range: [0.5, 1000],
    for: "2m",
    severity,
    summary:
      "{{ $labels.system }} uses up its error budget for {{ $labels.slo }} {{ $value | humanize }} times too fast",
    description: `Bad requests over ${long} and over ${short} are above ${factor} times what the objective allows: ${spent} of the budget of 30 days.`,
  };
}

/** Alerts on the objectives of each system. */
export const sloAlerts: AlertGroup = {
  ...Object.fromEntries(Object.entries(burns).map(([name, burn]) => [name, burnAlert(burn)])),
  SLOMetricAbsent: {
    scope: "system",
    query: `${recorded.budget}${OWN} unless on (system, slo) ${recorded.requests}${OWN}`,
    for: "30m",
    severity: "warning",
    summary: "Nothing measures the objective {{ $labels.slo }} of {{ $labels.system }}",
    description:
      "The metrics by which the objective is judged are not there, so that none of its alerts can fire: the service is not scraped, or exposes other names than its spec says.",
  },
};
