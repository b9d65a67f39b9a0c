import { sloAlerts } from "../../slo/alerts";
import type { AlertGroups } from "../types";
import { controlPlaneAlerts } from "./control-plane";
import { edgeAlerts } from "./edge";
import { nodeAlerts } from "./node";
import { postgresAlerts } from "./postgres";
import { redisAlerts } from "./redis";
import { securityAlerts } from "./security";
import { selfAlerts } from "./self";
import { storageAlerts } from "./storage";
import { telemetryAlerts } from "./telemetry";
import { workloadAlerts } from "./workload";

/** Every alert that the platform ships, by group. */
export const alertGroups: AlertGroups = {
  self: selfAlerts,
  workload: workloadAlerts,
  storage: storageAlerts,
  node: nodeAlerts,
  "control-plane": controlPlaneAlerts,
  edge: edgeAlerts,
  postgres: postgresAlerts,
  redis: redisAlerts,
  telemetry: telemetryAlerts,
  security: securityAlerts,
  slo: sloAlerts,
};
