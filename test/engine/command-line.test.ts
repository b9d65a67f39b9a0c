import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { silent } from "../../engine/progress";
import { up } from "../../engine/operations";
import type { StackTarget } from "../../engine/types";
import { Box, scratch } from "./support/scratch";
import type { Scratch } from "./support/scratch";
import { installTools } from "../support/tools";

const root = path.resolve(__dirname, "..", "..");

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; `onError` sees what it has written to standard error so far, and may send it a signal. */
function slipway(
  words: readonly string[],
  env: StackTarget["env"],
  onError: (soFar: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", "cli/main.ts", ...words], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      onError(stderr, (signal) => void child.kill(signal));
    });
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

describe("slipway's operations at the command line", function () {
  this.timeout(240_000);
  before(installTools);
  let here: Scratch;
  const program = (): Promise<void> => {
    new Box("one");
    return Promise.resolve();
  };
  beforeEach(async () => {
    here = await scratch();
    await up(here.target(program), silent, { engine: here.engine });
  });
  afterEach(() => here.remove());
  const at = (): string[] => ["-s", "dev", "-C", here.folder];

  it("ends with one JSON object and success, all else on standard error", async () => {
    const { env } = here.target(program);
    const refreshed = await slipway(["refresh", ...at(), "--json"], env);
    assert.equal(refreshed.code, 0, refreshed.stderr);
    const { ok, stack, operation, changes, byLayer, policy } = JSON.parse(refreshed.stdout) as Record<
      string,
      unknown
    >;
    assert.deepEqual(
      { ok, stack, operation, changes, byLayer, policy },
      {
        ok: true,
        stack: "dev",
        operation: "refresh",
        changes: { create: 0, update: 0, replace: 0, delete: 0, same: 2 },
        byLayer: { stack: { same: 1 }, network: { same: 1 } },
        policy: { mandatory: 0, advisory: 0, findings: [], remediations: [] },
      },
    );
    assert.match(refreshed.stderr, /^… refresh of stack dev\n[^]*✓ refresh of stack dev \(\d+\.\d s\)\n$/);
  });

  it("destroys with --yes, and prints a table by layer for people", async () => {
    const { code, stdout } = await slipway(["destroy", ...at(), "--yes"], here.target(program).env);
    assert.equal(code, 0);
    assert.match(stdout, /^network +0 +0 +0 +1 +0$/m);
    assert.match(stdout, /^total +0 +0 +0 +2 +0$/m);
  });

  it("fails with one sentence, exit code 1 and no stack trace", async () => {
    const { env } = here.target(program);
    const wrong = { ...env, PULUMI_CONFIG_PASSPHRASE: "not the passphrase" };
    const file = path.join(here.folder, "Pulumi.yaml");
    const broken = async (): Promise<typeof env> => {
      await writeFile(file, "name: demo\nruntime: [\n");
      return env;
    };
    for (const [setUp, message] of [
      [
        () => wrong,
        /^PULUMI_CONFIG_PASSPHRASE: the passphrase does not open the secrets of stack dev; [^\n]*\.$/,
      ],
      [broken, /Pulumi\.yaml: it is not valid YAML with the name of a project; [^\n]*\.$/],
    ] as const) {
      const run = await slipway(["refresh", ...at(), "--json"], await setUp());
      assert.equal(run.code, 1);
      const { ok, error } = JSON.parse(run.stdout) as { ok: boolean; error: { message: string } };
      assert.equal(ok, false);
      assert.match(error.message, message);
      assert.ok(!/^\s+at /m.test(run.stdout + run.stderr), run.stderr);
      assert.ok(!(run.stdout + run.stderr).includes("not the passphrase"));
    }
  });

  it("stops in order on Ctrl-C with exit code 130, and leaves no lock", async () => {
    let sent = false;
    const run = await slipway(["up", ...at(), "--json"], here.target(program).env, (soFar, kill) => {
      if (sent || !soFar.includes("preview of stack dev")) return;
      sent = true;
      kill("SIGINT");
    });
    assert.equal(run.code, 130, run.stderr);
    const { error } = JSON.parse(run.stdout) as { error: { message: string } };
    assert.match(error.message, /^the preview of stack dev was interrupted/);
    assert.match(run.stderr, /^stopping in order/m);
    assert.deepEqual(await readdir(here.locks).catch(() => []), []);
  });
});
