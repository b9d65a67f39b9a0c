import path from "node:path";
import { cacheDir } from "./cache";
import type { Origins, Platform } from "./catalogue";
import { officialOrigins, thisPlatform } from "./catalogue";

/** Root of the repository: the folder that holds `tools/` and `node_modules/`. */
export const repositoryRoot = path.resolve(__dirname, "..", "..");

/** Where tools are looked for and put. Every field has a default; tests give their own. */
export interface ToolContext {
  /** The cache folder. @default `cacheDir()` */
  readonly cache: string;
  /** Environment that PATH, KUBEBUILDER_ASSETS and the like are read from, and that children run in. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly platform: Platform;
  readonly origins: Origins;
  /** Folder of the pinned Go modules. @default `tools/` of this repository */
  readonly modules: string;
  /** Folders in which `go` is looked for after PATH. @default where the official Go package puts it */
  readonly goFolders: readonly string[];
  /** Aborting it ends a download or build in order; nothing half-made is left. */
  readonly signal?: AbortSignal;
}

/** What a caller may set of a {@link ToolContext}. */
export type ToolOptions = Partial<ToolContext>;

/** Fills in the defaults. */
export function toolContext(options: ToolOptions = {}): ToolContext {
  const env = options.env ?? process.env;
  return {
    cache: cacheDir(env),
    env,
    platform: thisPlatform(),
    origins: officialOrigins,
    modules: path.join(repositoryRoot, "tools"),
    // https://go.dev/doc/install; a login shell of another user often lacks it on PATH.
    goFolders: ["/usr/local/go/bin"],
    ...options,
  };
}
