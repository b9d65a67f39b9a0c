import { nearest } from "../../common/nearest";
import { SlipwayError } from "../../common/problems";
import type { Report } from "../../spec/rules/report";
import type { StagedSpec } from "../../spec/stage";
import type { Contradiction } from "../../spec/validate";
import { seriesGivenBy } from "../series";
import { checkAlert, checkChange } from "./check-alert";
import type { AlertContext } from "./check-alert";
import { isOwn, offered } from "./settle";
import { teams } from "./types";
import type { AlertGroup, AlertGroups } from "./types";

/** Something wrong with an alert, and whose it is. */
export interface AlertProblem extends Contradiction {
  /** `system "shop"`, or `platform`. */
  readonly where: string;
}

/** The series that a stack has beside those that its systems' specs name. */
export interface KnownSeries {
  /** Every series that the platform's exporters and tools expose, by name. */
  readonly metrics: ReadonlyMap<string, unknown>;
  /** Names that recording rules give. */
  readonly recorded: readonly string[];
}

/**
 * Refuses alerts that Prometheus would refuse, that can never fire, or that contradict the platform's, before any
 * resource exists.
 *
 * @throws SlipwayError naming, for every problem, the system, the alert, the value and what is allowed.
 */
export function refuseAlerts(groups: AlertGroups, systems: readonly StagedSpec[], known: KnownSeries): void {
  const found = alertProblems(groups, systems, known);
  if (found.length === 0) return;
  throw new SlipwayError({
    what: found
      .map(({ where, field, value, allowed }) => `${where}: ${field} is ${value} (allowed: ${allowed})`)
      .join("; "),
    todo: found.length === 1 ? "correct it" : `correct these ${found.length} fields`,
  });
}

/** Everything that is wrong with the alerts of a stack, the platform's first; empty for sound ones. */
export function alertProblems(
  groups: AlertGroups,
  systems: readonly StagedSpec[],
  { metrics, recorded }: KnownSeries,
): readonly AlertProblem[] {
  const found: AlertProblem[] = [];
  const reportOf =
    (where: string): Report =>
    (field, value, allowed) =>
      found.push({ where, field, value: value === undefined ? "absent" : JSON.stringify(value), allowed });
  const context: AlertContext = {
    teams: [...new Set([...teams, ...systems.map(({ owner }) => owner)])],
    metrics: new Set([...metrics.keys(), ...recorded]),
  };
  const shipped = Object.assign({}, ...Object.values(groups)) as AlertGroup;
  checkShipped(reportOf("platform"), groups, shipped, context);
  for (const spec of systems) {
    checkSystem(reportOf(`system "${spec.name}"`), spec, shipped, {
      ...context,
      metrics: new Set([...context.metrics, ...seriesGivenBy(spec)]),
    });
  }
  return found;
}

function checkShipped(report: Report, groups: AlertGroups, shipped: AlertGroup, context: AlertContext): void {
  for (const [group, alerts] of Object.entries(groups)) {
    for (const [name, alert] of Object.entries(alerts)) {
      if (shipped[name] !== alert) report(`${group}.${name}`, name, "a name that no other alert has");
      checkAlert(report, `${group}.${name}`, name, alert, context);
    }
  }
}

function checkSystem(report: Report, spec: StagedSpec, shipped: AlertGroup, context: AlertContext): void {
  const mine = offered(shipped, spec);
  for (const [name, alert] of Object.entries(spec.alerts ?? {})) {
    const field = `alerts.${name}`;
    const base = Object.hasOwn(mine, name) ? mine[name] : undefined;
    if (isOwn(alert)) {
      if (Object.hasOwn(shipped, name)) report(field, name, "a name that no alert of the platform has");
      checkAlert(report, field, name, alert, context);
    } else if (base === undefined) {
      report(field, alert, missing(name, shipped, mine));
    } else if (alert !== "off") {
      checkChange(report, field, alert, base, context);
    }
  }
}

/** Why a system cannot change an alert of this name. */
function missing(name: string, shipped: AlertGroup, mine: AlertGroup): string {
  const alert = Object.hasOwn(shipped, name) ? shipped[name] : undefined;
  if (alert === undefined) {
    return `an alert of its own, with a query, or the name of one that the platform ships${nearest(name, Object.keys(mine))}`;
  }
  if (alert.scope === "platform") return "an alert of systems; this one is the platform's";
  return `an alert that the system has; this one is for stores of the kind ${alert.scope}`;
}
