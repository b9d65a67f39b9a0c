import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { isAbandoned, isLockConflict, lockHolders, removeLock } from "../../../engine/locks";
import type { LockHolder } from "../../../engine/locks";
import { temporaryFolder } from "../../support/temporary";

const holder = (more: Partial<LockHolder>): LockHolder => ({
  url: "s3://bucket/.pulumi/locks/organization/demo/dev/a.json",
  user: "ann",
  host: hostname(),
  pid: process.pid,
  since: "2026-11-21T12:00:00Z",
  ...more,
});

describe("locks", () => {
  it("takes only a refusal for a lock conflict", () => {
    assert.ok(isLockConflict("error: the stack is currently locked by 1 lock(s). Either"));
    assert.ok(!isLockConflict("error: no stack named 'dev' found"));
    assert.deepEqual(lockHolders("error: no stack named 'dev' found"), []);
  });

  it("reads users and hosts of any shape", () => {
    const line =
      "\n  s3://b/.pulumi/locks/o/d/a.json: created by ann@corp@build-7.example (pid 12) at 2026-11-21T12:00:00Z";
    assert.deepEqual(lockHolders(line), [
      {
        url: "s3://b/.pulumi/locks/o/d/a.json",
        user: "ann@corp",
        host: "build-7.example",
        pid: 12,
        since: "2026-11-21T12:00:00Z",
      },
    ]);
  });

  it("takes a process for dead only on this host, and only when it is gone", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    assert.equal(await isAbandoned(holder({ pid })), true);
    assert.equal(await isAbandoned(holder({ pid, host: "another-host" })), false);
    assert.equal(await isAbandoned(holder({})), false);
    // It lives, but may belong to somebody else.
    assert.equal(await isAbandoned(holder({ pid: 1 })), false);
  });

  it("takes away that lock alone, and does not mind when it is gone already", async () => {
    const folder = temporaryFolder("slipway test ");
    try {
      for (const name of ["dead.json", "dead.json.attrs", "other.json"])
        await writeFile(path.join(folder, name), "{}");
      const url = `${pathToFileURL(path.join(folder, "dead.json")).href}?no_tmp_dir=true`;
      const never = (): Promise<void> => Promise.reject(new Error("cancelled all locks"));
      await removeLock(holder({ url }), never);
      assert.deepEqual(await readdir(folder), ["other.json"]);
      await removeLock(holder({ url }), never);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("leaves locks of a remote backend to the engine", async () => {
    let cancelled = 0;
    await removeLock(holder({}), () => {
      cancelled += 1;
      return Promise.resolve();
    });
    assert.equal(cancelled, 1);
  });
});
