import { access, constants, stat, statfs } from "node:fs/promises";
import path from "node:path";
import type { ToolName } from "../types";
import type { Address } from "./catalogue";
import { catalogue, compareVersions, minimumGo, releaseOf } from "./catalogue";
import type { ToolContext } from "./context";
import type { DoctorItem } from "./doctor-item";
import { findTool } from "./find";
import type { Go } from "./go";
import { usable } from "./go";
import { isReachable } from "./http";
import { missingManifests, pinnedSources } from "./modules";

/** Oldest Node that all packages and the tests run on. */
const minimumNode = "20.19.0";
/** Bytes that building all tools takes at most in the cache and in Go's own caches. */
const wantedSpace = 10e9;
const installGo = `install Go ${minimumGo} or newer from https://go.dev/dl, or open a route to the official releases`;

export function nodeItem(version: string): DoctorItem {
  return compareVersions(version, minimumNode) >= 0
    ? { name: "Node.js", status: "ok", detail: version }
    : {
        name: "Node.js",
        status: "missing",
        detail: `${version} is older than ${minimumNode}`,
        remedy: "install Node.js 24 from https://nodejs.org",
      };
}

/** Go is needed only where a release cannot be reached: then the tools below are what is missing. */
export function goItem(go: Go | undefined): DoctorItem {
  const good = usable(go);
  if (good !== undefined) return { name: "Go", status: "ok", detail: `${good.version} at ${good.file}` };
  const detail = go === undefined ? "not found" : `${go.version} is older than ${minimumGo}`;
  return {
    name: "Go",
    status: "optional",
    detail: `${detail}; it builds what cannot be downloaded`,
    remedy: `install Go ${minimumGo} or newer from https://go.dev/dl`,
  };
}

/** A tool, or how it will come. A release site is asked only where Go could not build it. */
export async function toolItem(name: ToolName, canBuild: boolean, context: ToolContext): Promise<DoctorItem> {
  const found = await findTool(name, context);
  if (found !== undefined)
    return { name, status: "ok", detail: `${found.version} from ${found.source} (${found.path})` };
  const { version } = catalogue[name];
  const release = releaseOf(name, context.platform);
  const site: Address | undefined = release?.by === "installer" ? release.probe : release?.checksum.at;
  const comes = canBuild || (site !== undefined && (await isReachable(site, context)));
  return absent(name, `${version} is not here`, comes);
}

export async function manifestsItem(canBuild: boolean, context: ToolContext): Promise<DoctorItem> {
  const name = "CRDs and stages";
  const missing = await missingManifests(context);
  if (missing.length === 0) {
    const versions = Object.entries(pinnedSources).map(([source, { version }]) => `${source} ${version}`);
    return { name, status: "ok", detail: versions.join(", ") };
  }
  const [first] = Object.values(pinnedSources);
  const file = first === undefined ? "" : `/${first.repository}/v${first.version}/LICENSE`;
  const comes = canBuild || (await isReachable({ origin: "githubRaw", path: file }, context));
  return absent(name, `not in the cache: ${missing.join(", ")}`, comes);
}

export async function cacheItem({ cache }: ToolContext): Promise<DoctorItem> {
  const name = "Cache folder";
  try {
    const there = await nearestFolder(cache);
    await access(there, constants.W_OK);
    const { bavail, bsize } = await statfs(there);
    const free = bavail * bsize;
    const detail = `${cache}, ${(free / 1e9).toFixed(1)} GB free`;
    if (free >= wantedSpace) return { name, status: "ok", detail };
    const remedy = `building all tools takes up to ${wantedSpace / 1e9} GB; set SLIPWAY_CACHE to a larger disk if it fails`;
    return { name, status: "ok", detail, remedy };
  } catch {
    return {
      name,
      status: "missing",
      detail: `${cache} cannot be written`,
      remedy: "set SLIPWAY_CACHE to a folder that can be",
    };
  }
}

/** The folder itself, or the one above it in which it would be made. */
async function nearestFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return folder;
  if (found !== undefined || path.dirname(folder) === folder) throw new Error(`${folder} is not a folder`);
  return nearestFolder(path.dirname(folder));
}

function absent(name: string, detail: string, comes: boolean): DoctorItem {
  return comes
    ? {
        name,
        status: "missing",
        detail,
        remedy: "the first command that needs it installs it",
        comesByItself: true,
      }
    : { name, status: "missing", detail, remedy: installGo };
}
