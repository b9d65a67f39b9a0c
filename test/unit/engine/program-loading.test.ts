import assert from "node:assert/strict";
import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { openStack } from "../../../engine/stack";
import type { FoundTool } from "../../../engine/types";
import { temporaryFolder } from "../../support/temporary";

/** Stands for the engine: writes down with what it was started, and refuses every operation. */
const script = `#!/bin/sh
echo "$1" >> "$(dirname "$0")/started"
if [ "$1" = version ]; then echo v3.259.0; else exit 7; fi
`;

describe("the modules of a program", () => {
  let folder: string;
  let engine: FoundTool;
  beforeEach(async () => {
    folder = temporaryFolder();
    engine = { name: "pulumi", path: path.join(folder, "pulumi"), version: "3.259.0", source: "PATH" };
    await writeFile(engine.path, script);
    await chmod(engine.path, 0o755);
    await writeFile(path.join(folder, "Pulumi.yaml"), "name: slipway\nruntime: nodejs\n");
    await writeFile(path.join(folder, "Pulumi.test.yaml"), "config: {}\n");
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Runs an operation that is refused, and tells which runs of the engine there were and when it was asked to load. */
  async function loads(
    operation: "preview" | "up" | "refresh" | "destroy",
    outcome: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<number> {
    let count = 0;
    const { stack } = await openStack(
      {
        stack: "test",
        project: "slipway",
        workDir: folder,
        program: () => Promise.resolve({}),
        load: () => {
          count++;
          return outcome();
        },
        env: {},
      },
      engine,
    );
    assert.equal(count, 0, "loaded before an engine was started");
    await assert.rejects(stack[operation](), /ended with code 7/);
    const started = (await readFile(path.join(folder, "started"), "utf8")).trim().split("\n");
    assert.equal(started.filter((name) => name === operation).length, 1);
    return count;
  }

  for (const operation of ["preview", "up"] as const) {
    it(`are loaded once the engine starts: ${operation}`, async () =>
      assert.equal(await loads(operation), 1));
  }

  for (const operation of ["refresh", "destroy"] as const) {
    it(`are not loaded for ${operation}, which does without the program`, async () =>
      assert.equal(await loads(operation), 0));
  }

  it("may fail to load: the engine's own call of the program tells why", async () =>
    assert.equal(await loads("preview", () => Promise.reject(new Error("broken module"))), 1));
});
