import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { alertmanagerConfig, renderConfig } from "../../../components/monitoring/alertmanager/config";
import type { AlertmanagerConfig, Route } from "../../../components/monitoring/alertmanager/config-types";
import { templates } from "../../../components/monitoring/alertmanager/templates";
import { ways } from "../../../components/monitoring/alertmanager/types";
import type { Alerting } from "../../../components/monitoring/alertmanager/types";
import { silent } from "../../../engine/progress";
import { ensureTool } from "../../../engine/tools";
import { alertingOf } from "../../../infra/alerting";
import { parseSettings } from "../../../infra/settings";
import { stackFile } from "../../support/program";
import { startListening } from "./programs";
import type { Listening } from "./programs";
import type { Outside } from "./outside";

/** Secrets of the receivers, as a stack would have them. */
export const secrets = {
  slack: "xoxb-secret",
  pagerduty: "page-secret",
  email: "mail-secret",
} as const;

/** Whom a stack of the repository tells, as its file stands. */
export function alertingOfStack(stack: string): Alerting {
  const texts = Object.entries(stackFile(stack)).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const all = Object.fromEntries(texts) as Record<string, string>;
  return alertingOf(parseSettings(stack, all, all["aws:region"]));
}

/** The configuration of an alerting as its pods have it, but for the folders. */
export function configIn(folder: string, alerting: Alerting): AlertmanagerConfig {
  return alertmanagerConfig(alerting, { templates: folder, secrets: path.join(folder, "secrets") });
}

/** Writes a configuration with its templates and secrets. @returns its file. */
export function writeConfig(
  folder: string,
  config: AlertmanagerConfig,
  { stage = "test", heartbeat = "http://127.0.0.1:9" }: { stage?: string; heartbeat?: string } = {},
): string {
  mkdirSync(path.join(folder, "secrets"), { recursive: true });
  const values: Readonly<Record<string, string>> = { ...secrets, heartbeat };
  for (const way of ways) writeFileSync(path.join(folder, "secrets", way), values[way] ?? "");
  writeFileSync(path.join(folder, "slipway.tmpl"), templates(stage));
  const file = path.join(folder, "alertmanager.yaml");
  writeFileSync(file, renderConfig(config));
  return file;
}

/** The same configuration, told where on the loopback everybody is. */
export function toldOutside(config: AlertmanagerConfig, { url, mail }: Outside): AlertmanagerConfig {
  return {
    ...config,
    global: {
      ...config.global,
      slack_app_url: `${url}/slack`,
      pagerduty_url: `${url}/pagerduty`,
      smtp_smarthost: mail,
      // The mail server on the loopback has no certificate.
      smtp_require_tls: false,
    },
  };
}

/** The same tree with other times. */
export function retimed(route: Route, times: Partial<Route>): Route {
  const own = Object.entries(times).filter(([key]) => key in route);
  return {
    ...route,
    ...Object.fromEntries(own),
    ...(route.routes === undefined ? {} : { routes: route.routes.map((child) => retimed(child, times)) }),
  };
}

/** Starts a real Alertmanager, alone. */
export async function startAlertmanager(file: string): Promise<Listening> {
  const { path: program } = await ensureTool("alertmanager", silent);
  const storage = path.join(path.dirname(file), "data");
  return startListening(program, [
    `--config.file=${file}`,
    `--storage.path=${storage}`,
    "--cluster.listen-address=",
  ]);
}

let program: Promise<string> | undefined;

/** What `amtool` prints. @throws Error with its words when it refuses something. */
export async function amtool(...args: readonly string[]): Promise<string> {
  program ??= ensureTool("amtool", silent).then(({ path: found }) => found);
  try {
    return (await promisify(execFile)(await program, args, { timeout: 60_000 })).stdout;
  } catch (error) {
    const { message, stdout = "" } = error as Error & { stdout?: string };
    throw new Error(`${message}\n${stdout}`, { cause: error });
  }
}
