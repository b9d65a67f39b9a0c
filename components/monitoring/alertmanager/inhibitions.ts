import type { InhibitRule } from "./config-types";
import { INFO_INHIBITOR } from "./routes";

/** Alerts on the use of error budgets, the fastest first: one that fires says all that the ones after it would say. */
const BURNS = ["ErrorBudgetBurnFast", "ErrorBudgetBurn", "ErrorBudgetBurnSlow", "ErrorBudgetBurnCreeping"];

/** Of which alerts nobody is told, because another one says more. */
export const inhibitRules: readonly InhibitRule[] = [
  // The same thing in several severities.
  {
    source_matchers: ['severity="critical"'],
    target_matchers: ['severity=~"high|warning|info"'],
    equal: ["alertname", "namespace", "system"],
  },
  // What is merely good to know is told only beside something that matters in the same namespace.
  {
    source_matchers: [`alertname="${INFO_INHIBITOR}"`],
    target_matchers: ['severity="info"', `alertname!="${INFO_INHIBITOR}"`],
    equal: ["namespace"],
  },
  ...BURNS.slice(0, -1).map((burn, index) => ({
    source_matchers: [`alertname="${burn}"`],
    target_matchers: [`alertname=~"${BURNS.slice(index + 1).join("|")}"`],
    equal: ["system", "slo"],
  })),
];
