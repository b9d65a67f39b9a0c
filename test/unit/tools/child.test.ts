import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { runChild } from "../../../engine/tools/child";
import { Interrupted, lastRelevantLine } from "../../../engine/tools/failures";

const env = { PATH: "/usr/local/bin:/usr/bin:/bin" };

describe("running a program", () => {
  it("gives its exit code and what it printed", async () => {
    const result = await runChild("/bin/sh", ["-c", "echo out; echo err >&2; exit 3"], { env });
    assert.deepEqual(result, { code: 3, stdout: "out\n", stderr: "err\n", timedOut: false });
  });

  it("is no error when the program does not exist", async () => {
    const { code, stderr } = await runChild("/no/such/program", [], { env });
    assert.equal(code, null);
    assert.match(stderr, /ENOENT/);
  });

  it("ends the program and what it started at its time limit", async () => {
    // The pipe closes only when the inner process has ended too.
    const result = await runChild("/bin/sh", ["-c", "sleep 600 & wait"], { env, limit: 1 });
    assert.equal(result.timedOut, true);
  });

  it("starts nothing when it is aborted beforehand", async () => {
    await assert.rejects(
      runChild("/bin/sh", ["-c", "exit 0"], { env, signal: AbortSignal.abort() }),
      Interrupted,
    );
  });

  it("ends the program when this process is told to end, and says so", async () => {
    const child = path.resolve(__dirname, "../../../engine/tools/child.ts");
    const script = `const { runChild } = require(${JSON.stringify(child)});
      const env = { PATH: process.env.PATH };
      runChild("/bin/sh", ["-c", "sleep 600 & wait"], { env }).catch((error) => console.log(error.message));
      console.log("started");`;
    const outer = spawn(process.execPath, ["--require", "tsx/cjs", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    outer.stdout.on("data", (text: Buffer) => {
      if (said === "") outer.kill("SIGINT");
      said += text.toString();
    });
    // It ends only when nothing holds its pipe any more.
    const [code] = (await once(outer, "close")) as [number];
    assert.equal(code, 0);
    assert.match(said, /^started\nsh was interrupted; /);
  });

  it("leaves no listener behind", async () => {
    const before = process.listenerCount("SIGINT");
    await runChild("/bin/sh", ["-c", "exit 0"], { env });
    assert.equal(process.listenerCount("SIGINT"), before);
  });

  it("picks the line that tells most out of an error output", () => {
    assert.equal(
      lastRelevantLine("# pkg\ngo: downloading a v1\nx.go:1: boom\nexit status 1\n"),
      "x.go:1: boom",
    );
    assert.equal(lastRelevantLine("go: downloading a v1\n"), "it said nothing");
  });
});
