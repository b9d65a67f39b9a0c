import { readFile, readdir, rm, stat } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { stopLeftovers } from "./cluster";
import { clusterFiles } from "./cluster/files";
import { exists } from "./cluster/leftovers";
import type { ProcessRecord } from "./cluster/leftovers";
import { sessionPrefix } from "./session";

/** A kept control plane that was stopped. */
export interface StoppedSession {
  /** The session's folder, which is gone too. */
  readonly folder: string;
  /** Names of the processes that were still running. */
  readonly processes: readonly string[];
}

/**
 * Stops every control plane that this user kept, and removes the folders of their sessions. Sessions of rehearsals
 * that run are left alone; those of rehearsals that died without clearing up are removed with the kept ones.
 *
 * @param parent Where sessions have their folders. Default: the folder for temporary files, which TMPDIR names.
 */
export async function stopKept(parent = tmpdir()): Promise<readonly StoppedSession[]> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(sessionPrefix)).sort();
  const stopped: StoppedSession[] = [];
  for (const folder of names.map((name) => path.join(parent, name))) {
    if (!(await isAbandoned(folder))) continue;
    stopped.push({ folder, processes: (await stopLeftovers(folder)).sort() });
    await rm(folder, { recursive: true, force: true });
  }
  return stopped;
}

/** Whether a folder is this user's session whose control plane has no process above it that would end it. */
async function isAbandoned(folder: string): Promise<boolean> {
  const uid = await stat(folder).then(
    (found) => found.uid,
    () => undefined,
  );
  if (uid === undefined || uid !== userInfo().uid) return false;
  const record = await readFile(clusterFiles(folder).processes, "utf8").then(
    (text) => JSON.parse(text) as ProcessRecord,
    // No control plane was started in it, or not yet.
    () => undefined,
  );
  return record !== undefined && (record.owner === undefined || !exists(record.owner));
}
