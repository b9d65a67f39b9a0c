import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { belongsTo } from "../../rehearsal/cluster/leftovers";
import { kubeClient } from "../../rehearsal/kube/client";
import type { RehearsalReport } from "../../rehearsal/report";
import { readFileSync } from "node:fs";
import { installTools } from "../support/tools";
import { slipway } from "./support/run";
import type { Run } from "./support/run";

const processes = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"];

// The cases build on each other.
describe("a rehearsal whose control plane is kept", function () {
  this.timeout(300_000);
  before(installTools);
  let temporary: string;
  let report: RehearsalReport;
  before(() => {
    temporary = mkdtempSync(path.join(tmpdir(), "slipway-keep-test-"));
  });
  after(async () => {
    await run("--stop");
    rmSync(temporary, { recursive: true, force: true });
  });

  /** A folder for temporary files of its own, so that no other kept control plane is stopped. */
  const run = (...words: readonly string[]): Promise<Run> =>
    slipway(["rehearse", ...words], { env: { TMPDIR: temporary } });
  const sessions = (): string[] =>
    readdirSync(temporary).filter((name) => name.startsWith("slipway-rehearsal-"));

  it("has nothing to stop before, which is a success with a sentence", async () => {
    const { code, stdout, stderr } = await run("--stop");
    assert.deepEqual([code, stdout, stderr], [0, "no control plane is kept\n", ""]);
    const json = await run("--stop", "--json");
    assert.deepEqual([json.code, JSON.parse(json.stdout)], [0, { ok: true, stopped: [] }]);
  });

  it("leaves it up with all that the stack made, and tells its KUBECONFIG", async () => {
    const { code, stdout, stderr } = await run("local", "--keep", "--json");
    assert.equal(code, 0, stderr);
    report = JSON.parse(stdout) as RehearsalReport;
    assert.deepEqual(
      report.steps.map(({ name }) => name),
      ["up", "up again", "refresh", "integrity", "drift"],
    );
    const kubeconfig = report.kubeconfig ?? "";
    assert.deepEqual(sessions(), [path.relative(temporary, kubeconfig).split(path.sep)[0]]);
    const client = kubeClient({ kubeconfig: readFileSync(kubeconfig, "utf8") });
    const { items } = await client.list({ apiVersion: "apps/v1", kind: "Deployment" });
    const names = items.map(({ metadata: { namespace = "", name } }) => `${namespace}/${name}`);
    assert.deepEqual(names.sort(), [
      "daira/backend",
      "daira/frontend",
      "kova/app",
      "kova/frontend",
      "noa/frontend",
      "noa/noa-api",
      "omnitide/control-panel",
    ]);
    client.close();
  });

  it("is stopped with all its processes and its folder by --stop, which says so", async () => {
    const folder = path.join(temporary, sessions()[0] ?? "");
    const record = JSON.parse(readFileSync(path.join(folder, "cluster", "session.json"), "utf8")) as {
      owner?: number;
      processes: Record<string, number>;
    };
    assert.equal(record.owner, undefined);
    assert.deepEqual(Object.keys(record.processes).sort(), processes);
    const alive = (): number =>
      Object.values(record.processes).filter((pid) => belongsTo(pid, folder)).length;
    assert.equal(alive(), 5);
    const { code, stdout } = await run("--stop");
    assert.deepEqual(
      [code, stdout],
      [0, `stopped the control plane in ${folder}: ${processes.join(", ")}\n`],
    );
    assert.equal(alive(), 0);
    assert.equal(existsSync(folder), false);
    assert.equal((await run("--stop")).stdout, "no control plane is kept\n");
  });
});
