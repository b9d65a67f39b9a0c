import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { cacheDir, install } from "../../engine/tools/cache";
import { isExecutable } from "../../engine/tools/find";

const run = promisify(execFile);

/** A program of a Go module that only the recording needs. */
export interface GoProgram {
  /** Name of the binary. */
  readonly name: string;
  readonly module: string;
  /** Without `v`. */
  readonly version: string;
  /** Path of the main package inside the module. @default the module itself */
  readonly main?: string;
  readonly ldflags?: string;
  readonly tags?: string;
}

/** What is read of `go mod edit -json`. */
interface GoModule {
  /** Count only where the module is the main one, and are needed all the same. */
  readonly Replace?: readonly { readonly Old: GoVersion; readonly New: GoVersion }[] | null;
}

interface GoVersion {
  readonly Path: string;
  readonly Version?: string;
}

/**
 * Builds a program, once, in a module of its own outside the repository, and tells its path. What the module proxy
 * serves is checked by the module's own go.sum and Go's checksum database; nothing here pins it, because no test and
 * no user runs it.
 */
export async function goProgram(program: GoProgram): Promise<string> {
  const { name, module, version, main = "", ldflags = "", tags = "" } = program;
  const cache = cacheDir();
  const key = `record-metrics/${name}-${version}`;
  const file = path.join(cache, key, name);
  const entry = { cache, key, title: `${name} ${version}`, ready: () => isExecutable(file) };
  await install({ ...entry, say: (line) => console.error(line) }, async (folder) => {
    console.error(`building ${name} ${version}`);
    await goModule(folder, module, version);
    const goPackage = main === "" ? module : `${module}/${main}`;
    await go(folder, ["get", "-tool", `${goPackage}@v${version}`]);
    const flags = ["-trimpath", "-buildvcs=false", "-tags", tags, "-ldflags", `-s -w ${ldflags}`];
    await go(folder, ["build", ...flags, "-o", path.join(folder, name), goPackage], "readonly");
  });
  return file;
}

/** Folder of a module's sources, which are fetched where they are missing. */
export async function goFolder(module: string, version: string): Promise<string> {
  return (await download(tmpdir(), module, version)).Dir;
}

/** Writes a go.mod with the replacements of a module, and its go.sum. */
async function goModule(folder: string, module: string, version: string): Promise<void> {
  writeFileSync(path.join(folder, "go.mod"), "module slipway.dev/recorded\n\ngo 1.26.0\n");
  const { Dir, GoMod } = await download(folder, module, version);
  // What the module's own go.sum vouches for need not be known to the checksum database.
  writeFileSync(path.join(folder, "go.sum"), readFileSync(path.join(Dir, "go.sum")));
  const { Replace } = JSON.parse(await go(folder, ["mod", "edit", "-json", GoMod])) as GoModule;
  for (const { Old, New } of Replace ?? []) {
    // A folder of its repository is not in the module.
    if (New.Version === undefined) continue;
    const old = Old.Version === undefined ? Old.Path : `${Old.Path}@${Old.Version}`;
    await go(folder, ["mod", "edit", `-replace=${old}=${New.Path}@${New.Version}`]);
  }
}

async function download(
  folder: string,
  module: string,
  version: string,
): Promise<{ readonly Dir: string; readonly GoMod: string }> {
  const told = await go(folder, ["mod", "download", "-json", `${module}@v${version}`]);
  return JSON.parse(told) as { readonly Dir: string; readonly GoMod: string };
}

async function go(folder: string, args: readonly string[], mod: "mod" | "readonly" = "mod"): Promise<string> {
  const { stdout } = await run("go", [...args], {
    cwd: folder,
    env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: `-mod=${mod}` },
    maxBuffer: 1 << 26,
  });
  return stdout;
}
