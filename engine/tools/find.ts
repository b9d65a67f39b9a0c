import { access, constants, stat } from "node:fs/promises";
import path from "node:path";
import type { FoundTool, ToolName, ToolSource } from "../types";
import type { ToolEntry } from "./catalogue";
import { acceptsOnPath, cacheKey, catalogue } from "./catalogue";
import { runChild } from "./child";
import type { ToolContext, ToolOptions } from "./context";
import { toolContext } from "./context";

/** Milliseconds that a tool may take to say its version. */
const versionLimit = 10_000;

/**
 * Looks for a tool in KUBEBUILDER_ASSETS, on PATH and in the cache, in that order, and takes the first at the pinned
 * version (for Pulumi on PATH: at a version that works). Nothing is installed.
 */
export async function findTool(name: ToolName, options: ToolOptions = {}): Promise<FoundTool | undefined> {
  const context = toolContext(options);
  const entry = catalogue[name];
  for (const { folder, source } of places(name, context)) {
    const file = path.join(folder, name);
    if (!(await isExecutable(file))) continue;
    const version = await versionOf(entry, file, context);
    if (version === undefined) continue;
    const good = source === "PATH" ? acceptsOnPath(entry, version) : version === entry.version;
    if (good) return { name, path: file, version, source };
  }
  const cached = cachedFile(entry, context);
  // What is in the cache was asked for its version before it became visible.
  return (await isExecutable(cached))
    ? { name, path: cached, version: entry.version, source: "cache" }
    : undefined;
}

/** Path that a tool has in the cache, be it there or not. */
export function cachedFile(entry: ToolEntry, { cache, platform }: ToolContext): string {
  return path.join(cache, cacheKey(entry, platform), entry.file);
}

/** The version that the binary at `file` reports, without `v`; undefined when it cannot be run or says none. */
export async function versionOf(
  entry: ToolEntry,
  file: string,
  { env, signal }: ToolContext,
): Promise<string | undefined> {
  const quiet = { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { code, stdout } = await runChild(file, entry.versionArgs, {
    env: quiet,
    limit: versionLimit,
    signal,
  });
  return code === 0 ? entry.versionPattern.exec(stdout)?.[1] : undefined;
}

/** Whether `file` is a regular file that this user may run. */
export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** The absolute folders of PATH. A relative one would name another folder wherever the command runs. */
export function pathFolders(env: Readonly<NodeJS.ProcessEnv>): string[] {
  return (env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
}

function places(name: ToolName, { env }: ToolContext): { folder: string; source: ToolSource }[] {
  const assets = env["KUBEBUILDER_ASSETS"] ?? "";
  return [
    // setup-envtest's folder: it never holds an engine.
    ...(assets === "" || name === "pulumi"
      ? []
      : [{ folder: path.resolve(assets), source: "KUBEBUILDER_ASSETS" as const }]),
    ...pathFolders(env).map((folder) => ({ folder, source: "PATH" as const })),
  ];
}
