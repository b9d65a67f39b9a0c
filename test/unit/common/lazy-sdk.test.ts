import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { packFor } from "../../../engine/pack";
import { temporaryFolder } from "../../support/temporary";

const root = path.resolve(__dirname, "../../..");

/** Runs a script in a process of its own, for in this one the SDK is loaded already. */
async function output(...lines: string[]): Promise<unknown> {
  const script = [
    ...lines,
    "function loaded(name) {",
    "  return Object.values(require.cache).some((module) => module.id.includes(name) && module.children.length > 0);",
    "}",
  ].join("\n");
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "-e", script], {
    cwd: root,
  });
  return JSON.parse(stdout) as unknown;
}

const guard = 'require("./components/common/lazy-sdk");';
const sdk = 'const pulumi = require("@pulumi/pulumi");';
/** A package that npm's tree reader loads at once. */
const seen = 'console.log(JSON.stringify([loaded("node_modules/cacache/"), typeof pulumi.CustomResource]));';

describe("lazy loading of the SDK's parts", function () {
  this.timeout(60_000);

  it("spares the tree reader that the SDK loads without it", async () => {
    assert.deepEqual(await output(sdk, seen), [true, "function"]);
    assert.deepEqual(await output(guard, sdk, seen), [false, "function"]);
  });

  it("still turns a function into text, with the compiler loaded when it is needed", async () => {
    const text = await output(
      guard,
      sdk,
      "pulumi.runtime.serializeFunction(() => 41 + 1).then(({ text }) => console.log(JSON.stringify(text)));",
    );
    assert.match(String(text), /41 \+ 1/);
  });

  it("gives both packages whole to whoever asks for them", async () => {
    const [version, again, reader] = (await output(
      guard,
      'const ts = require("typescript");',
      'const { Arborist } = require("@npmcli/arborist");',
      'console.log(JSON.stringify([ts.version, require("typescript").version, typeof new Arborist({ path: "." }).loadActual]));',
    )) as string[];
    assert.match(version ?? "", /^\d+\.\d+\.\d+$/);
    assert.equal(again, version);
    assert.equal(reader, "function");
  });

  it("is in force in the process of the policy pack", async () => {
    const into = temporaryFolder();
    try {
      const { path: executable } = await packFor(path.join(root, "policies"), { into });
      const required = [...(await readFile(executable, "utf8")).matchAll(/'--require' '([^']+)'/g)].map(
        ([, file]) => file,
      );
      assert.match(required[0] ?? "", /\/tsx\//);
      assert.ok(required[1]?.endsWith("/components/common/lazy-sdk.ts"));
    } finally {
      await rm(into, { recursive: true });
    }
  });
});
