import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { profileIn, secondsByPart } from "../../../bench/profile";
import type { CpuProfile } from "../../../bench/profile";
import { temporaryFolder } from "../../support/temporary";

const frames: readonly [string, string][] = [
  ["compile", "node:internal/modules/cjs/loader"],
  ["(garbage collector)", ""],
  ["(idle)", ""],
  ["run", "file:///src/slipway/node_modules/@pulumi/pulumi/runtime/resource.js"],
  ["inner", "/src/slipway/node_modules/a/node_modules/zod/index.js"],
  ["System", "file:///src/slipway/components/system/system.ts"],
];

const profile = (samples: readonly number[], timeDeltas: readonly number[]): CpuProfile => ({
  nodes: frames.map(([functionName, url], id) => ({ id, callFrame: { functionName, url } })),
  samples,
  timeDeltas,
});

describe("CPU profile", () => {
  it("is summed up by package and by part of the repository, the largest first", () => {
    const seconds = secondsByPart(
      profile([0, 3, 1, 3, 4, 5], [1e6, 2e6, 0.5e6, 3e6, 0.25e6, 0.125e6]),
      "/src/slipway",
    );
    assert.deepEqual(Object.entries(seconds), [
      ["@pulumi/pulumi", 5],
      ["Node.js itself", 1],
      ["garbage collector", 0.5],
      ["zod", 0.25],
      ["components", 0.125],
    ]);
  });

  it("leaves out waiting", () => assert.deepEqual(secondsByPart(profile([2, 2], [1e6, 1e6]), "/"), {}));

  describe("in a folder", () => {
    let folder: string;
    beforeEach(() => {
      folder = temporaryFolder();
    });
    afterEach(() => rm(folder, { recursive: true }));

    it("is that of the main thread", async () => {
      const main = profile([3], [1]);
      await writeFile(path.join(folder, "CPU.20261121.154207.7637.1.002.cpuprofile"), "{}");
      await writeFile(path.join(folder, "CPU.20261121.154207.7637.0.001.cpuprofile"), JSON.stringify(main));
      assert.deepEqual(await profileIn(folder), main);
    });

    it("is missed where there is none", async () => {
      await writeFile(path.join(folder, "CPU.20261121.154207.7637.1.002.cpuprofile"), "{}");
      await assert.rejects(profileIn(folder), { message: `no profile was left in ${folder}` });
    });
  });
});
