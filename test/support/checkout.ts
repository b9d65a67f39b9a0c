import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { lines } from "../../engine/progress";
import { ensureTool } from "../../engine/tools";
import type { FoundTool } from "../../engine/types";
import { temporaryFolder } from "./temporary";

const root = path.resolve(__dirname, "..", "..");

/** How a command ended, and what it printed. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Environment over the test's own; undefined takes a variable away. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A copy of this checkout that a test may spoil, with a state backend and a cache of its own. */
export interface Checkout {
  readonly folder: string;
  readonly engine: FoundTool;
  /** What every run has over the test's own environment. */
  readonly env: Environment;
  /**
   * Runs the copy's own `slipway` to its end, from the copy's folder. Not through `bin/`, which would install packages
   * where they are not the locked ones: here they are this checkout's own.
   */
  slipway(words: readonly string[], env?: Environment): Promise<Run>;
  /** Replaces the one match of a pattern in a file; {@link restore} takes it back. */
  replace(file: string, from: RegExp, to: string): void;
  restore(): void;
  /** The file in which the backend keeps a stack, as it stands. */
  stateFile(stack: string): string;
  /** Names of the files by which runs keep others from a stack. */
  locks(stack: string): string[];
  remove(): void;
}

/** Copies this checkout, changes that are not committed included. The packages are shared, not copied. */
export async function checkout(): Promise<Checkout> {
  const engine = await ensureTool(
    "pulumi",
    lines((line) => process.stderr.write(`${line}\n`)),
  );
  const base = temporaryFolder("slipway-checkout-");
  const folder = path.join(base, "checkout");
  const left = ["node_modules", ".git"].map((name) => path.join(root, name));
  cpSync(root, folder, { recursive: true, filter: (file) => !left.includes(file) });
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  for (const name of ["state", "home"]) mkdirSync(path.join(base, name));
  const backend = path.join(base, "state", ".pulumi");
  const own: Environment = {
    TSX_TSCONFIG_PATH: path.join(folder, "tsconfig.json"),
    HOME: path.join(base, "home"),
    KUBECONFIG: undefined,
    // What runs leave in the cache must not name this copy for ever, so the engine is all that is shared.
    PATH: [path.dirname(engine.path), process.env["PATH"] ?? ""].join(path.delimiter),
    SLIPWAY_CACHE: path.join(base, "cache"),
    PULUMI_HOME: path.join(base, "pulumi"),
    PULUMI_BACKEND_URL: `file://${path.join(base, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "the passphrase of a test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  const originals = new Map<string, string>();
  return {
    folder,
    engine,
    env: own,
    slipway: (words, env = {}) =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, ["--import", "tsx", "cli/main.ts", ...words], {
          cwd: folder,
          env: { ...process.env, ...own, ...env },
          stdio: ["ignore", "pipe", "pipe"],
        });
        let stdout = "";
        let stderr = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
        child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
        child.on("close", (code) => resolve({ code, stdout, stderr }));
      }),
    replace(file, from, to) {
      const at = path.join(folder, file);
      const text = readFileSync(at, "utf8");
      const found = [...text.matchAll(from)].length;
      if (found !== 1) throw new Error(`${file} has ${found} places that fit ${String(from)}, not one`);
      if (!originals.has(at)) originals.set(at, text);
      writeFileSync(at, text.replace(from, to));
    },
    restore() {
      for (const [at, text] of originals) writeFileSync(at, text);
      originals.clear();
    },
    stateFile: (stack) => path.join(backend, "stacks", "slipway", `${stack}.json`),
    locks(stack) {
      const at = path.join(backend, "locks", "organization", "slipway", stack);
      return existsSync(at) ? readdirSync(at) : [];
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}
