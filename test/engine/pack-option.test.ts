import assert from "node:assert/strict";
import path from "node:path";
import { stackSettings } from "../../deployments/settings";
import { table } from "../../deployments/table";
import { preview, up } from "../../engine/operations";
import { packFor } from "../../engine/pack";
import { silent } from "../../engine/progress";
import { PolicyViolationError } from "../../engine/violations";
import { installOnly } from "../support/tools";
import { Box, scratch, writePack } from "./support/scratch";
import type { Scratch } from "./support/scratch";

describe("the environment that deployments get", function () {
  this.timeout(240_000);
  before(installOnly("pulumi"));
  let here: Scratch;
  before(async () => {
    here = await scratch();
  });
  after(() => here.remove());

  const program = (): Promise<void> => {
    new Box("forbidden");
    new Box("poor");
    return Promise.resolve();
  };
  const [[stack, row] = assert.fail()] = Object.entries(table.stacks);
  const { environmentVariables } = stackSettings(table, stack, row).operationContext as {
    environmentVariables: Record<string, string>;
  };

  /** Previews with the same variables, but for the pack and the configuration that they name; no pack is asked for. */
  async function refused(config?: Record<string, unknown>): Promise<PolicyViolationError> {
    const pack = await packFor(await writePack(here.folder), {
      into: path.join(here.folder, "packs"),
      ...(config && { config }),
    });
    const values: Readonly<Record<string, string | undefined>> = {
      PULUMI_OPTION_POLICY_PACK: pack.path,
      PULUMI_OPTION_POLICY_PACK_CONFIG: pack.config,
    };
    assert.deepEqual(Object.keys(environmentVariables), Object.keys(values));
    const env = Object.fromEntries(
      Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const target = here.target(program);
    const error: unknown = await preview({ ...target, env: { ...target.env, ...env } }, silent, {
      engine: here.engine,
    }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof PolicyViolationError, String(error));
    return error;
  }

  before(async () => {
    // A preview needs a stack that is there.
    await up(
      here.target(() => Promise.resolve()),
      silent,
      { engine: here.engine },
    );
  });

  it("makes the engine run the pack, whatever runs the engine", async () => {
    const { findings } = await refused();
    assert.deepEqual(
      findings.map(({ policy }) => policy),
      ["test-no-forbidden"],
    );
  });

  it("gives the pack its configuration", async () => {
    const { findings } = await refused({ all: "mandatory" });
    assert.deepEqual(findings.map(({ policy }) => policy).sort(), ["test-no-forbidden", "test-no-poor"]);
  });
});
