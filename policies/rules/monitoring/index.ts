import type { Rule } from "../../core/rule";
import { requireRunbook } from "./require-runbook";
import { requireRoute } from "./require-route";
import { requireMonitor } from "./require-monitor";
import { requireMonitorOfSystems } from "./require-monitor-of-systems";
import { requireObjective } from "./require-objective";

/** Rules of this area, in the order in which they are described. */
export const monitoringRules: readonly Rule[] = [
  requireRunbook,
  requireRoute,
  requireMonitor,
  requireMonitorOfSystems,
  requireObjective,
];
