import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { up } from "../../engine/operations";
import { silent } from "../../engine/progress";
import type { StackTarget } from "../../engine/types";
import { fakeKubectl } from "../support/kubectl";
import { installOnly } from "../support/tools";
import { scratch } from "./support/scratch";
import type { Scratch } from "./support/scratch";

const root = path.resolve(__dirname, "..", "..");
const kubeconfig = JSON.stringify({ apiVersion: "v1", kind: "Config", "current-context": "slipway-dev" });

/** Runs `slipway open prometheus`, and ends it once the way is open. */
function open(
  folder: string,
  env: StackTarget["env"],
  search: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const words = ["open", "prometheus", "-s", "dev", "-C", folder];
    const child = spawn(process.execPath, ["--import", "tsx", "cli/main.ts", ...words], {
      cwd: root,
      env: { ...process.env, ...env, PATH: `${search}${path.delimiter}${process.env["PATH"] ?? ""}` },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (text.includes("Ctrl-C closes it")) child.kill("SIGINT");
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

describe("slipway open, for a stack that made its cluster", function () {
  this.timeout(240_000);
  before(installOnly("pulumi"));
  let here: Scratch;
  beforeEach(async () => {
    here = await scratch();
    await writeFile(path.join(here.folder, "Pulumi.dev.yaml"), "config:\n  slipway:stage: staging\n");
  });
  afterEach(() => here.remove());

  it("goes by the kubeconfig among its outputs, which it leaves nowhere", async () => {
    const target = here.target(() => Promise.resolve({ kubeconfig }));
    await up(target, silent, { engine: here.engine });
    const kubectl = fakeKubectl("opens");
    const { code, stdout, stderr } = await open(here.folder, target.env, kubectl.path);
    assert.equal(code, 130, stderr);
    assert.match(stdout, /^prometheus of stack dev: http:\/\/localhost:9090$/m);
    const { args, kubeconfig: used } = kubectl.called();
    assert.deepEqual([args[0], used], ["--kubeconfig", kubeconfig]);
    assert.deepEqual(args.slice(2), [
      ...["--namespace", "monitoring", "port-forward", "service/prometheus", "9090:9090"],
    ]);
    assert.equal(existsSync(args[1] ?? ""), false);
  });

  it("says so where the stack was never brought up, or has no cluster", async () => {
    const target = here.target(() => Promise.resolve({}));
    const never = await open(here.folder, target.env, fakeKubectl("opens").path);
    assert.equal(never.code, 1);
    assert.match(
      never.stderr,
      /slipway: state backend: stack dev does not exist yet; run `slipway up -s dev`/,
    );
    await up(target, silent, { engine: here.engine });
    const none = await open(here.folder, target.env, fakeKubectl("opens").path);
    assert.equal(none.code, 1);
    assert.match(
      none.stderr,
      /slipway: outputs of stack dev: there is no kubeconfig: the stack has no cluster; bring it up: slipway up -s dev\.\n$/,
    );
  });
});
