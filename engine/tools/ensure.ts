import { SlipwayError } from "../../components/common/problems";
import type { Progress } from "../progress";
import type { FoundTool, ToolName } from "../types";
import { install } from "./cache";
import type { ToolEntry } from "./catalogue";
import { cacheKey, catalogue, minimumGo, releaseOf } from "./catalogue";
import type { ToolContext, ToolOptions } from "./context";
import { toolContext } from "./context";
import { cachedFile, findTool, isExecutable, versionOf } from "./find";
import { findGo, goBuild, usable } from "./go";
import type { Go } from "./go";
import { installRelease } from "./release";

/** Milliseconds between two lines that say that a build is going on. */
const signOfLife = 5000;

/**
 * A tool at its pinned version: found on this machine, else from the official release, else built from the pinned
 * Go module. A tool that is found takes no step of `progress`.
 *
 * @throws SlipwayError with what to install when neither way is open; see also `install`, `goBuild`, `installRelease`.
 */
export async function ensureTool(
  name: ToolName,
  progress: Progress,
  options: ToolOptions = {},
): Promise<FoundTool> {
  const context = toolContext(options);
  const found = await findTool(name, context);
  if (found !== undefined) return found;
  const entry = catalogue[name];
  return progress.step(`Install ${name} ${entry.version}`, async (say) => {
    let source: "built" | "installed" | undefined;
    const file = cachedFile(entry, context);
    await install(
      {
        cache: context.cache,
        key: cacheKey(entry, context.platform),
        title: `${name} ${entry.version}`,
        ready: () => isExecutable(file),
        say,
        signal: context.signal,
      },
      async (folder) => {
        source = await produce(entry, folder, context, say);
      },
    );
    return { name, path: file, version: entry.version, source: source ?? "cache" };
  });
}

/** Several tools, one after another: builds share Go's cache, and two at once would only slow each other down. */
export async function ensureTools<Name extends ToolName>(
  names: readonly Name[],
  progress: Progress,
  options: ToolOptions = {},
): Promise<Readonly<Record<Name, FoundTool>>> {
  const found: Partial<Record<Name, FoundTool>> = {};
  for (const name of names) found[name] = await ensureTool(name, progress, options);
  return found as Record<Name, FoundTool>;
}

/** The sentence for a machine that has neither way to a tool. */
export function unobtainable(what: string, go: Go | undefined): SlipwayError {
  const has = go === undefined ? "Go is not installed" : `Go ${go.version} is too old`;
  return new SlipwayError({
    what: `${what} is not on this machine, its official release cannot be reached, and ${has}`,
    allowed: `a route to the official releases, or Go ${minimumGo} or newer with a route to a Go module proxy`,
    todo: `install Go ${minimumGo} or newer from https://go.dev/dl, or put ${what} on PATH, then run the command again`,
  });
}

async function produce(
  entry: ToolEntry,
  folder: string,
  context: ToolContext,
  say: (line: string) => void,
): Promise<"built" | "installed"> {
  const release = releaseOf(entry.name, context.platform);
  if (release !== undefined && (await installRelease(release, entry, folder, context, say))) {
    await expectVersion(entry, folder, context);
    return "installed";
  }
  const found = await findGo(context);
  const go = usable(found);
  if (go === undefined) throw unobtainable(`${entry.name} ${entry.version}`, found);
  const start = performance.now();
  const tell = (): void => say(`building from source, ${Math.round((performance.now() - start) / 1000)} s`);
  tell();
  const timer = setInterval(tell, signOfLife);
  try {
    await goBuild(go, entry, folder, context);
  } finally {
    clearInterval(timer);
  }
  await expectVersion(entry, folder, context);
  return "built";
}

async function expectVersion(entry: ToolEntry, folder: string, context: ToolContext): Promise<void> {
  const version = await versionOf(entry, `${folder}/${entry.file}`, context);
  if (version === entry.version) return;
  throw new SlipwayError({
    what: `the ${entry.name} that was just installed says version ${version ?? "nothing"}`,
    allowed: entry.version,
    todo: "mend versions.json and tools/ so that they agree",
  });
}
