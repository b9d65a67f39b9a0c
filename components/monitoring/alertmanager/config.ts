import { stringify } from "yaml";
import type { AlertmanagerConfig } from "./config-types";
import { inhibitRules } from "./inhibitions";
import { timeIntervals } from "./mutes";
import { globals, receivers, SECRETS_PATH } from "./receivers";
import { routeTree } from "./routes";
import { TEMPLATES } from "./templates";
import type { Alerting } from "./types";

/** Folders of an Alertmanager: those of the operator's pods where nothing else is said. */
export interface ConfigPaths {
  /** Folder of the templates. */
  readonly templates: string;
  /** Folder of the receivers' secrets. */
  readonly secrets: string;
}

const operated: ConfigPaths = { templates: "/etc/alertmanager/config", secrets: SECRETS_PATH };

/** The whole configuration. No secret is in it: receivers read theirs from files. */
export function alertmanagerConfig(alerting: Alerting, paths = operated): AlertmanagerConfig {
  const intervals = timeIntervals(alerting.mutes);
  return {
    global: globals(alerting.ways, paths.secrets),
    templates: [`${paths.templates}/${TEMPLATES}`],
    route: routeTree(alerting),
    inhibit_rules: inhibitRules,
    receivers: receivers(alerting, paths.secrets),
    ...(intervals.length === 0 ? {} : { time_intervals: intervals }),
  };
}

/** The same as Alertmanager reads it. */
export function renderConfig(config: AlertmanagerConfig): string {
  return stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });
}
