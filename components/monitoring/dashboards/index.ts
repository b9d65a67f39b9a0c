import type { DashboardSpec } from "../../spec/types";
import { backups } from "./backups";
import { cost } from "./cost";
import { deploys } from "./deploys";
import { logs } from "./logs";
import { red } from "./red";
import { slo } from "./slo";
import { stores } from "./stores";
import { use } from "./use";

/** The dashboards of the platform, over all systems of a stack. */
export const platformDashboards: readonly DashboardSpec[] = [
  red,
  slo,
  use,
  deploys,
  stores,
  backups,
  cost,
  logs,
];
