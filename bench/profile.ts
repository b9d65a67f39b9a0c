import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

/** What `node --cpu-prof` writes, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  /** Ids of the nodes that ran. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

/** Seconds of CPU by package or part of this repository, the largest first. Waiting is not in it. */
export function secondsByPart(profile: CpuProfile, root: string): Readonly<Record<string, number>> {
  const parts = new Map(profile.nodes.map(({ id, callFrame }) => [id, partOf(callFrame, root)]));
  const spent = new Map<string, number>();
  profile.samples.forEach((id, index) => {
    const part = parts.get(id);
    if (part === undefined) return;
    spent.set(part, (spent.get(part) ?? 0) + (profile.timeDeltas[index] ?? 0) / 1e6);
  });
  return Object.fromEntries([...spent].sort(([, a], [, b]) => b - a));
}

/** Undefined for no work. */
function partOf(
  { functionName, url }: CpuProfile["nodes"][number]["callFrame"],
  root: string,
): string | undefined {
  const file = url.replace(/^file:\/\//, "");
  const [installed] = [...file.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].slice(-1);
  if (installed !== undefined) return installed[1];
  if (file.startsWith(`${root}/`)) return path.relative(root, file).split("/")[0];
  if (functionName === "(idle)") return undefined;
  return functionName === "(garbage collector)" ? "garbage collector" : "Node.js itself";
}

/** The profile of a process's main thread; tsx keeps a thread of its own, which does next to nothing. */
export async function profileIn(folder: string): Promise<CpuProfile> {
  const main = (await readdir(folder)).find((file) => /^CPU\.\d+\.\d+\.\d+\.0\.\d+\.cpuprofile$/.test(file));
  if (main === undefined) throw new Error(`no profile was left in ${folder}`);
  return JSON.parse(await readFile(path.join(folder, main), "utf8")) as CpuProfile;
}
