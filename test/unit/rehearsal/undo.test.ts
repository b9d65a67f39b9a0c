import assert from "node:assert/strict";
import { Undo } from "../../../rehearsal/undo";

describe("what was started", () => {
  it("is ended in the opposite order, once, and is told whether to keep", async () => {
    const undo = new Undo();
    const ended: string[] = [];
    for (const name of ["first", "second"])
      undo.add((keep) => Promise.resolve(void ended.push(`${name} ${keep ? "kept" : "ended"}`)));
    await undo.run(true);
    await undo.run(false);
    assert.deepEqual(ended, ["second kept", "first kept"]);
  });

  it("is ended to the last even when one fails, and the first failure is told", async () => {
    const undo = new Undo();
    const ended: string[] = [];
    undo.add(() => Promise.resolve(void ended.push("folder")));
    undo.add(() => Promise.reject(new Error("later")));
    undo.add(() => Promise.reject(new Error("cluster")));
    await assert.rejects(undo.run(false), /^Error: cluster$/);
    assert.deepEqual(ended, ["folder"]);
  });
});
