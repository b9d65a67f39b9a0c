// Shared by the two entry points: what a fresh clone needs before a line of TypeScript can run. Node only.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir, userInfo } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** Root of the repository. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

const minimumNode = [20, 19];

/** Prints one sentence on standard error and ends with exit code 1. */
export function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** Makes the clone runnable: refuses a Node that is too old, and installs the packages where they are not the locked ones. */
export async function prepare() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < minimumNode[0] || (major === minimumNode[0] && minor < minimumNode[1])) {
    fail(
      `Node.js ${process.versions.node} is too old; allowed: ${minimumNode.join(".")} or newer; install Node.js 24 from https://nodejs.org.`,
    );
  }
  if (packagesAreCurrent()) return;
  const unlock = await lock();
  try {
    // Another process may have installed them while this one waited.
    if (!packagesAreCurrent()) await installPackages();
  } finally {
    unlock();
  }
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm keeps its own list of what it installed; it is
 * compared by content, for a checkout gives every file the time of the checkout. An install that was cut off has no list.
 */
export function packagesAreCurrent(folder = root) {
  const wanted = packagesIn(path.join(folder, "package-lock.json"));
  const installed = packagesIn(path.join(folder, "node_modules", ".package-lock.json"));
  if (wanted === undefined || installed === undefined) return false;
  if (Object.keys(installed).some((name) => !(name in wanted))) return false;
  return Object.entries(wanted).every(([name, { version, integrity, optional, devOptional }]) => {
    if (name === "") return true;
    const here = installed[name];
    // Packages for other platforms are optional, and left out.
    if (here === undefined) return optional === true || devOptional === true;
    return here.version === version && here.integrity === integrity;
  });
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

async function installPackages() {
  process.stderr.write("Installing the packages (npm ci)…\n");
  const npm = process.env.npm_execpath ?? "";
  const [command, first] = path.basename(npm) === "npm-cli.js" ? [process.execPath, [npm]] : ["npm", []];
  const args = [...first, "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  // Standard output belongs to the command: with --json it must hold one object and nothing else.
  const { code } = await run(command, args, { cwd: root, stdio: ["ignore", 2, 2] }).catch((error) => {
    fail(
      `npm ci cannot be started (${error.code}); install npm, which comes with Node.js, and run the command again.`,
    );
  });
  if (code !== 0) {
    rmSync(path.join(root, "node_modules", ".package-lock.json"), { force: true });
    fail(
      `npm ci failed with exit code ${code} in ${root}; its lines above say why; mend that and run the command again.`,
    );
  }
}

/** Waits until no other process installs into this clone. The lock names its holder, so a dead one's is taken over. */
async function lock() {
  const user = userInfo().uid;
  const id = createHash("sha256").update(root).digest("hex").slice(0, 16);
  const file = path.join(tmpdir(), `slipway-install-${user}-${id}`);
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    for (let said = false; ; said = true) {
      try {
        // Unlike open and write, a link appears with its content.
        linkSync(own, file);
        return () => rmSync(file, { force: true });
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      if (!isAlive(holder(file))) {
        rmSync(file, { force: true });
        continue;
      }
      if (!said) process.stderr.write("Another process installs the packages; waiting for it…\n");
      await pause(200);
    }
  } catch (error) {
    return fail(
      `the lock file ${file} cannot be made (${error.code}); set TMPDIR to a folder that this user may write.`,
    );
  } finally {
    rmSync(own, { force: true });
  }
}

function holder(file) {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Runs Node with tsx, and ends this process as that one ends. */
export async function become(args, options = {}) {
  const { code, signal } = await run(process.execPath, args, { stdio: "inherit", ...options });
  if (signal === null) process.exit(code);
  process.kill(process.pid, signal);
  // Where the signal has no effect on this process, its usual exit code stands for it.
  process.exit(128 + constants.signals[signal]);
}

/** Arguments of Node that make it run TypeScript, from whatever folder it is started in. */
export function typescript() {
  return ["--import", import.meta.resolve("tsx")];
}

/** The environment in which tsx reads this repository's tsconfig.json, from whatever folder it is started in. */
export function environment() {
  return { ...process.env, TSX_TSCONFIG_PATH: path.join(root, "tsconfig.json") };
}

/** Path of the command line's program; missing only in a broken clone. */
export function commandLine() {
  const file = path.join(root, "cli", "main.ts");
  if (!existsSync(file)) fail(`${file} is missing; restore the clone from the repository.`);
  return file;
}

function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options);
    const forwards = ["SIGTERM", "SIGHUP", "SIGINT"].map((signal) => {
      // A terminal sends its Ctrl-C to the child too, and a second one would mean "at once".
      const forward = () => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal));
      process.on(signal, forward);
      return () => process.removeListener(signal, forward);
    });
    const settle = () => forwards.forEach((remove) => remove());
    child.on("error", (error) => {
      settle();
      reject(error);
    });
    child.on("exit", (code, signal) => {
      settle();
      resolve({ code, signal });
    });
  });
}
