import { createHash, randomBytes } from "node:crypto";
import { access, chmod, mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { SlipwayError } from "../components/common/problems";
import { cacheDir } from "./tools/cache";

/** Name by which the engine knows the pack in its own messages. */
const packName = "slipway";

export interface PackOptions {
  /** Enforcement levels and settings by rule, e.g. `{ "all": "mandatory" }`; absent: what the pack itself says. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Where the executable is put. Default: `packs` in the tools' cache. */
  readonly into?: string;
}

/** What `StackTarget.policyPack` takes. */
export interface Pack {
  readonly path: string;
  readonly config?: string;
}

/**
 * Makes the policy pack in `folder` one that any engine from 3.255 on can run: an executable.
 *
 * The engine runs a pack's folder through its Node.js language host, which an engine built from source lacks, and
 * which checks types at every start where it is there. The executable starts this process's own Node.js on the
 * pack's `index.ts` through tsx. Its name has a digest of its content, so that two checkouts, or two runs at
 * once, never write over each other.
 *
 * @throws SlipwayError when the folder is no pack.
 */
export async function packFor(folder: string, options: PackOptions = {}): Promise<Pack> {
  for (const file of ["index.ts", "package.json"]) {
    await access(path.join(folder, file)).catch((): never => {
      throw new SlipwayError({
        what: `the policy pack has no ${file}`,
        where: folder,
        allowed: "a folder with index.ts and package.json",
        todo: "restore the folder from the repository",
      });
    });
  }
  const into = options.into ?? path.join(cacheDir(), "packs");
  const script = scriptFor(path.resolve(folder));
  const executable = await place(into, script, `pulumi-analyzer-${packName}`, 0o755);
  if (options.config === undefined) return { path: executable };
  return {
    path: executable,
    config: await place(into, JSON.stringify(options.config), "config.json", 0o644),
  };
}

function scriptFor(folder: string): string {
  const words = [
    process.execPath,
    // Each resource leaves much that is used no more; with room for it (MiB) it need not be sorted out so often.
    "--max-semi-space-size=64",
    // Not by --import: that starts a thread for the loading of ES modules, of which a pack has none.
    ...["tsx/cjs", "../components/common/lazy-sdk", "./pack-guard.cjs"].flatMap((module) => [
      "--require",
      require.resolve(module),
    ]),
    "./index.ts",
  ];
  // The SDK's PolicyPack reads ./package.json; hence the change of folder.
  return ["#!/bin/sh", `cd ${quoted(folder)} || exit 1`, `exec ${words.map(quoted).join(" ")} "$@"`, ""].join(
    "\n",
  );
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Writes a file at a path that its content decides, whole or not at all. */
async function place(into: string, content: string, name: string, mode: number): Promise<string> {
  const folder = path.join(into, createHash("sha256").update(content).digest("hex").slice(0, 16));
  await mkdir(folder, { recursive: true });
  const temporary = path.join(folder, `.${randomBytes(6).toString("hex")}`);
  await writeFile(temporary, content);
  await chmod(temporary, mode);
  const file = path.join(folder, name);
  await rename(temporary, file);
  return file;
}
