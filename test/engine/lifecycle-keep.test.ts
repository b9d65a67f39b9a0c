import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { renderReport } from "../../cli/render-report";
import { clusterFiles } from "../../rehearsal/cluster/files";
import { belongsTo } from "../../rehearsal/cluster/leftovers";
import { kubeClient } from "../../rehearsal/kube/client";
import { connectionOf } from "../../rehearsal/kube/kubeconfig";
import type { RehearsalReport } from "../../rehearsal/report";
import { leaks } from "../support/leaks";
import { temporaryFolder } from "../support/temporary";
import { installTools } from "../support/tools";
import { slipway } from "./support/run";
import type { Run } from "./support/run";
import { filesBelow, generatedIn } from "./support/secrets";

const root = path.resolve(__dirname, "..", "..");
const processes = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"];

// The cases build on each other.
describe("a rehearsal whose control plane is kept", function () {
  this.timeout(900_000);
  before(installTools);
  let temporary: string;
  let report: RehearsalReport;
  let printed: Run;
  before(() => {
    temporary = temporaryFolder("slipway-keep-test-");
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
    printed = await run("production", "--keep", "--json");
    assert.equal(printed.code, 0, printed.stderr);
    report = JSON.parse(printed.stdout) as RehearsalReport;
    assert.deepEqual(
      report.steps.map(({ name }) => name),
      ["up", "up again", "refresh", "integrity", "drift"],
    );
    const kubeconfig = report.kubeconfig ?? "";
    assert.deepEqual(sessions(), [path.relative(temporary, kubeconfig).split(path.sep)[0]]);
    const client = kubeClient({ kubeconfig: readFileSync(kubeconfig, "utf8") });
    const { items } = await client.list({ apiVersion: "apps/v1", kind: "Deployment" });
    const names = items
      .map(({ metadata: { namespace = "", name } }) => `${namespace}/${name}`)
      .filter((name) => !name.startsWith("monitoring/"));
    // In production a Deployment that bears a store's name watches the store, which is on AWS.
    assert.deepEqual(names.sort(), [
      "daira/backend",
      "daira/frontend",
      "daira/postgres",
      "daira/redis",
      "dwcp-v3/redis",
      "kova/app",
      "kova/frontend",
      "kova/postgres",
      "kova/redis",
      "noa/cache",
      "noa/database",
      "noa/frontend",
      "noa/noa-api",
      "omnitide/control-panel",
    ]);
    client.close();
  });

  it("has shown no generated secret: not in its report, output, logs, state or simulated account", async () => {
    const session = path.join(temporary, sessions()[0] ?? "");
    const { kubeconfig: kubeconfigFile, tokens, etcdData } = clusterFiles(session);
    const kubeconfig = readFileSync(kubeconfigFile, "utf8");
    const { token = "" } = await connectionOf(kubeconfig, undefined, {}).credentials();
    const client = kubeClient({ kubeconfig });
    const generated = await generatedIn(client);
    client.close();
    const names = Object.keys(generated);
    const passwords = report.resources.byType["random:index/randomPassword:RandomPassword"] ?? 0;
    const config = readFileSync(path.join(root, "Pulumi.production.yaml"), "utf8");
    assert.equal(names.length, passwords + [...config.matchAll(/^ +secure:/gm)].length);
    const namespaces = new Set(names.map((name) => name.split("/")[0]));
    // Omnitide has no secret of its own.
    assert.deepEqual([...namespaces].sort(), ["daira", "dwcp-v3", "kova", "monitoring", "noa"]);

    const within = (file: string): string => path.relative(session, file);
    const files = filesBelow(session, [within(etcdData)]);
    for (const known of [
      /^account\.json$/,
      /^state\/.*\.checkpoint\.json$/,
      /^cluster\/logs\/kube-apiserver\.log$/,
    ]) {
      assert.ok(
        files.some(([name]) => known.test(name)),
        String(known),
      );
    }
    const said = [
      ["standard output", printed.stdout],
      ["standard error", printed.stderr],
      ["the report for people", renderReport(report)],
    ] as const;
    // What lets somebody into the control plane stands where that is its purpose.
    const doors = [within(kubeconfigFile), within(tokens), "shim/token"].map((file) => `${file}: token`);
    assert.deepEqual(leaks({ ...generated, token }, [...files, ...said]), doors.sort());
    // The API server's own storage has them, so they would have been found.
    const database = within(path.join(etcdData, "member", "snap", "db"));
    const stored = leaks(generated, [[database, readFileSync(path.join(session, database))]]);
    assert.deepEqual(stored, names.map((name) => `${database}: ${name}`).sort());
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
