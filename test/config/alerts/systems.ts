import { settleAlerts } from "../../../components/monitoring/alerts/settle";
import { sloAlerts } from "../../../components/monitoring/slo/alerts";
import { objectivesOf } from "../../../components/monitoring/slo/objectives";
import { recordings } from "../../../components/monitoring/slo/recordings";
import { specForStage } from "../../../components/spec/stage";
import type { StagedSpec } from "../../../components/spec/stage";
import { findSystem } from "../../../infra/systems";
import type { AlertCase, AlertSuite } from "../../support/promtool";
import { RUNBOOKS } from "../../support/promtool";
import { dairaCases } from "./daira";
import { dwcpCases } from "./dwcp";
import { kovaCases } from "./kova";
import { noaCases } from "./noa";
import { sloCases } from "./slo";

const inProduction = (name: string): StagedSpec =>
  specForStage(findSystem(name), { stage: "production", replicaShare: 1, storeShare: 1 });

/** The alerts that a system has for itself. */
function ownAlerts(name: string, cases: readonly AlertCase[]): AlertSuite {
  return { name, alerts: settleAlerts({}, [inProduction(name)], { runbooks: RUNBOOKS }), cases };
}

/** The alerts on objectives, as Noa has them: it promises all that can be promised. */
function objectives(): AlertSuite {
  const { alerts: _, ...noa } = inProduction("noa");
  return {
    name: "slo",
    alerts: settleAlerts({ slo: sloAlerts }, [noa], { runbooks: RUNBOOKS }),
    records: objectivesOf(noa).map(recordings),
    cases: sloCases,
  };
}

/** The alerts of the five systems; Omnitide's document names none of its own. */
export const systemSuites: readonly AlertSuite[] = [
  objectives(),
  ownAlerts("daira", dairaCases),
  ownAlerts("dwcp", dwcpCases),
  ownAlerts("kova", kovaCases),
  ownAlerts("noa", noaCases),
];
