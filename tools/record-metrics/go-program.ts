import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
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
 * serves is checked by Go's checksum database; nothing here pins it, because no test and no user runs it.
 */
export async function goProgram(program: GoProgram): Promise<string> {
  const { name, module, version, main = "", ldflags = "", tags = "" } = program;
  const cache = cacheDir();
  const key = `record-metrics/${name}-${version}`;
  const file = path.join(cache, key, name);
  const entry = { cache, key, title: `${name} ${version}`, ready: () => isExecutable(file) };
  await install({ ...entry, say: (line) => console.error(line) }, async (folder) => {
    console.error(`building ${name} ${version}`);
    const go = (args: readonly string[], mod: string): Promise<{ readonly stdout: string }> =>
      run("go", [...args], {
        cwd: folder,
        env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: `-mod=${mod}` },
        maxBuffer: 1 << 26,
      });
    const goPackage = main === "" ? module : `${module}/${main}`;
    writeFileSync(path.join(folder, "go.mod"), "module slipway.dev/recorded\n\ngo 1.26.0\n");
    const { GoMod } = JSON.parse(
      (await go(["mod", "download", "-json", `${module}@v${version}`], "mod")).stdout,
    ) as {
      readonly GoMod: string;
    };
    const { Replace } = JSON.parse((await go(["mod", "edit", "-json", GoMod], "mod")).stdout) as GoModule;
    for (const { Old, New } of Replace ?? []) {
      // A folder of its repository is not in the module.
      if (New.Version === undefined) continue;
      const old = Old.Version === undefined ? Old.Path : `${Old.Path}@${Old.Version}`;
      await go(["mod", "edit", `-replace=${old}=${New.Path}@${New.Version}`], "mod");
    }
    await go(["get", "-tool", `${goPackage}@v${version}`], "mod");
    const flags = ["-trimpath", "-buildvcs=false", "-tags", tags, "-ldflags", `-s -w ${ldflags}`];
    await go(["build", ...flags, "-o", path.join(folder, name), goPackage], "readonly");
  });
  return file;
}
