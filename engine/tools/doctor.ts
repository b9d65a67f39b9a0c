import { accountItems, clusterItem, dockerItem, pluginItems } from "./doctor-surroundings";
import { cacheItem, goItem, manifestsItem, nodeItem, toolItem } from "./doctor-tools";
import { toolNames } from "./catalogue";
import type { ToolOptions } from "./context";
import { toolContext } from "./context";
import { findGo, usable } from "./go";

/** One thing that was looked for. */
export interface DoctorItem {
  readonly name: string;
  /**
   * `ok`: here and good. `missing`: needed and not here. `optional`: not here, and the platform can be rehearsed
   * without it.
   */
  readonly status: "ok" | "missing" | "optional";
  /** What was found: version, source, path. Never a secret. */
  readonly detail: string;
  /** How to get it; absent when there is nothing to do. */
  readonly remedy?: string;
  /** It is missing, but the next command that needs it installs it. */
  readonly comesByItself?: true;
}

/** What is here, what is missing, and how to get it. */
export interface DoctorReport {
  /** Nothing is missing that does not come by itself. */
  readonly ok: boolean;
  readonly items: readonly DoctorItem[];
}

/** Looks at this machine. Installs nothing and writes nothing; may ask a release site whether it answers. */
export async function doctor(options: ToolOptions = {}): Promise<DoctorReport> {
  const context = toolContext(options);
  const go = await findGo(context);
  const canBuild = usable(go) !== undefined;
  const items: DoctorItem[] = [nodeItem(process.versions.node), goItem(go)];
  for (const name of toolNames) items.push(await toolItem(name, canBuild, context));
  items.push(await manifestsItem(canBuild, context), await cacheItem(context));
  items.push(...(await pluginItems(context)), clusterItem(context), await dockerItem(context));
  items.push(...(await accountItems(context)));
  return { ok: isWell(items), items };
}

/** Whether a run can start: nothing is missing but what installs itself. */
export function isWell(items: readonly DoctorItem[]): boolean {
  return items.every(({ status, comesByItself }) => status !== "missing" || comesByItself === true);
}

const marks = { ok: "✓", missing: "✗", optional: "–" } as const;

/** The report as lines of text, one a thing, its remedy below it. */
export function formatDoctor({ items, ok }: DoctorReport): string {
  const width = Math.max(...items.map(({ name }) => name.length));
  const lines = items.flatMap(({ name, status, detail, remedy }) => [
    `${marks[status]} ${name.padEnd(width)}  ${detail}`,
    ...(remedy === undefined ? [] : [`  ${" ".repeat(width)}  → ${remedy}`]),
  ]);
  return [
    ...lines,
    ok ? "Ready: what is still missing comes by itself." : "Not ready: see the lines marked ✗.",
  ].join("\n");
}
