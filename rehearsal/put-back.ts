import { destroy, refresh } from "../engine/operations";
import type { Progress } from "../engine/progress";
import { openStack } from "../engine/stack";
import { added, clusterContents } from "./leftovers";
import type { Contents } from "./leftovers";
import type { World } from "./plan";

/**
 * Takes away what an unfinished rehearsal made in a cluster that outlives it, protected or not: nothing of it is real.
 * It cannot be interrupted in order; a second Ctrl-C ends the process.
 *
 * @param before What was there before the rehearsal; undefined: nothing was made yet.
 * @returns what could not be taken away; each is also told as a line that stays.
 */
export async function putBack(
  { target, engine, client }: Pick<World, "target" | "engine" | "client">,
  before: Contents | undefined,
  progress: Progress,
): Promise<string[]> {
  if (before === undefined) return [];
  try {
    await progress.step("put the cluster back as it was", async () => {
      const opened = await openStack(target, engine);
      await opened.unprotect().catch(async () => {
        // A refresh clears up after an engine that was killed: its lock, and what it had under way.
        await refresh(target, progress, { engine });
        await opened.unprotect();
      });
      // What the simulated account refuses to delete must not keep the objects of the cluster.
      await destroy(target, progress, { engine, continueOnError: true });
    });
  } catch {
    // What counts is what it left.
  }
  const left = await clusterContents(client).then(
    (now) => added(before, now),
    // Why the rehearsal failed is the greater news.
    () => undefined,
  );
  if (left === undefined) {
    progress.note("the cluster does not tell what is left in it; look for the stack's objects by hand");
    return [];
  }
  for (const name of left) progress.note(`left in the cluster: ${name}; delete it by hand`);
  return left;
}
