import type { AlertGroup, PlatformAlert } from "../alerts/types";
import { burnAlerts, lesser } from "./burns";
import type { Burn } from "./burns";
import { recorded } from "./recordings";
import type { Window } from "./recordings";

const OWN = '{system="$system"}';
/** Matches what is recorded of one objective. */
const SAME = "on (system, slo)";

function burnAlert({ factor, long, short, severity, spent }: Burn): PlatformAlert {
  const over = (window: Window): string => `${recorded.errors(window)}${OWN}`;
  return {
    scope: "system",
    query: `${lesser(over(long), over(short), SAME)} / ${SAME} ${recorded.budget}${OWN}`,
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
  ...burnAlerts("ErrorBudgetBurn", burnAlert),
  SLOMetricAbsent: {
    scope: "system",
    query: `${recorded.budget}${OWN} unless ${SAME} ${recorded.requests}${OWN}`,
    for: "30m",
    severity: "warning",
    summary: "Nothing measures the objective {{ $labels.slo }} of {{ $labels.system }}",
    description:
      "The metrics by which the objective is judged are not there, so that none of its alerts can fire: the service is not scraped, or exposes other names than its spec says.",
  },
};
