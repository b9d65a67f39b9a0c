import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import path from "node:path";

/**
 * A folder for temporary files of a test, which only its user can read. It is gone when the process ends, however its
 * tests end: hooks do not run where no test does, nor after a signal. Only `kill -9` leaves it.
 *
 * @param start What its name begins with, before six characters that make it unique.
 */
export function temporaryFolder(start = "slipway-test-"): string {
  const folder = mkdtempSync(path.join(tmpdir(), start));
  if (folders.length === 0) clearUpAtTheEnd();
  folders.push(folder);
  return folder;
}

const folders: string[] = [];

function clearUpAtTheEnd(): void {
  process.once("exit", () => {
    for (const folder of folders) {
      try {
        rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
      } catch {
        // A server that dies with this process may still write there; the other folders are to go all the same.
      }
    }
  });
  // Without a listener these end a process at once, without the event above. Mocha itself listens to SIGINT.
  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
}
