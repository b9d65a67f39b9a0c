import { readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { fileURLToPath } from "node:url";

/** Who holds a lock of a stack, as the engine's message tells. */
export interface LockHolder {
  /** Where the lock lies, e.g. `file:///…/locks/organization/slipway/staging/<id>.json`. */
  readonly url: string;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** When it was taken, RFC 3339. */
  readonly since: string;
}

/** Whether the engine refused because somebody else works on the stack. */
export function isLockConflict(text: string): boolean {
  return (
    text.includes("the stack is currently locked by") ||
    text.includes("Another update is currently in progress")
  );
}

/** The holders named in the engine's refusal; none where the backend does not tell (Pulumi Cloud). */
export function lockHolders(text: string): LockHolder[] {
  const pattern = /^\s+(\S+): created by (.+)@(.+) \(pid (\d+)\) at (\S+)$/gm;
  return [...text.matchAll(pattern)].map(([, url = "", user = "", host = "", pid = "", since = ""]) => ({
    url,
    user,
    host,
    pid: Number(pid),
    since,
  }));
}

/** Whether the process of a lock is certain to be gone: it ran on this host and no longer does. */
export async function isAbandoned(holder: LockHolder): Promise<boolean> {
  return holder.host === hostname() && !(await isAlive(holder.pid));
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  // A killed process whose parent is gone too stays listed as a zombie where nothing collects it, as in many
  // containers. The state follows the command's name, which is in brackets and may hold any character.
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return !/\) [ZX] [^)]*$/.test(stat);
}

/**
 * Takes away the lock of a dead engine, and that one only: `pulumi cancel` would take every lock, also one that
 * another run has taken since.
 *
 * @param cancel Takes away all locks; for backends whose locks are no local files.
 */
export async function removeLock(holder: LockHolder, cancel: () => Promise<void>): Promise<void> {
  const [address = ""] = holder.url.split("?");
  if (!address.startsWith("file://")) return cancel();
  const file = fileURLToPath(address);
  // The file backend keeps what it knows of a file beside it.
  for (const path of [file, `${file}.attrs`]) await rm(path, { force: true });
}
