import { createHash } from "node:crypto";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { SlipwayError } from "../../components/common/problems";
import pinnedFiles from "../../tools/crds/files.json";
import type { Progress } from "../progress";
import { install } from "./cache";
import { minimumGo } from "./catalogue";
import type { ToolContext, ToolOptions } from "./context";
import { toolContext } from "./context";
import { Interrupted } from "./failures";
import { findGo, goModule, usable } from "./go";
import { fetchText } from "./http";

/** Files that the embedded control plane is set up with, on this machine's disk. */
export interface Manifests {
  /** Custom resource definitions, one YAML file each, always in the same order. */
  readonly crds: readonly string[];
  /** KWOK's stages for nodes, pods and volumes, one YAML file each. */
  readonly kwokStages: readonly string[];
  /** The default StorageClass that KWOK's volume stages act on; an object of the API, not a stage. */
  readonly storageClass: string;
  /** Version, without `v`, of each source: `gatewayApi`, `envoyGateway`, `certManager`, `karpenter`, `kwok`. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Which files of a Go module, at which version, are taken; `tools/crds/pin.mjs` writes it. */
export interface PinnedSource {
  readonly version: string;
  readonly module: string;
  /** GitHub repository in which the same files are under the tag `v<version>`. */
  readonly repository: string;
  /** Folder under `tools/` whose go.sum has the module's checksum. */
  readonly pinnedBy: string;
  /** Path inside the module → SHA-256 of the file. */
  readonly files: Readonly<Record<string, string>>;
}

/** What `tools/crds/files.json` pins. */
export const pinnedSources: Readonly<Record<string, PinnedSource>> = pinnedFiles;

const storageClassFile = "storage-class.yaml";

/**
 * The CRDs and stages at their pinned versions, from the cache, else out of the Go modules, else, where there is no
 * Go, from the same tag at GitHub. By either way a file must have the SHA-256 that `tools/crds/files.json` pins.
 *
 * @throws SlipwayError when neither way is open, a file is not the pinned one, or the cache cannot be written.
 */
export async function ensureManifests(
  progress: Progress,
  options: ToolOptions = {},
  sources: Readonly<Record<string, PinnedSource>> = pinnedSources,
): Promise<Manifests> {
  const context = toolContext(options);
  const found: Record<string, readonly string[]> = {};
  for (const [name, source] of Object.entries(sources))
    found[name] = await ensureSource(name, source, progress, context);
  const { kwok = [], ...crds } = found;
  const isStorageClass = (file: string): boolean => path.basename(file) === storageClassFile;
  const storageClass = kwok.find(isStorageClass);
  if (storageClass === undefined) {
    throw new SlipwayError({
      what: `no ${storageClassFile} is pinned for kwok`,
      where: "tools/crds/files.json",
      todo: "run node tools/crds/pin.mjs",
    });
  }
  return {
    crds: Object.values(crds).flat(),
    kwokStages: kwok.filter((file) => !isStorageClass(file)),
    storageClass,
    versions: Object.fromEntries(Object.entries(sources).map(([name, { version }]) => [name, version])),
  };
}

/** The sources whose files are not all in the cache yet. */
export async function missingManifests(context: ToolContext, sources = pinnedSources): Promise<string[]> {
  const missing: string[] = [];
  for (const [name, source] of Object.entries(sources)) {
    if (!(await isComplete(path.join(context.cache, keyOf(name, source)), source))) missing.push(name);
  }
  return missing;
}

async function ensureSource(
  name: string,
  source: PinnedSource,
  progress: Progress,
  context: ToolContext,
): Promise<readonly string[]> {
  const key = keyOf(name, source);
  const files = Object.keys(source.files).map((file) => path.join(context.cache, key, file));
  const ready = (folder: string): Promise<boolean> => isComplete(folder, source);
  if (await ready(path.join(context.cache, key))) return files;
  const title = `the manifests of ${name} ${source.version}`;
  await progress.step(`Fetch ${title}`, (say) =>
    install({ cache: context.cache, key, title, ready, say, signal: context.signal }, async (folder) => {
      const read = await reader(title, source, context);
      for (const [file, sum] of Object.entries(source.files)) {
        const text = await read(file);
        if (createHash("sha256").update(text).digest("hex") !== sum) throw changed(file, source);
        await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
        await writeFile(path.join(folder, file), text);
      }
    }),
  );
  return files;
}

/** How to read a file of a source: out of the Go module where there is Go, else from GitHub. */
async function reader(
  title: string,
  source: PinnedSource,
  context: ToolContext,
): Promise<(file: string) => Promise<string>> {
  const { module, version, pinnedBy, repository } = source;
  const go = usable(await findGo(context));
  let problem: Error | undefined;
  if (go !== undefined) {
    try {
      const folder = await goModule(go, module, version, pinnedBy, context);
      return (file) => readFile(path.join(folder, file), "utf8");
    } catch (error) {
      if (error instanceof Interrupted || !(error instanceof Error)) throw error;
      problem = error;
    }
  }
  return async (file) => {
    const text = await fetchText(
      { origin: "githubRaw", path: `/${repository}/v${version}/${file}` },
      context,
    );
    if (text !== undefined) return text;
    if (problem !== undefined) throw problem;
    throw new SlipwayError({
      what: `${title} are not in the cache, and ${context.origins.githubRaw} cannot be reached`,
      allowed: `a route to it, or Go ${minimumGo} or newer with a route to a Go module proxy`,
      todo: `install Go ${minimumGo} or newer from https://go.dev/dl, then run the command again`,
    });
  };
}

function changed(file: string, { module, version }: PinnedSource): SlipwayError {
  return new SlipwayError({
    what: `${file} of ${module} v${version} is not the file that is pinned`,
    where: "tools/crds/files.json",
    todo: "run node tools/crds/pin.mjs if the version was changed on purpose",
  });
}

async function isComplete(folder: string, { files }: PinnedSource): Promise<boolean> {
  try {
    await Promise.all(Object.keys(files).map((file) => stat(path.join(folder, file))));
    return true;
  } catch {
    return false;
  }
}

/** The selection is part of the key: taking one more file of the same version must not meet an old folder. */
function keyOf(name: string, { version, files }: PinnedSource): string {
  const selection = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 8);
  return `manifests/${name}-${version}-${selection}`;
}
