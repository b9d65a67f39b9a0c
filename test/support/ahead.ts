import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { catalogue } from "../../engine/tools/catalogue";
import { findTool } from "../../engine/tools/find";
import type { ToolName } from "../../engine/types";

/** A process that builds tools beside the tests. */
export interface Ahead {
  /** Ends it and the compilers that it started. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts to build, beside the tests, the tools that are not here yet, in that order, so that the tests that need none
 * of them do not wait. Whatever becomes of it is no one's result: the hook of the test that needs a tool waits for it
 * by the cache's lock, and builds what is still missing then, or fails by itself.
 *
 * @returns undefined when nothing is missing.
 */
export async function installAhead(names: Iterable<string>): Promise<Ahead | undefined> {
  const missing: ToolName[] = [];
  for (const name of names) if (isTool(name) && (await findTool(name)) === undefined) missing.push(name);
  if (missing.length === 0) return undefined;
  const child = spawn(
    process.execPath,
    ["--import", "tsx", path.join(__dirname, "install-ahead.ts"), ...missing],
    { cwd: path.resolve(__dirname, "../.."), stdio: ["ignore", "inherit", "inherit"] },
  );
  // The tests end when they are done, not when the builds are.
  child.unref();
  const kill = (): void => void child.kill();
  process.once("exit", kill);
  return {
    stop: async () => {
      process.removeListener("exit", kill);
      await ended(child);
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  await gone;
}

function isTool(name: string): name is ToolName {
  return Object.hasOwn(catalogue, name);
}
