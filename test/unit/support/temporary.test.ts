import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { temporaryFolder } from "../../support/temporary";

const root = path.resolve(__dirname, "../../..");

describe("a folder for temporary files of a test", () => {
  it("is a new one each time, for its user alone, under the name that was asked for", () => {
    const [first, second] = [temporaryFolder("slipway-a-test-"), temporaryFolder("slipway-a-test-")];
    assert.notEqual(first, second);
    assert.match(path.basename(first), /^slipway-a-test-.{6}$/);
    assert.equal(statSync(first).mode & 0o777, 0o700);
  });

  for (const [how, end, code] of [
    ["ends", "", 0],
    ["fails", 'throw new Error("it failed");', 1],
    ["is told to end", 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000);', 143],
    ["loses its terminal", 'process.kill(process.pid, "SIGHUP"); setInterval(() => {}, 1000);', 129],
  ] as const) {
    it(`is gone with all that is in it, and with those beside it, when its process ${how}`, async () => {
      const folder = temporaryFolder();
      const script = `const { temporaryFolder } = require("./test/support/temporary");
const { mkdirSync, rmdirSync, readdirSync } = require("node:fs");
rmdirSync(temporaryFolder());
for (const name of ["one-", "two-"]) mkdirSync(temporaryFolder(name) + "/deep/er", { recursive: true });
if (readdirSync(process.env.TMPDIR).filter((name) => !name.startsWith("tsx-")).length !== 2) process.exit(9);
${end}`;
      const child = spawn(process.execPath, ["--require", "tsx/cjs", "--eval", script], {
        cwd: root,
        env: { ...process.env, TMPDIR: folder },
        stdio: "ignore",
      });
      assert.deepEqual(await once(child, "exit"), [code, null]);
      const left = readdirSync(folder).filter((name) => !name.startsWith("tsx-"));
      assert.deepEqual(left, []);
    });
  }
});
