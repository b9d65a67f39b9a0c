import { lines } from "../../engine/progress";
import { ensureManifests, ensureTools } from "../../engine/tools";

/** Every tool that a test with the real engine or API server may need. */
const names = [
  "pulumi",
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
] as const;

/**
 * A `before` hook for tests with real programs: on a machine that has none of them yet they are built, which takes
 * minutes, once. Tests keep a timeout of their own that has nothing to do with that.
 */
export async function installTools(this: Mocha.Context): Promise<void> {
  this.timeout(40 * 60_000);
  const progress = lines((line) => process.stderr.write(`${line}\n`));
  await ensureTools(names, progress);
  await ensureManifests(progress);
}
