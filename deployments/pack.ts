import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Name of the policy pack, as its own index.ts has it. */
export const PACK_NAME = "slipway";

/** What is published of the policy pack. */
export interface PackSource {
  /** Folder of the pack. */
  readonly folder: string;
  /** A version that no other content has: versions in Pulumi Cloud are never changed. */
  readonly versionTag: string;
}

/** Folders that the provider leaves out too, when it looks whether the pack has changed. */
const LEFT_OUT: readonly string[] = ["node_modules", ".git", ".pulumi"];

/** The pack in a folder as it stands now: its version is that of its package.json and a digest of all its files. */
export function packSource(folder: string): PackSource {
  const hash = createHash("sha256");
  for (const file of filesIn(folder)) {
    const whole = path.join(folder, file);
    const { mode } = lstatSync(whole);
    hash.update(`${file}\0${(mode & 0o777).toString(8)}\0`).update(readFileSync(whole));
  }
  const { version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
    readonly version: string;
  };
  return { folder, versionTag: `${version}-${hash.digest("hex").slice(0, 12)}` };
}

function filesIn(folder: string, below = ""): readonly string[] {
  return readdirSync(path.join(folder, below), { withFileTypes: true })
    .filter(({ name }) => !LEFT_OUT.includes(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = path.posix.join(below, entry.name);
      return entry.isDirectory() ? filesIn(folder, inner) : [inner];
    });
}

/** The pack's configuration for a stack, from the root of the repository: CrossGuard's own format, as it is. */
export function packConfig(root: string, file: string): Readonly<Record<string, unknown>> {
  const config = JSON.parse(readFileSync(path.join(root, file), "utf8")) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(config).filter(([key]) => key !== "$schema"));
}
