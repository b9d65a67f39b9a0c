import { chart } from "../../spec/panels";
import type { DashboardSpec } from "../../spec/types";
import { PERIOD, recorded } from "../slo/recordings";

const WHOSE = "{{system}} {{slo}}";

/** How many times as fast as is allowed the budget is used up. */
function burnRate(window: string): string {
  return `${recorded.errors(window)} / on (system, namespace, slo) ${recorded.budget}`;
}

/** Objectives of every system, and what is left of the errors that they allow. */
export const slo: DashboardSpec = {
  uid: "slipway-slo",
  title: "Objectives and error budgets",
  panels: [
    {
      title: "Error budget left",
      kind: "bargauge",
      unit: "percentunit",
      description: "Of the bad requests that the objective allows in 30 days. Below 0 the promise is broken.",
      queries: { [WHOSE]: recorded.remaining },
    },
    {
      title: "Objectives",
      kind: "table",
      unit: "percentunit",
      queries: {
        promised: recorded.objective,
        kept: `1 - ${recorded.errors(PERIOD)}`,
        "budget left": recorded.remaining,
      },
    },
    chart(
      "Burn rate over an hour",
      "short",
      { [WHOSE]: burnRate("1h") },
      {
        description: "1 uses up exactly the budget of 30 days; somebody is woken at 14.4.",
        thresholds: { warning: 6, critical: 14.4 },
      },
    ),
    chart(
      "Burn rate over six hours",
      "short",
      { [WHOSE]: burnRate("6h") },
      { thresholds: { warning: 3, critical: 6 } },
    ),
    chart("Bad requests", "percentunit", { [WHOSE]: recorded.errors("5m") }),
    {
      title: "Alerts that fire",
      kind: "table",
      unit: "none",
      queries: { firing: 'count by (alertname, severity, system) (ALERTS{alertstate="firing"})' },
    },
  ],
};
