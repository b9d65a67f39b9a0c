import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { destroy, preview, reach, refresh, up } from "../../engine/operations";
import { silent } from "../../engine/progress";
import { table } from "../../deployments/table";
import { installOnly } from "../support/tools";
import { Box, scratch } from "./support/scratch";
import type { Scratch } from "./support/scratch";

const root = path.resolve(__dirname, "..", "..");
const todo = "run it in the VPC";

describe("a stack whose API server cannot be reached", function () {
  this.timeout(240_000);
  before(installOnly("pulumi"));
  let here: Scratch;
  let ran = 0;
  const program = (): Promise<void> => {
    ran++;
    new Box("one");
    return Promise.resolve();
  };
  before(async () => {
    here = await scratch();
    await up(here.target(program), silent, { engine: here.engine });
  });
  after(() => here.remove());
  beforeEach(() => (ran = 0));

  const pulumi = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(here.engine.path, [...args, "--stack", "dev"], {
      cwd: here.folder,
      env: { ...process.env, ...here.target(program).env },
      encoding: "utf8",
      timeout: 60_000,
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };

  /** Puts a cluster into the state, as the AWS provider leaves it there. */
  async function withCluster(outputs: object, more: object = {}): Promise<void> {
    const state = JSON.parse(pulumi("stack", "export")) as {
      deployment: { resources: { urn: string; type: string }[] };
    };
    const urn = (type: string, name: string): string => `urn:pulumi:dev::demo::${type}::${name}`;
    const provider = urn("pulumi:providers:aws", "default");
    const type = "aws:eks/cluster:Cluster";
    const { resources } = state.deployment;
    state.deployment.resources = [
      ...resources.filter((resource) => !resource.type.includes("aws")),
      { urn: provider, custom: true, type: "pulumi:providers:aws", id: "0-1", inputs: {}, outputs: {} },
      {
        ...{ urn: urn(type, "cluster"), custom: true, type, id: "slipway-dev" },
        ...{ inputs: {}, outputs, provider: `${provider}::0-1`, ...more },
      },
    ] as typeof resources;
    const file = path.join(here.folder, "state.json");
    await writeFile(file, JSON.stringify(state));
    pulumi("stack", "import", "--file", file);
  }
  const stateText = (): Promise<string> =>
    readFile(path.join(here.folder, "state", ".pulumi", "stacks", "demo", "dev.json"), "utf8");
  async function endpoint(isOpen: boolean): Promise<string> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    if (isOpen) after(() => server.close());
    else await new Promise((resolve) => server.close(resolve));
    return `https://127.0.0.1:${port}`;
  }

  for (const [name, operation] of Object.entries({ preview, up, refresh, destroy })) {
    it(`stops ${name} before the program runs and before anything is changed`, async () => {
      const server = await endpoint(false);
      await withCluster({ name: "slipway-dev", endpoint: server });
      const before = await stateText();
      await assert.rejects(
        operation(here.target(program), silent, { engine: here.engine, reach: { todo } }),
        ({ message }) => {
          assert.equal(
            message,
            `${name} of stack dev: the API server of cluster slipway-dev (${server}) cannot be reached from here: ECONNREFUSED; ` +
              "allowed: a machine inside the VPC of the cluster, or with an address that slipway:cluster.publicAccessCidrs in " +
              "Pulumi.dev.yaml names; run it in the VPC; nothing was changed.",
          );
          return true;
        },
      );
      assert.equal(await stateText(), before);
      assert.equal(ran, 0);
    });
  }

  it("can be told from one that can be reached, without an operation", async () => {
    const [closed, open] = [await endpoint(false), await endpoint(true)];
    const target = here.target(program);
    const options = { engine: here.engine, reach: { todo } };
    await withCluster({ name: "slipway-dev", endpoint: closed });
    await assert.rejects(reach(target, silent, options), /^SlipwayError: stack dev: the API server/);
    await withCluster({ name: "slipway-dev", endpoint: open });
    assert.deepEqual(await reach(target, silent, options), [{ cluster: "slipway-dev", endpoint: open }]);
    assert.equal(ran, 0);
  });

  it("does not exist before its cluster does, nor for a cluster that is to be deleted", async () => {
    const target = here.target(program);
    const options = { engine: here.engine, reach: { todo } };
    await withCluster({ name: "slipway-dev" });
    assert.deepEqual(await reach(target, silent, options), []);
    await withCluster({ name: "slipway-dev", endpoint: await endpoint(false) }, { delete: true });
    assert.deepEqual(await reach(target, silent, options), []);
    assert.deepEqual(await reach({ ...target, stack: "none" }, silent, options), []);
  });

  it("is told at the command line with the runners that can reach it", async () => {
    const [stack, row] = Object.entries(table.stacks)[0]!;
    await withCluster({ name: "slipway-dev", endpoint: await endpoint(false) });
    const run = (...words: string[]): { status: number | null; stdout: string; stderr: string } =>
      spawnSync(process.execPath, ["--import", "tsx", "cli/main.ts", ...words, "-C", here.folder], {
        cwd: root,
        env: { ...process.env, ...here.target(program).env },
        encoding: "utf8",
        timeout: 120_000,
      });
    await writeFile(path.join(here.folder, "Pulumi.dev.yaml"), "");
    const unknown = run("reach", "-s", "dev");
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /; run it on a machine inside the VPC; nothing was changed\.$/m);

    // The same state under the name of a stack of the table.
    pulumi("stack", "rename", stack);
    try {
      await writeFile(path.join(here.folder, `Pulumi.${stack}.yaml`), "");
      for (const words of [["reach"], ["destroy", "--yes"]]) {
        const { status, stderr } = run(...words, "-s", stack);
        assert.equal(status, 1);
        assert.match(
          stderr,
          new RegExp(
            `cannot be reached from here: ECONNREFUSED; allowed: .*; run it on a runner inside the VPC: label ${row.runners.up} ` +
              `of GitHub Actions, or pool ${row.agentPoolId} of Pulumi Deployments; nothing was changed\\.$`,
            "m",
          ),
        );
      }
    } finally {
      spawnSync(here.engine.path, ["stack", "rename", "dev", "--stack", stack], {
        cwd: here.folder,
        env: { ...process.env, ...here.target(program).env },
        timeout: 60_000,
      });
    }
  });
});
