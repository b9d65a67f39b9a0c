import { nearest } from "../../common/nearest";
import { SlipwayError } from "../../common/problems";
import { readPromql } from "../../common/promql";
import type { StagedSpec } from "../../spec/stage";
import type { DashboardSpec, PanelSpec } from "../../spec/types";
import type { KnownSeries } from "../alerts/check";
import { kinds } from "../grafana/panels";
import { MOST_QUERIES } from "../grafana/builder";
import { seriesGivenBy } from "../series";

/** Something that Grafana would show wrongly or not at all, and where. */
export interface DashboardProblem {
  /** E.g. `system "noa", dashboard "noa-server-production", panel "Error Rate"`. */
  readonly where: string;
  readonly what: string;
  readonly allowed: string;
}

const UID = /^[A-Za-z0-9_-]{1,40}$/;
const PLACEHOLDER = /\$(?:namespace|system)\b/;
const WIDTHS: readonly number[] = [6, 8, 12, 24];

/** Names of series. */
type Series = ReadonlySet<string>;

/**
 * Refuses dashboards that Grafana would not take, and panels that would stay empty, before any resource exists.
 *
 * @throws SlipwayError naming, for every problem, the system, the dashboard, the panel, the expression and what is allowed.
 */
export function refuseDashboards(
  platform: readonly DashboardSpec[],
  systems: readonly StagedSpec[],
  known: KnownSeries,
): void {
  const found = dashboardProblems(platform, systems, known);
  if (found.length === 0) return;
  throw new SlipwayError({
    what: found.map(({ where, what, allowed }) => `${where}: ${what} (allowed: ${allowed})`).join("; "),
    todo: found.length === 1 ? "correct it" : `correct these ${found.length} places`,
  });
}

/** Everything that is wrong with the dashboards of a stack, the platform's first; empty for sound ones. */
export function dashboardProblems(
  platform: readonly DashboardSpec[],
  systems: readonly StagedSpec[],
  { metrics, recorded }: KnownSeries,
): readonly DashboardProblem[] {
  const shared: Series = new Set([...metrics.keys(), ...recorded]);
  const owners = new Map<string, string>();
  const checkAll = (owner: string, dashboards: readonly DashboardSpec[], own: Series): DashboardProblem[] =>
    dashboards.flatMap((dashboard) => {
      const where = `${owner}, dashboard "${dashboard.uid}"`;
      const taken = owners.get(dashboard.uid);
      owners.set(dashboard.uid, taken ?? owner);
      return [
        ...(taken === undefined
          ? []
          : [
              {
                where,
                what: `${taken} has a dashboard of this uid too`,
                allowed: "a uid that no other dashboard has",
              },
            ]),
        ...headProblems(where, dashboard),
        ...dashboard.panels.flatMap((panel) =>
          panelProblems(`${where}, panel "${panel.title}"`, panel, own, owner === PLATFORM),
        ),
      ];
    });
  return [
    ...checkAll(PLATFORM, platform, shared),
    ...systems.flatMap((spec) =>
      checkAll(`system "${spec.name}"`, spec.dashboards ?? [], new Set([...shared, ...seriesGivenBy(spec)])),
    ),
  ];
}

const PLATFORM = "platform";

function headProblems(where: string, { uid, title, panels }: DashboardSpec): DashboardProblem[] {
  const titles = panels.map((panel) => panel.title);
  const twice = titles.find((name, index) => titles.indexOf(name) !== index);
  return [
    ...when(!UID.test(uid), {
      where,
      what: `"${uid}" is no uid`,
      allowed: "at most 40 letters, digits, - and _",
    }),
    ...when(title.trim() === "", { where, what: "it has no title", allowed: "a title" }),
    ...when(panels.length === 0, { where, what: "it has no panels", allowed: "one or more" }),
    ...when(twice !== undefined, {
      where,
      what: `two panels have the title "${twice}"`,
      allowed: "a title for each panel",
    }),
  ];
}

function panelProblems(
  where: string,
  panel: PanelSpec,
  series: Series,
  isPlatform: boolean,
): DashboardProblem[] {
  const { title, kind, width, queries, units = {} } = panel;
  const legends = Object.keys(queries);
  const stranger = Object.keys(units).find((legend) => !legends.includes(legend));
  return [
    ...when(title.trim() === "", { where, what: "it has no title", allowed: "a title" }),
    ...when(!Object.hasOwn(kinds, kind), {
      where,
      what: `there is no kind of panel "${kind}"`,
      allowed: Object.keys(kinds).join(", "),
    }),
    ...when(width !== undefined && !WIDTHS.includes(width), {
      where,
      what: `the width is ${width}`,
      allowed: `${WIDTHS.join(", ")} of 24 columns`,
    }),
    ...when(legends.length === 0 || legends.length > MOST_QUERIES, {
      where,
      what: `it has ${legends.length} queries`,
      allowed: `1 to ${MOST_QUERIES}`,
    }),
    ...when(stranger !== undefined, {
      where,
      what: `units name the legend "${stranger}"`,
      allowed: `a legend of the panel: ${legends.join(", ")}`,
    }),
    ...Object.values(queries).flatMap((expr) => [
      ...when(isPlatform && PLACEHOLDER.test(expr), {
        where,
        what: `"${expr}" has a placeholder`,
        allowed: "none in a dashboard over all systems",
      }),
      // LogQL has no grammar here; the test asks Loki itself.
      ...(kind === "logs" ? [] : queryProblems(where, expr, series)),
    ]),
  ];
}

function queryProblems(where: string, expr: string, series: Series): DashboardProblem[] {
  const { problem, metrics: read } = readPromql(expr);
  if (problem !== undefined) return [{ where, what: `"${expr}" ${problem}`, allowed: "PromQL" }];
  return read
    .filter((name) => !series.has(name))
    .map((name) => ({
      where,
      what: `nothing gives the metric ${name} of "${expr}"${nearest(name, [...series])}`,
      allowed:
        "a metric of the platform's exporters, of the system's own `exposes` and `browser`, or of a recording rule",
    }));
}

function when(isWrong: boolean, problem: DashboardProblem): DashboardProblem[] {
  return isWrong ? [problem] : [];
}
