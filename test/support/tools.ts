import { lines } from "../../engine/progress";
import { ensureManifests, ensureTools } from "../../engine/tools";
import { toolNames } from "../../engine/tools/catalogue";
import type { ToolName } from "../../engine/types";

/** A `before` hook that gets tools, and says which; `setup.ts` reads that to build them ahead. */
export interface InstallHook {
  (this: Mocha.Context): Promise<void>;
  readonly tools: readonly ToolName[];
}

/**
 * A `before` hook for tests with the engine or the API server: on a machine that has none of their programs yet they
 * are built, which takes minutes, once. Tests keep a timeout of their own that has nothing to do with that.
 */
export const installTools: InstallHook = hook(toolNames, true);

/** A `before` hook like {@link installTools} for tests that need only these. */
export function installOnly(...names: readonly ToolName[]): InstallHook {
  return hook(names, false);
}

function hook(tools: readonly ToolName[], manifests: boolean): InstallHook {
  const install = async function (this: Mocha.Context): Promise<void> {
    this.timeout(40 * 60_000);
    const progress = lines((line) => process.stderr.write(`${line}\n`));
    await ensureTools(tools, progress);
    if (manifests) await ensureManifests(progress);
  };
  return Object.assign(install, { tools });
}
