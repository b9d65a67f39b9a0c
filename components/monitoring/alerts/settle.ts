import { PLATFORM } from "../../common/labels";
import { platformNamespaces } from "../../common/namespaces";
import type { Rule, RuleGroup } from "../../common/prometheus-operator";
import { namespaceOf } from "../../spec/services";
import type { StagedSpec } from "../../spec/stage";
import type { AlertChange, AlertSpec, SystemAlert } from "../../spec/types";
import { fillPlaces } from "../places";
import type { Places } from "../places";
import type { AlertGroup, AlertGroups, PlatformAlert, SettledAlert } from "./types";

/** Group of the alerts that a system has for itself. */
export const OWN_GROUP = "own";

/** Team that is told of the platform's own alerts where they name no other. */
const PLATFORM_TEAM = "infrastructure";

/** What alerts need beside themselves. */
export interface SettleOptions {
  /** Address below which each alert's runbook is, without a slash at its end. */
  readonly runbooks: string;
}

/** Whose alerts these are, and what stands for the placeholders. */
interface Subject {
  readonly system: string | undefined;
  readonly namespace: string | undefined;
  readonly team: string;
  readonly places: Places;
}

const platform: Subject = {
  system: undefined,
  namespace: undefined,
  team: PLATFORM_TEAM,
  places: { system: PLATFORM, namespace: ["kube-system", ...Object.values(platformNamespaces)].join("|") },
};

/**
 * Every alert of a stack: those of the platform, then each system's in the order of the groups, with what the system
 * changes in them, and last its own. What is wrong in them is for `alertProblems`.
 */
export function settleAlerts(
  groups: AlertGroups,
  systems: readonly StagedSpec[],
  options: SettleOptions,
): readonly SettledAlert[] {
  const shared = Object.entries(groups).flatMap(([group, alerts]) =>
    Object.entries(alerts)
      .filter(([, { scope }]) => scope === "platform" || scope === "workload")
      .map(([name, alert]) => settled(name, group, alert, platform, options)),
  );
  return [...shared, ...systems.flatMap((system) => alertsOf(groups, system, options))];
}

function alertsOf(groups: AlertGroups, spec: StagedSpec, options: SettleOptions): readonly SettledAlert[] {
  const namespace = namespaceOf(spec);
  const subject: Subject = {
    system: spec.name,
    namespace,
    team: spec.owner,
    places: { system: spec.name, namespace },
  };
  const { alerts = {} } = spec;
  return [
    ...Object.entries(groups).flatMap(([group, shipped]) =>
      Object.entries(offered(shipped, spec)).flatMap(([name, alert]) => {
        const change = alerts[name];
        if (change === "off") return [];
        return [settled(name, group, isOwn(change) ? alert : { ...alert, ...change }, subject, options)];
      }),
    ),
    ...Object.entries(alerts).flatMap(([name, alert]) =>
      isOwn(alert) ? [settled(name, OWN_GROUP, alert, subject, options)] : [],
    ),
  ];
}

/** The alerts that a system has by itself, and so may change or turn off. */
export function offered(shipped: AlertGroup, { stores = {} }: Pick<StagedSpec, "stores">): AlertGroup {
  const kinds = Object.values(stores).map(({ kind }): PlatformAlert["scope"] => kind);
  const scopes: readonly PlatformAlert["scope"][] = ["system", "workload", ...kinds];
  return Object.fromEntries(Object.entries(shipped).filter(([, { scope }]) => scopes.includes(scope)));
}

/** Whether an entry of a system is an alert of its own, and not a change of one. */
export function isOwn(alert: SystemAlert | undefined): alert is AlertSpec {
  return typeof alert === "object" && "query" in alert;
}

function settled(
  name: string,
  group: string,
  alert: AlertSpec & AlertChange,
  { system, namespace, team, places }: Subject,
  { runbooks }: SettleOptions,
): SettledAlert {
  const fill = (text: string): string =>
    fillPlaces(text, places)
      .replaceAll(/\s*\n\s*/g, " ")
      .trim();
  const { above, below } = alert;
  return {
    name,
    group,
    system,
    namespace,
    query: fill(alert.query),
    ...(above === undefined ? {} : { above }),
    ...(below === undefined ? {} : { below }),
    for: alert.for,
    severity: alert.severity,
    team: alert.team ?? team,
    summary: fill(alert.summary),
    description: fill(alert.description),
    runbook: `${runbooks}/${name}.md`,
  };
}

/** Alerts as Prometheus evaluates them: one group of rules for each group of each system. */
export function ruleGroups(alerts: readonly SettledAlert[]): readonly RuleGroup[] {
  const groups = new Map<string, Rule[]>();
  for (const alert of alerts) {
    const name = alert.system === undefined ? alert.group : `${alert.system}-${alert.group}`;
    groups.set(name, [...(groups.get(name) ?? []), alertRule(alert)]);
  }
  return [...groups].map(([name, rules]) => ({ name, rules }));
}

function alertRule(alert: SettledAlert): Rule {
  const { name, severity, team, system, namespace, summary, description, runbook } = alert;
  return {
    alert: name,
    expr: expression(alert),
    for: alert.for,
    labels: { severity, team, system: system ?? PLATFORM, ...(namespace === undefined ? {} : { namespace }) },
    annotations: { summary, description, runbook_url: runbook },
  };
}

function expression({ query, above, below }: AlertSpec): string {
  if (above !== undefined) return `(${query}) > ${above}`;
  if (below !== undefined) return `(${query}) < ${below}`;
  return query;
}
