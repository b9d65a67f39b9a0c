import type { StagedSpec } from "../spec/stage";
import { refuseAlerts } from "./alerts/check";
import { alertGroups } from "./alerts/groups";
import { knownSeries } from "./alerts/known";
import { platformDashboards } from "./dashboards";
import { refuseDashboards } from "./dashboards/check";

/**
 * Refuses what Prometheus or Grafana would not take of a stack's systems, or would take and never show: before any
 * resource exists.
 *
 * @throws SlipwayError naming, for every problem, the system, the alert or panel, the value and what is allowed.
 */
export function validateMonitoring(systems: readonly StagedSpec[]): void {
  const known = knownSeries();
  refuseAlerts(alertGroups, systems, known);
  refuseDashboards(platformDashboards, systems, known);
}
