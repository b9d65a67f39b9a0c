import { alertGroups } from "../../../components/monitoring/alerts/groups";
import { platformRecordings } from "../../../components/monitoring/alerts/recordings";
import { settleAlerts } from "../../../components/monitoring/alerts/settle";
import { specForStage } from "../../../components/spec/stage";
import type { AlertCase, AlertSuite } from "../../support/promtool";
import { RUNBOOKS } from "../../support/promtool";
import { shop } from "../../unit/spec/fixtures";
import { systemSuites } from "./systems";
import { controlPlaneCases } from "./control-plane";
import { edgeCases } from "./edge";
import { nodeCases } from "./node";
import { securityCases } from "./security";
import { selfCases } from "./self";
import { storageCases } from "./storage";
import { postgresCases, redisCases } from "./stores";
import { telemetryCases } from "./telemetry";
import { workloadCases } from "./workload";

/** A system with both kinds of store and a public host: every alert of the platform is there for it. */
const systems = [specForStage(shop, { stage: "production", replicaShare: 1, storeShare: 1 })];

/** Cases of the alerts that the platform ships, by group. */
const cases: Readonly<Record<string, readonly AlertCase[]>> = {
  self: selfCases,
  workload: workloadCases,
  storage: storageCases,
  node: nodeCases,
  "control-plane": controlPlaneCases,
  edge: edgeCases,
  postgres: postgresCases,
  redis: redisCases,
  telemetry: telemetryCases,
  security: securityCases,
};

/** What happens to the shop happens to another system: no alert of the shop may tell of it. */
function elsewhere(own: readonly AlertCase[]): readonly AlertCase[] {
  return own
    .filter(({ fires }) => fires.some(({ labels }) => labels["system"] === "shop"))
    .map(({ name, series, ...rest }) => ({
      ...rest,
      name: `${name}, of another system`,
      series: Object.fromEntries(
        Object.entries(series).map(([text, values]) => [text.replaceAll(/\bshop\b/g, "bakery"), values]),
      ),
      fires: [],
    }));
}

/** Everything that is put to promtool. */
export const suites: readonly AlertSuite[] = [
  ...Object.keys(alertGroups)
    .filter((group) => group !== "slo")
    .map((group): AlertSuite => ({
      name: group,
      alerts: settleAlerts(alertGroups, systems, { runbooks: RUNBOOKS }).filter(
        (alert) => alert.group === group,
      ),
      records: platformRecordings,
      cases: [...(cases[group] ?? []), ...elsewhere(cases[group] ?? [])],
    })),
  ...systemSuites,
];
