import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { repositoryRoot } from "../../../engine/tools/context";
import { temporaryFolder } from "../../support/temporary";

const lock = (version: string): string =>
  JSON.stringify({
    packages: {
      "": { name: "slipway" },
      "node_modules/tsx": { version, integrity: "sha512-x" },
      "node_modules/other-platform": { version: "1.0.0", optional: true },
    },
  });
const installed = (version: string): string =>
  JSON.stringify({ packages: { "node_modules/tsx": { version, integrity: "sha512-x" } } });

interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

describe("a fresh clone", () => {
  let root: string;
  let temp: string;
  const log = (): string[] =>
    existsSync(path.join(root, "npm.log"))
      ? readFileSync(path.join(root, "npm.log"), "utf8").trim().split("\n")
      : [];

  beforeEach(() => {
    root = temporaryFolder("slipway's clone ");
    temp = path.join(root, "tmp");
    for (const folder of ["bin", "cli", "tmp", "npm"]) mkdirSync(path.join(root, folder));
    cpSync(path.join(repositoryRoot, "bin"), path.join(root, "bin"), { recursive: true });
    writeFileSync(path.join(root, "package.json"), '{"type":"commonjs"}');
    writeFileSync(path.join(root, "tsconfig.json"), "{}");
    writeFileSync(path.join(root, "package-lock.json"), lock("1.0.0"));
    writeFileSync(
      path.join(root, "cli", "main.ts"),
      "const args: string[] = process.argv.slice(2);\nconsole.log(JSON.stringify({ args, cwd: process.cwd() }));\nif (args.includes('wait')) setInterval(() => undefined, 1000);\nif (args.includes('fail')) process.exit(7);\n",
    );
    // Stands for npm: puts the packages where `npm ci` would, with tsx being the true one.
    writeFileSync(
      path.join(root, "npm", "npm-cli.js"),
      `const fs = require("node:fs"), path = require("node:path");
const root = process.cwd(), modules = path.join(root, "node_modules");
fs.appendFileSync(path.join(root, "npm.log"), process.argv.slice(2).join(" ") + "\\n");
console.log("npm writes to its standard output");
if (fs.existsSync(path.join(root, "npm-fails"))) process.exit(9);
fs.rmSync(modules, { recursive: true, force: true });
fs.mkdirSync(path.join(modules, "mocha/bin"), { recursive: true });
fs.symlinkSync(${JSON.stringify(path.join(repositoryRoot, "node_modules/tsx"))}, path.join(modules, "tsx"));
fs.writeFileSync(path.join(modules, "mocha/bin/mocha.js"), "console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }))");
fs.writeFileSync(path.join(modules, ".package-lock.json"), ${JSON.stringify(installed("1.0.0"))});
`,
    );
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const begin = (
    file: string,
    args: readonly string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
  ): { child: ChildProcess; done: Promise<Run> } => {
    const child = spawn(process.execPath, [path.join(root, "bin", file), ...args], {
      cwd: options.cwd ?? root,
      env: {
        PATH: process.env["PATH"],
        TMPDIR: temp,
        npm_execpath: path.join(root, "npm", "npm-cli.js"),
        ...options.env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (text: Buffer) => (out += text.toString()));
    child.stderr.on("data", (text: Buffer) => (err += text.toString()));
    const done = once(child, "close").then(([code, signal]) => ({ code, signal, out, err }));
    return { child, done };
  };
  const run = (file: string, args: readonly string[], options = {}): Promise<Run> =>
    begin(file, args, options).done;

  it("installs the packages by itself, then rehearses staging", async () => {
    const { code, out, err } = await run("bootstrap.mjs", ["start", "--json"]);
    assert.equal(code, 0, err);
    assert.deepEqual(JSON.parse(out), { args: ["rehearse", "staging", "--json"], cwd: root });
    assert.deepEqual(log(), ["ci --include=dev --no-audit --no-fund --loglevel=error"]);
    assert.match(err, /^Installing the packages \(npm ci\)…\nnpm writes to its standard output/);
  });

  it("installs once, and again when the lockfile asks for something else", async () => {
    await run("bootstrap.mjs", ["test"]);
    const again = await run("bootstrap.mjs", ["test"]);
    assert.equal(again.err, "");
    assert.equal(log().length, 1);
    writeFileSync(path.join(root, "package-lock.json"), lock("2.0.0"));
    await run("bootstrap.mjs", ["test"]);
    assert.equal(log().length, 2);
  });

  it("installs again what was cut off half-way or holds a package too many", async () => {
    await run("bootstrap.mjs", ["test"]);
    const list = path.join(root, "node_modules", ".package-lock.json");
    rmSync(list);
    await run("bootstrap.mjs", ["test"]);
    assert.equal(log().length, 2);
    writeFileSync(
      list,
      installed("1.0.0").replace('"packages":{', '"packages":{"node_modules/extra":{"version":"1.0.0"},'),
    );
    await run("bootstrap.mjs", ["test"]);
    assert.equal(log().length, 3);
  });

  it("runs all tests, or only the files that are named", async () => {
    const args = async (...given: string[]): Promise<unknown> =>
      (JSON.parse((await run("bootstrap.mjs", ["test", ...given])).out) as { args: unknown }).args;
    const all = ["test/unit/**/*.test.ts", "test/!(unit)/**/*.test.ts"];
    assert.deepEqual(await args(), all);
    assert.deepEqual(await args("--grep", "a*b"), ["--grep", "a*b", ...all]);
    // A file beside the folders would be in neither pattern.
    const beside = readdirSync(path.join(repositoryRoot, "test")).filter((name) => name.endsWith(".test.ts"));
    assert.deepEqual(beside, []);
    assert.deepEqual(await args("--bail", "test/unit/a.test.ts"), ["--bail", "test/unit/a.test.ts"]);
  });

  it("runs slipway in the folder where it is called, and passes its exit code on", async () => {
    const elsewhere = path.join(root, "else where");
    mkdirSync(elsewhere);
    const { code, out } = await run("slipway.mjs", ["up", "fail", "--stack=a b"], { cwd: elsewhere });
    assert.equal(code, 7);
    assert.deepEqual(JSON.parse(out), { args: ["up", "fail", "--stack=a b"], cwd: elsewhere });
  });

  it("runs through a link on PATH", async () => {
    await run("bootstrap.mjs", ["test"]);
    symlinkSync(path.join(root, "bin", "slipway.mjs"), path.join(root, "link.mjs"));
    const child = spawn(process.execPath, [path.join(root, "link.mjs"), "x"], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    child.stdout.on("data", (text: Buffer) => (out += text.toString()));
    await once(child, "close");
    assert.deepEqual(JSON.parse(out), { args: ["x"], cwd: root });
  });

  it("passes signals on and ends by the same one", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const { child, done } = begin("slipway.mjs", ["wait"]);
      await once(child.stdout!, "data");
      child.kill(signal);
      assert.deepEqual([(await done).code, (await done).signal], [null, signal]);
    }
  });

  it("lets only one of two runs install", async () => {
    const both = await Promise.all([
      run("bootstrap.mjs", ["test"]),
      run("slipway.mjs", ["x"]),
      run("bootstrap.mjs", ["start"]),
    ]);
    assert.deepEqual(
      both.map(({ code }) => code),
      [0, 0, 0],
    );
    assert.equal(log().length, 1);
  });

  it("says in one sentence that npm failed, and does not run", async () => {
    writeFileSync(path.join(root, "npm-fails"), "");
    const { code, out, err } = await run("bootstrap.mjs", ["start"]);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, /npm ci failed with exit code 9 in .*; mend that and run the command again\.\n$/);
    rmSync(path.join(root, "npm-fails"));
    assert.equal((await run("bootstrap.mjs", ["start"])).code, 0);
  });

  it("says that npm is missing", async () => {
    const { code, err } = await run("bootstrap.mjs", ["start"], {
      env: { npm_execpath: "", PATH: path.join(root, "bin") },
    });
    assert.equal(code, 1);
    assert.match(err, /npm ci cannot be started \(ENOENT\); install npm/);
  });

  it("uses the npm on PATH when it was not started by npm", async () => {
    const npm = path.join(root, "npm", "npm");
    writeFileSync(
      npm,
      `#!/bin/sh\nexec '${process.execPath}' "${path.join(root, "npm", "npm-cli.js")}" "$@"\n`,
    );
    chmodSync(npm, 0o755);
    const { code } = await run("slipway.mjs", ["x"], { env: { npm_execpath: "", PATH: path.dirname(npm) } });
    assert.equal(code, 0);
    assert.equal(log().length, 1);
  });

  it("knows two tasks only", async () => {
    const { code, err } = await run("bootstrap.mjs", ["stop"]);
    assert.equal(code, 1);
    assert.equal(err, "bin/bootstrap.mjs does not know stop; allowed: start, test.\n");
  });

  it("refuses a Node.js that is too old, in one sentence", async () => {
    const fake = path.join(root, "old.mjs");
    writeFileSync(fake, 'Object.defineProperty(process.versions, "node", { value: "20.18.9" });\n');
    const child = spawn(process.execPath, ["--import", `./old.mjs`, path.join(root, "bin", "slipway.mjs")], {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let err = "";
    child.stderr.on("data", (text: Buffer) => (err += text.toString()));
    const [code] = (await once(child, "close")) as [number];
    assert.equal(code, 1);
    assert.equal(
      err,
      "Node.js 20.18.9 is too old; allowed: 20.19 or newer; install Node.js 24 from https://nodejs.org.\n",
    );
  });

  it("takes this clone's own packages for the locked ones", async () => {
    const { packagesAreCurrent } = (await import(path.join(repositoryRoot, "bin", "setup.mjs"))) as {
      packagesAreCurrent: (folder: string) => boolean;
    };
    assert.equal(packagesAreCurrent(repositoryRoot), true);
    assert.equal(packagesAreCurrent(root), false);
  });
});
