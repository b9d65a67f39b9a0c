import { sloAlerts } from "../../slo/alerts";
import type { AlertGroups } from "../types";
import { nodeAlerts } from "./node";
import { selfAlerts } from "./self";
import { storageAlerts } from "./storage";
import { workloadAlerts } from "./workload";

/** Every alert that the platform ships, by group. */
export const alertGroups: AlertGroups = {
  self: selfAlerts,
  workload: workloadAlerts,
  storage: storageAlerts,
  node: nodeAlerts,
  slo: sloAlerts,
};
