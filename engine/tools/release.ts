import { chmod, mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { SlipwayError } from "../../components/common/problems";
import type { Checksum, Release, ToolEntry } from "./catalogue";
import { runChild } from "./child";
import type { ToolContext } from "./context";
import { repositoryRoot } from "./context";
import { lastRelevantLine, diskFull, saysDiskFull } from "./failures";
import { download, fetchText, isReachable } from "./http";

/** Milliseconds that Pulumi's installer may take; its download is about 200 MB. */
const installerLimit = 10 * 60_000;
const installer = path.join(__dirname, "install-pulumi.cjs");

type Say = (line: string) => void;

/**
 * Puts the official release of a tool into `folder`.
 *
 * A downloaded file must have the SHA-256 that its publisher states. Pulumi comes by its own installer, which has
 * no checksum of ours: what vouches for it is the TLS certificate of its site.
 *
 * @returns false when the release cannot be had here: no site answers, or it lacks the file.
 * @throws SlipwayError when the checksum does not match, the disk is full, or the wait is aborted.
 */
export async function installRelease(
  release: Release,
  entry: ToolEntry,
  folder: string,
  context: ToolContext,
  say: Say,
): Promise<boolean> {
  const title = `${entry.name} ${entry.version}`;
  if (release.by === "installer") {
    if (!(await isReachable(release.probe, context))) return false;
    say(`running the official installer of ${title}`);
    return runInstaller([installer, folder, release.version], title, context);
  }
  const expected = await publishedChecksum(release.checksum, release.file.path, context);
  if (expected === undefined) return false;
  const part = path.join(folder, "download");
  const actual = await download(release.file, part, context, meter(title, say));
  if (actual === undefined) return false;
  if (actual !== expected) {
    await rm(part, { force: true });
    throw new SlipwayError({
      what: `the download of ${title} has SHA-256 ${actual}`,
      where: `${context.origins[release.file.origin]}${release.file.path}`,
      allowed: `${expected}, as its publisher says`,
      todo: "run the command again, or put the tool at that version on PATH",
    });
  }
  const target = path.join(folder, entry.file);
  await mkdir(path.dirname(target), { recursive: true });
  if (release.member === undefined) await rename(part, target);
  else await unpack(part, release.member, path.dirname(target), title, context);
  await chmod(target, 0o755);
  return true;
}

/** Runs the installer within a time limit. Whatever goes wrong with it counts as a release that cannot be had. */
export async function runInstaller(
  args: readonly string[],
  title: string,
  context: ToolContext,
): Promise<boolean> {
  const { env, signal } = context;
  const result = await runChild(process.execPath, args, {
    env,
    cwd: repositoryRoot,
    limit: installerLimit,
    signal,
  });
  if (saysDiskFull(result.stderr)) throw diskFull(`installing ${title}`, context.cache);
  return result.code === 0;
}

/** The SHA-256 that the publisher states; undefined when it cannot be had. What is no checksum is not taken for one. */
async function publishedChecksum(
  checksum: Checksum,
  file: string,
  context: ToolContext,
): Promise<string | undefined> {
  const text = await fetchText(checksum.at, context);
  if (text === undefined) return undefined;
  return checksum.in === "file"
    ? checksumInFile(text, path.posix.basename(file))
    : checksumOfAsset(text, checksum.asset);
}

/** Reads `<sum>` alone, or the line `<sum>  <name>` of a list as `sha256sum` writes it. */
export function checksumInFile(text: string, name: string): string | undefined {
  const entries = text.split("\n").map((line) => /^([0-9a-f]{64})(?:\s+\*?(\S+))?\s*$/.exec(line));
  return entries.find((entry) => entry !== null && (entry[2] ?? name) === name)?.[1];
}

/** Reads the digest of an asset out of GitHub's description of a release. */
export function checksumOfAsset(text: string, asset: string): string | undefined {
  let release: unknown;
  try {
    release = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { assets } = (release ?? {}) as { readonly assets?: unknown };
  if (!Array.isArray(assets)) return undefined;
  const named = (assets as readonly { readonly name?: unknown; readonly digest?: unknown }[]).find(
    ({ name }) => name === asset,
  );
  return typeof named?.digest === "string" ? /^sha256:([0-9a-f]{64})$/.exec(named.digest)?.[1] : undefined;
}

async function unpack(
  archive: string,
  member: string,
  folder: string,
  title: string,
  { env, cache, signal }: ToolContext,
): Promise<void> {
  const strip = member.split("/").length - 1;
  const args = ["-xzf", archive, "-C", folder, `--strip-components=${strip}`, member];
  const { code, stderr } = await runChild("tar", args, { env, signal });
  if (saysDiskFull(stderr)) throw diskFull(`unpacking ${title}`, cache);
  if (code !== 0) {
    throw new SlipwayError({
      what: `${title} cannot be unpacked (${lastRelevantLine(stderr)})`,
      todo: "install tar and gzip",
    });
  }
  await rm(archive);
}

/** Says every ten megabytes how far a download is. */
function meter(title: string, say: Say): (bytes: number, of: number | undefined) => void {
  let next = 0;
  return (bytes, of) => {
    const megabytes = Math.floor(bytes / 1e6);
    if (megabytes < next) return;
    next = megabytes + 10;
    say(`downloading ${title}, ${megabytes}${of === undefined ? "" : ` of ${Math.ceil(of / 1e6)}`} MB`);
  };
}
