import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { temporaryFolder } from "../support/temporary";

const root = path.resolve(__dirname, "..", "..");

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

const manifest = (file: string): Manifest => JSON.parse(readFileSync(file, "utf8")) as Manifest;

// `pulumi policy publish` packs the folder, and the service runs it where nothing else of the repository is.
describe("the policy pack alone", function () {
  this.timeout(120_000);
  let folder: string;
  let child: ChildProcess | undefined;

  before(() => {
    folder = temporaryFolder("slipway-pack-test-");
    const packages = path.join(folder, "policies", "node_modules");
    cpSync(path.join(root, "policies"), path.join(folder, "policies"), {
      recursive: true,
      filter: (file) => path.basename(file) !== "node_modules",
    });
    mkdirSync(packages);
    // What it depends on, and what these depend on; nothing by its own name.
    for (const scope of ["@pulumi", "@types"]) mkdirSync(path.join(packages, scope));
    for (const name of Object.keys(manifest(path.join(root, "policies/package.json")).dependencies)) {
      symlinkSync(path.join(root, "node_modules", name), path.join(packages, name));
    }
  });
  after(() => {
    child?.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  it("starts as Pulumi's own host of policy packs starts it, types checked, and serves", async () => {
    const host = path.join(root, "node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js");
    child = spawn(process.execPath, [host, "127.0.0.1:1", "."], {
      cwd: path.join(folder, "policies"),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const first = await Promise.race([
      once(child.stdout!, "data").then(([chunk]) => (chunk as Buffer).toString().trim()),
      once(child, "exit").then(([code]) => `exit ${code}`),
    ]);
    assert.match(first, /^\d{4,5}$/, said);
  });

  it("depends on the very versions that it is tested with", () => {
    const own = manifest(path.join(root, "policies/package.json")).dependencies;
    const lock = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")) as {
      packages: Record<string, { version: string }>;
    };
    for (const [name, version] of Object.entries(own)) {
      assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name);
    }
  });
});
