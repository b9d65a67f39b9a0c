import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { MONITORING_API } from "../../common/prometheus-operator";
import type { RuleGroup } from "../../common/prometheus-operator";
import type { StagedSpec } from "../../spec/stage";
import { toolMetadata, toolOptions } from "../site";
import type { MonitoringSite } from "../site";
import { objectivesOf } from "../slo/objectives";
import { recordings } from "../slo/recordings";
import { alertGroups } from "./groups";
import { platformRecordings } from "./recordings";
import { ruleGroups, settleAlerts } from "./settle";

/** End of the name of each object with rules; a dot is in no name of a system, so that two of them never are alike. */
const RULES = "alerts";

export interface AlertRulesArgs {
  readonly site: MonitoringSite;
  readonly systems: readonly StagedSpec[];
  /** Address below which each alert's runbook is, without a slash at its end. */
  readonly runbooks: string;
}

/** Rules by the name of their object: those of the platform, and those of each system. */
export function ruleFiles(
  systems: readonly StagedSpec[],
  runbooks: string,
): Readonly<Record<string, readonly RuleGroup[]>> {
  const alerts = settleAlerts(alertGroups, systems, { runbooks });
  const of = (system: string | undefined): readonly RuleGroup[] =>
    ruleGroups(alerts.filter((alert) => alert.system === system));
  return {
    [RULES]: [...platformRecordings, ...of(undefined)],
    ...Object.fromEntries(
      systems.map((spec) => [
        `${spec.name}.${RULES}`,
        [...objectivesOf(spec).map(recordings), ...of(spec.name)],
      ]),
    ),
  };
}

/**
 * What Prometheus evaluates, as custom resources of its operator: one `PrometheusRule` with the alerts and recordings of
 * the platform, and one for each system, so that a change of a system, or a further one, changes no other.
 */
export class AlertRules extends pulumi.ComponentResource {
  constructor(name: string, args: AlertRulesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:monitoring:AlertRules", name, {}, opts);

    const { site, systems, runbooks } = args;
    for (const [file, groups] of Object.entries(ruleFiles(systems, runbooks))) {
      new k8s.apiextensions.CustomResource(
        `${name}-${file}`,
        {
          apiVersion: MONITORING_API,
          kind: "PrometheusRule",
          metadata: toolMetadata(site, RULES, file),
          spec: { groups },
        },
        toolOptions(site, this, site.operator),
      );
    }
    this.registerOutputs({});
  }
}
