import type { Rule, RuleGroup } from "../../common/prometheus-operator";
import type { Objective } from "./objectives";

/** Windows over which bad requests are counted: each burn rate looks at a long one and a short one. */
export const windows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] as const;
export type Window = (typeof windows)[number];

/** The period of every objective. */
export const PERIOD = "30d";

/** Names of the series that the recordings give; those of the generators that the field uses. */
export const recorded = {
  errors: (window: string): string => `slo:sli_error:ratio_rate${window}`,
  requests: "slo:sli_requests:rate5m",
  objective: "slo:objective:ratio",
  budget: "slo:error_budget:ratio",
  remaining: "slo:period_error_budget_remaining:ratio",
} as const;

/** Every name that {@link recordings} may give. */
export const recordedNames: readonly string[] = [
  ...[...windows, PERIOD].map(recorded.errors),
  recorded.requests,
  recorded.objective,
  recorded.budget,
  recorded.remaining,
];

/**
 * Recordings of one objective. The whole period is the mean of what was recorded every minute in it: to count a month
 * of requests at each evaluation would cost Prometheus more than all alerts together.
 */
export function recordings(objective: Objective): RuleGroup {
  const { system, namespace, slo, target, errors, measured } = objective;
  const labels = { system, namespace, slo };
  const rule = (record: string, expr: string): Rule => ({ record, expr, labels });
  const matching = `{system="${system}",slo="${slo}"}`;
  const budget = Number((1 - target).toFixed(8));
  return {
    name: `${system}-slo-${slo}`,
    interval: "1m",
    rules: [
      ...windows.map((window) => rule(recorded.errors(window), errors(window))),
      rule(recorded.requests, measured),
      rule(recorded.objective, `vector(${target})`),
      rule(recorded.budget, `vector(${budget})`),
      rule(recorded.errors(PERIOD), `avg_over_time(${recorded.errors("5m")}${matching}[${PERIOD}])`),
      rule(recorded.remaining, `1 - ${recorded.errors(PERIOD)}${matching} / ${budget}`),
    ],
  };
}
