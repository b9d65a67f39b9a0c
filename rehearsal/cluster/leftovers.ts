import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile, realpath, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SlipwayError } from "../../components/common/problems";
import { clusterFiles } from "./files";

/** What a running cluster writes into its folder. */
export interface ProcessRecord {
  /** Process that started the cluster and ends it; absent when the cluster was kept. */
  readonly owner?: number;
  readonly processes: Readonly<Record<string, number>>;
}

/**
 * Kills what an earlier process left running in a session's folder, and resolves to the names of it. A process id that
 * meanwhile belongs to another program is left alone.
 *
 * @throws SlipwayError when the one that started them is still there.
 */
export async function stopLeftovers(session: string): Promise<string[]> {
  // The processes were started with the true path in their arguments.
  const files = clusterFiles(await realpath(session).catch(() => path.resolve(session)));
  const record = await readFile(files.processes, "utf8").then(
    (text) => JSON.parse(text) as ProcessRecord,
    () => undefined,
  );
  if (record === undefined) return [];
  const alive = Object.entries(record.processes).filter(([, pid]) => belongsTo(pid, files.folder));
  if (alive.length > 0 && record.owner !== undefined && exists(record.owner)) {
    throw new SlipwayError({
      what: `a cluster of process ${record.owner} still runs there`,
      where: session,
      todo: "wait for that process, stop it, or use another folder",
    });
  }
  for (const [, pid] of alive) kill(pid);
  for (let tries = 0; tries < 100 && alive.some(([, pid]) => belongsTo(pid, files.folder)); tries += 1)
    await sleep(50);
  await rm(files.processes, { force: true });
  return alive.map(([name]) => name);
}

/** Whether a process was started with arguments that name this folder. */
export function belongsTo(pid: number, folder: string): boolean {
  return commandLine(pid).includes(folder);
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // Not every system has /proc, and not every one has ps.
  }
  try {
    return execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8", stdio: "pipe" });
  } catch {
    return "";
  }
}

/** Whether there is a process of this id. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended meanwhile.
  }
}
