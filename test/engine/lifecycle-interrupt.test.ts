import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { silent } from "../../engine/progress";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import { startCluster } from "../../rehearsal/cluster";
import { added, clusterContents } from "../../rehearsal/leftovers";
import { clusterParts } from "../support/cluster";
import { installTools } from "../support/tools";
import { slipway } from "./support/run";
import type { Run } from "./support/run";

/** Programs that still run with a folder in their arguments, environment or as their own. */
function processesOf(folder: string): string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    const read = (what: () => string): string => {
      try {
        return what();
      } catch {
        // It ended meanwhile.
        return "";
      }
    };
    const line = read(() => readFileSync(`/proc/${pid}/cmdline`, "utf8"));
    const traces = [
      line,
      read(() => readFileSync(`/proc/${pid}/environ`, "utf8")),
      read(() => readlinkSync(`/proc/${pid}/cwd`)),
    ];
    return traces.some((text) => text.includes(folder)) ? [line.replaceAll("\0", " ").trim()] : [];
  });
}

describe("Ctrl-C during a rehearsal", function () {
  this.timeout(240_000);
  before(installTools);
  let temporary: string;
  beforeEach(() => {
    temporary = mkdtempSync(path.join(tmpdir(), "slipway-interrupt-test-"));
  });
  afterEach(() => rmSync(temporary, { recursive: true, force: true }));

  /** Runs a rehearsal that gets a SIGINT as soon as it has written a line that fits. */
  function interrupted(
    line: RegExp,
    words: readonly string[],
    env: Record<string, string> = {},
  ): Promise<Run> {
    let sent = false;
    return slipway(["rehearse", "local", ...words, "--json"], {
      env: { TMPDIR: temporary, ...env },
      onError(soFar, child) {
        if (sent || !line.test(soFar)) return;
        sent = true;
        child.kill("SIGINT");
      },
    });
  }

  /** What a rehearsal may leave in the folder for temporary files: what the loader of TypeScript caches there. */
  const left = (): string[] =>
    readdirSync(temporary).filter((name) => !/^(tsx-|node-compile-cache)/.test(name));

  for (const [when, line, message] of [
    ["while the control plane starts", /Start etcd and the Kubernetes API server/, /./],
    [
      "while objects are made",
      /… up of stack local\n[^]*kubernetes:core\/v1:Namespace \S+ create/,
      /^the up of stack local was interrupted; what was under way was brought to its end; run it again to go on\.$/,
    ],
  ] as const) {
    it(`leaves no process, no folder and no lock behind ${when}`, async () => {
      const run = await interrupted(line, []);
      assert.equal(run.code, 130, run.stderr);
      const { ok, error } = JSON.parse(run.stdout) as { ok: boolean; error: { message: string } };
      assert.equal(ok, false);
      assert.match(error.message, message);
      assert.match(run.stderr, /^stopping in order; Ctrl-C once more stops at once$/m);
      assert.deepEqual(left(), []);
      assert.deepEqual(processesOf(temporary), []);
    });
  }

  it("puts a cluster of the user's own back as it was", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "slipway-interrupt-cluster-"));
    const cluster: EmbeddedCluster = await startCluster(
      { ...(await clusterParts()), folder, storageClass: true },
      silent,
    );
    try {
      const before = await clusterContents(cluster.client);
      const made = /… up of stack local\n[^]*kubernetes:apps\/v1:StatefulSet \S+ create/;
      const run = await interrupted(made, ["--context", "slipway"], { KUBECONFIG: cluster.kubeconfigPath });
      assert.equal(run.code, 130, run.stderr);
      assert.match(run.stderr, /^✓ put the cluster back as it was/m);
      const after = await clusterContents(cluster.client);
      assert.deepEqual(added(before, after), []);
      assert.deepEqual(added(after, before), []);
      assert.deepEqual(left(), []);
      assert.deepEqual(processesOf(temporary), []);
    } finally {
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
