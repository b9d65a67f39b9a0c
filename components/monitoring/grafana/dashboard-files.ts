import { namespaceOf } from "../../spec/services";
import type { StagedSpec } from "../../spec/stage";
import type { DashboardSpec, PanelSpec } from "../../spec/types";
import { fillPlaces } from "../places";
import type { Places } from "../places";
import { mapValues } from "../../common/records";
import { buildDashboard } from "./builder";

/** Dashboards that are shown in one folder: the platform's, or a system's. */
export interface DashboardGroup {
  /** DNS label; also the uid of the folder. */
  readonly name: string;
  /** Files by name, as Grafana's provisioning reads them. */
  readonly files: Readonly<Record<string, string>>;
}

/** Every dashboard of a stack as files: one group for the platform, and one for each system that has some. */
export function dashboardGroups(
  platform: readonly DashboardSpec[],
  systems: readonly StagedSpec[],
): readonly DashboardGroup[] {
  return [
    { name: "platform", files: filesOf(platform, (spec) => buildDashboard(spec, ["platform"])) },
    ...systems
      .filter(({ dashboards = [] }) => dashboards.length > 0)
      .map((system) => {
        const places = { system: system.name, namespace: namespaceOf(system) };
        return {
          name: `system-${system.name}`,
          files: filesOf(system.dashboards ?? [], (spec) =>
            buildDashboard(filled(spec, places), [system.name], places.namespace),
          ),
        };
      }),
  ];
}

/** A dashboard of a system as it is in a stage. */
export function filled(spec: DashboardSpec, places: Places): DashboardSpec {
  const panel = (own: PanelSpec): PanelSpec => ({
    ...own,
    queries: mapValues(own.queries, (query) => fillPlaces(query, places)),
  });
  return { ...spec, panels: spec.panels.map(panel) };
}

function filesOf(
  dashboards: readonly DashboardSpec[],
  build: (spec: DashboardSpec) => object,
): Readonly<Record<string, string>> {
  return Object.fromEntries(dashboards.map((spec) => [`${spec.uid}.json`, JSON.stringify(build(spec))]));
}

/** Where the dashboards of a group are mounted. */
export function dashboardFolder(group: string): string {
  return `/etc/slipway/dashboards/${group}`;
}

/** The file that tells Grafana where its dashboards are. What is not there any more it deletes. */
export function providerFile(groups: readonly DashboardGroup[]): string {
  // JSON is YAML.
  return JSON.stringify(
    {
      apiVersion: 1,
      providers: groups.map(({ name }) => ({
        name,
        type: "file",
        folder: titleOf(name),
        folderUid: name,
        disableDeletion: false,
        allowUiUpdates: false,
        options: { path: dashboardFolder(name) },
      })),
    },
    null,
    2,
  );
}

function titleOf(group: string): string {
  const name = group.replace(/^system-/, "");
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
