import type { AlertGroup, PlatformAlert } from "../alerts/types";
import type { Window } from "./recordings";

/**
 * A way in which the budget of an objective is used up too fast: `factor` times as fast as would use all of it in 30
 * days, over both windows. The short one ends the alert soon after the errors.
 */
export interface Burn {
  readonly factor: number;
  readonly long: Window;
  readonly short: Window;
  readonly severity: PlatformAlert["severity"];
  /** What is gone after the long window, in words. */
  readonly spent: string;
}

// https://sre.google/workbook/alerting-on-slos/, table 5-8, and a fourth for a budget that is only just too small.
const burns: Readonly<Record<string, Burn>> = {
  Fast: { factor: 14.4, long: "1h", short: "5m", severity: "critical", spent: "2 % in an hour" },
  "": { factor: 6, long: "6h", short: "30m", severity: "high", spent: "5 % in 6 hours" },
  Slow: { factor: 3, long: "1d", short: "2h", severity: "warning", spent: "10 % in a day" },
  Creeping: { factor: 1, long: "3d", short: "6h", severity: "info", spent: "10 % in 3 days" },
};

/** An alert for each burn rate, under a name that begins with `name`. */
export function burnAlerts(name: string, alertOf: (burn: Burn) => PlatformAlert): AlertGroup {
  return Object.fromEntries(Object.entries(burns).map(([speed, burn]) => [`${name}${speed}`, alertOf(burn)]));
}

/**
 * PromQL of the smaller of two: both windows must be beyond the threshold, which so stands in one place. Where one of
 * them has no value there is none.
 *
 * @param matching e.g. `on (system, slo)`. @default all labels
 */
export function lesser(long: string, short: string, matching = ""): string {
  const on = matching === "" ? "" : ` ${matching}`;
  return `((${long} <=${on} ${short}) or${on} ${short})`;
}
