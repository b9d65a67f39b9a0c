import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { SlipwayError } from "../../components/common/problems";
import type { ToolEntry } from "./entry";
import { compareVersions, minimumGo } from "./catalogue";
import { runChild } from "./child";
import type { ToolContext } from "./context";
import { diskFull, lastRelevantLine, saysDiskFull } from "./failures";
import { isExecutable, pathFolders } from "./find";

/** A Go toolchain on this machine. */
export interface Go {
  readonly file: string;
  /** e.g. `1.26.8`. */
  readonly version: string;
  /** GOFLAGS as this user has set them, by environment or `go env -w`. */
  readonly flags: string;
}

/** The first `go` on PATH, in GOROOT or where the official package puts it, of whatever version. */
export async function findGo(context: ToolContext): Promise<Go | undefined> {
  const { env, goFolders, signal } = context;
  const root = env["GOROOT"] ?? "";
  const folders = [...pathFolders(env), ...(root === "" ? [] : [path.join(root, "bin")]), ...goFolders];
  for (const folder of folders) {
    const file = path.join(folder, "go");
    if (!(await isExecutable(file))) continue;
    const { code, stdout } = await runChild(file, ["env", "GOVERSION", "GOFLAGS"], {
      // Another toolchain must not be fetched just to learn which one is here.
      env: { ...withHome(env), GOTOOLCHAIN: "local", GOWORK: "off" },
      cwd: tmpdir(),
      limit: 15_000,
      signal,
    });
    const [version = "", flags = ""] = stdout.split("\n");
    const number = /go(\d+\.\d+(?:\.\d+)?)/.exec(version)?.[1];
    if (code === 0 && number !== undefined) return { file, version: number, flags: flags.trim() };
  }
  return undefined;
}

/** That Go if it understands our modules; a newer one that a module asks for it fetches by itself. */
export function usable(go: Go | undefined): Go | undefined {
  return go !== undefined && compareVersions(go.version, minimumGo) >= 0 ? go : undefined;
}

/**
 * Builds a tool from its pinned module into `folder`. Takes minutes, some GB of Go's caches and, at the first time,
 * the module proxy. go.sum is only read, so a source that does not match it ends the build.
 *
 * @throws SlipwayError with the compiler's last word; when the disk is full; when `context.signal` is aborted.
 */
export async function goBuild(go: Go, entry: ToolEntry, folder: string, context: ToolContext): Promise<void> {
  const target = path.join(folder, entry.file);
  const title = `${entry.name} ${entry.version}`;
  await mkdir(path.dirname(target), { recursive: true });
  const { tags, incomplete, version, module } = entry;
  const flags = [
    "-trimpath",
    "-mod=readonly",
    "-buildvcs=false",
    ...(tags === undefined ? [] : ["-tags", tags]),
  ];
  const args = ["build", ...flags, "-ldflags", entry.ldflags, "-o", target, entry.goPackage];
  if (incomplete === undefined) await runGo(go, args, module, `building ${title}`, context);
  else {
    const source = path.join(folder, "source");
    await copyFolder(await goModule(go, incomplete.module, version, module, context), source);
    await mkdir(path.dirname(path.join(source, incomplete.adds)), { recursive: true });
    await writeFile(path.join(source, incomplete.adds), "");
    await runGo(go, args, module, `building ${title}`, context, source);
    await rm(source, { recursive: true });
  }
  await chmod(target, 0o755);
}

/** Go's module cache is read-only, and so would be the folders of a plain copy, which then cannot be removed. */
async function copyFolder(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const folder = path.join(to, path.relative(from, entry.parentPath));
    await mkdir(folder, { recursive: true });
    await copyFile(path.join(entry.parentPath, entry.name), path.join(folder, entry.name));
  }
}

/**
 * Makes sure that a module which `tools/<pinnedBy>/go.mod` asks for is in Go's module cache, and tells its folder.
 *
 * @throws SlipwayError when it cannot be had, or is not what go.sum says.
 */
export async function goModule(
  go: Go,
  module: string,
  version: string,
  pinnedBy: string,
  context: ToolContext,
): Promise<string> {
  const wanted = `${module}@v${version}`;
  const stdout = await runGo(
    go,
    ["mod", "download", "-json", wanted],
    pinnedBy,
    `downloading ${wanted}`,
    context,
  );
  const { Dir, Sum } = JSON.parse(stdout) as { readonly Dir?: string; readonly Sum?: string };
  const sums = await readFile(path.join(context.modules, pinnedBy, "go.sum"), "utf8");
  // `go mod download` itself adds a line that is missing, so being silent there proves nothing.
  if (Dir === undefined || Sum === undefined || !sums.split("\n").includes(`${module} v${version} ${Sum}`)) {
    throw new SlipwayError({
      what: `${wanted} is not what go.sum pins`,
      where: `tools/${pinnedBy}/go.sum`,
      todo: "restore that file from the repository's history",
    });
  }
  return Dir;
}

async function runGo(
  go: Go,
  args: readonly string[],
  module: string,
  doing: string,
  context: ToolContext,
  cwd = path.join(context.modules, module),
): Promise<string> {
  const env = buildEnvironment(go, await readFile(path.join(cwd, "go.mod"), "utf8"), context.env);
  const { code, stdout, stderr } = await runChild(go.file, args, { cwd, env, signal: context.signal });
  if (code === 0) return stdout;
  if (saysDiskFull(stderr)) throw diskFull(`${doing} (${lastRelevantLine(stderr)})`, context.cache);
  const why = code === null && stderr === "" ? "it was killed" : lastRelevantLine(stderr);
  throw new SlipwayError({
    what: `${doing} with Go ${go.version} failed (${why})`,
    where: `tools/${module}`,
    todo: "mend that, or put the tool at its pinned version on PATH, then run the command again",
  });
}

/** The environment of a build: the user's own, without what would change the sources or the result. */
export function buildEnvironment(go: Go, goMod: string, env: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  const needed = /^go (\S+)/m.exec(goMod)?.[1] ?? minimumGo;
  const flags = go.flags
    .split(/\s+/)
    .filter((flag) => flag !== "" && !/^--?(mod|modfile|overlay)\b/.test(flag));
  return {
    ...withHome(env),
    CGO_ENABLED: "0",
    // An empty value would let what `go env -w` stored come back.
    GOFLAGS: [...flags, "-mod=readonly"].join(" "),
    // A go.work above the checkout would take the modules into its own build.
    GOWORK: "off",
    // Some distributions switch the fetching of newer toolchains off; it is needed only for an older one.
    ...(compareVersions(go.version, needed) < 0 && { GOTOOLCHAIN: "auto" }),
  };
}

/** Go puts its caches under HOME and refuses to work without it. */
function withHome(env: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  return { ...env, HOME: env["HOME"] ?? homedir() };
}
