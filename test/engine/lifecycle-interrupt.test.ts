import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import path from "node:path";
import { silent } from "../../engine/progress";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import { startCluster } from "../../rehearsal/cluster";
import { added, clusterContents } from "../../rehearsal/leftovers";
import type { RehearsalReport } from "../../rehearsal/report";
import { clusterParts } from "../support/cluster";
import { temporaryFolder } from "../support/temporary";
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

describe("a rehearsal that is cut off", function () {
  this.timeout(240_000);
  before(installTools);
  let temporary: string;
  beforeEach(() => {
    temporary = temporaryFolder("slipway-interrupt-test-");
  });
  afterEach(() => rmSync(temporary, { recursive: true, force: true }));

  /** Runs a rehearsal that gets a SIGINT as soon as it has written a line that fits. */
  function interrupted(line: RegExp): Promise<Run> {
    let sent = false;
    return slipway(["rehearse", "local", "--json"], {
      env: { TMPDIR: temporary },
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
    it(`leaves no process, no folder and no lock behind after Ctrl-C ${when}`, async () => {
      const run = await interrupted(line);
      assert.equal(run.code, 130, run.stderr);
      const { ok, error } = JSON.parse(run.stdout) as { ok: boolean; error: { message: string } };
      assert.equal(ok, false);
      assert.match(error.message, message);
      assert.match(run.stderr, /^stopping in order; Ctrl-C once more stops at once$/m);
      assert.deepEqual(left(), []);
      assert.deepEqual(processesOf(temporary), []);
    });
  }

  describe("on a cluster of the user's own", () => {
    let folder: string;
    let cluster: EmbeddedCluster;
    before(async () => {
      folder = temporaryFolder("slipway-interrupt-cluster-");
      cluster = await startCluster({ ...(await clusterParts()), folder, storageClass: true }, silent);
    });
    after(async () => {
      await (cluster as EmbeddedCluster | undefined)?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const made = /… up of stack local\n[^]*kubernetes:apps\/v1:StatefulSet \S+ create/;
    /** Interrupts in the middle of an `up` and looks at what is left. */
    async function tried(interrupt: (child: ChildProcess) => void, code: number): Promise<Run> {
      const before = await clusterContents(cluster.client);
      let sent = false;
      const run = await slipway(["rehearse", "local", "--context", "slipway", "--json"], {
        env: { TMPDIR: temporary, KUBECONFIG: cluster.kubeconfigPath },
        onError(soFar, child) {
          if (sent || !made.test(soFar)) return;
          sent = true;
          interrupt(child);
        },
      });
      assert.equal(run.code, code, run.stderr);
      assert.match(run.stderr, /^✓ put the cluster back as it was/m);
      const after = await clusterContents(cluster.client);
      assert.deepEqual(added(before, after), []);
      assert.deepEqual(added(after, before), []);
      assert.deepEqual(left(), []);
      assert.deepEqual(processesOf(temporary), []);
      return run;
    }

    it("puts the cluster back as it was after Ctrl-C", async () => {
      const { stdout } = await tried((child) => void child.kill("SIGINT"), 130);
      assert.match(stdout, /the up of stack local was interrupted/);
    });

    it("puts the cluster back as it was after the engine was killed", async () => {
      const { stdout } = await tried(() => {
        const [session = ""] = readdirSync(temporary).filter((name) => name.startsWith("slipway-rehearsal-"));
        const locks = path.join(temporary, session, "state/.pulumi/locks/organization/slipway/local");
        const [lock = ""] = readdirSync(locks).filter((name) => name.endsWith(".json"));
        const { pid } = JSON.parse(readFileSync(path.join(locks, lock), "utf8")) as { pid: number };
        process.kill(pid, "SIGKILL");
      }, 1);
      const report = JSON.parse(stdout) as RehearsalReport;
      assert.equal(report.ok, false);
      assert.match(report.error ?? "", /^up of stack local: the engine was killed by SIGKILL; /);
      assert.deepEqual(report.leftovers, []);
    });
  });
});
