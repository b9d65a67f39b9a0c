import { accountItems, clusterItem, dockerItem, pluginItems } from "./doctor-surroundings";
import { cacheItem, goItem, manifestsItem, nodeItem, toolItem } from "./doctor-tools";
import { toolNames } from "./catalogue";
import type { ToolOptions } from "./context";
import { toolContext } from "./context";
import type { DoctorItem } from "./doctor-item";
import { findGo, usable } from "./go";

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
