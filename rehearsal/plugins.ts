import { access, readdir } from "node:fs/promises";
import { constants } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { SlipwayError } from "../components/common/problems";
import type { ProviderChoice } from "./report";

/** An official provider plugin that is on this machine. */
export interface OfficialPlugin {
  readonly name: string;
  readonly version: string;
  /** The folder that holds `pulumi-resource-NAME`. */
  readonly folder: string;
}

/** The providers for which a rehearsal can use the official plugin; clouds would need an account. */
export const selectable = ["kubernetes", "random"] as const;

/**
 * The official plugins that a rehearsal shall use.
 *
 * @throws SlipwayError for `official` when one of them is neither on PATH nor in the plugin cache.
 */
export async function officialPlugins(
  choice: ProviderChoice,
  env: NodeJS.ProcessEnv = process.env,
): Promise<readonly OfficialPlugin[]> {
  if (choice === "stand-in") return [];
  const found = await Promise.all(selectable.map((name) => findPlugin(name, env)));
  const missing = selectable.filter((_, index) => found[index] === undefined);
  if (choice === "official" && missing.length > 0) {
    throw new SlipwayError({
      where: "--providers official",
      what: `no plugin for ${missing.join(" and ")} on PATH or in the plugin cache`,
      allowed: "auto, official, stand-in",
      todo: `install it: ${missing.map((name) => `pulumi plugin install resource ${name}`).join(" && ")}`,
    });
  }
  return found.filter((plugin) => plugin !== undefined);
}

async function findPlugin(name: string, env: NodeJS.ProcessEnv): Promise<OfficialPlugin | undefined> {
  const executable = `pulumi-resource-${name}`;
  for (const folder of (env["PATH"] ?? "").split(path.delimiter).filter((entry) => entry !== "")) {
    if (await isExecutable(path.join(folder, executable))) return { name, version: "on PATH", folder };
  }
  const cache = path.join(env["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi"), "plugins");
  const entries = await readdir(cache).catch(() => []);
  const versions = entries
    .flatMap((entry) => new RegExp(`^resource-${name}-v(\\d+\\.\\d+\\.\\d+)$`).exec(entry)?.[1] ?? [])
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .reverse();
  for (const version of versions) {
    const folder = path.join(cache, `resource-${name}-v${version}`);
    if (await isExecutable(path.join(folder, executable))) return { name, version, folder };
  }
  return undefined;
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
