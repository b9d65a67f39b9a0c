import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { cacheDir, install } from "../../engine/tools/cache";

const run = promisify(execFile);

/** Programs of a server that tests start, and what they need around them. */
export interface Programs {
  /** Absolute path of a program. */
  readonly path: (name: string) => string;
  readonly env: Readonly<Record<string, string>>;
  /** Root of the unpacked packages; undefined for what the system has itself. */
  readonly root?: string;
}

/**
 * Finds programs on PATH or in PostgreSQL's own folder; else takes Debian's package of that name with what it needs,
 * and unpacks it into the cache, for which nobody has to be root.
 *
 * @param options Further ones of apt-get, such as `--no-install-recommends`.
 * @throws Error with a sentence that says what to install.
 */
export async function findPrograms(
  names: readonly string[],
  debianPackage: string,
  options: readonly string[] = [],
): Promise<Programs> {
  const found = locate(names, [...systemFolders(), ...postgresFolders("/")]);
  if (found !== undefined) return { path: found, env: {} };
  try {
    const root = await unpacked(debianPackage, options);
    const inside = locate(names, [path.join(root, "usr/bin"), ...postgresFolders(root)]);
    if (inside === undefined) throw new Error(`the package ${debianPackage} holds no ${names.join(", ")}`);
    return { path: inside, env: { LD_LIBRARY_PATH: libraryFolders(root).join(":") }, root };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new Error(
      `this test needs ${names.join(", ")}: install them (on Debian and Ubuntu: apt-get install ${debianPackage}). They are not on PATH, and the package could not be had either: ${reason}`,
    );
  }
}

/** Copies unpacked programs to where another user can run them. */
export function copyPrograms(programs: Programs, folder: string): Programs {
  const { root } = programs;
  if (root === undefined) return programs;
  cpSync(root, folder, { recursive: true, verbatimSymlinks: true });
  const moved = (text: string): string => text.replaceAll(root, folder);
  return {
    path: (name) => moved(programs.path(name)),
    env: Object.fromEntries(Object.entries(programs.env).map(([name, value]) => [name, moved(value)])),
    root: folder,
  };
}

function locate(
  names: readonly string[],
  folders: readonly string[],
): ((name: string) => string) | undefined {
  const paths = new Map<string, string>();
  for (const name of names) {
    const folder = folders.find((candidate) => existsSync(path.join(candidate, name)));
    if (folder === undefined) return undefined;
    paths.set(name, path.join(folder, name));
  }
  return (name) => paths.get(name) ?? name;
}

function systemFolders(): string[] {
  return (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
}

/** Debian keeps the server's programs off PATH, one folder a major version; the newest comes first. */
function postgresFolders(root: string): string[] {
  const versions = path.join(root, "usr/lib/postgresql");
  if (!existsSync(versions)) return [];
  return readdirSync(versions)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => path.join(versions, version, "bin"));
}

function libraryFolders(root: string): string[] {
  const base = path.join(root, "usr/lib");
  const triplets = existsSync(base) ? readdirSync(base).filter((name) => name.includes("-linux-")) : [];
  return [...triplets.map((name) => path.join(base, name)), base];
}

async function unpacked(debianPackage: string, options: readonly string[]): Promise<string> {
  const key = `debian/${debianPackage}`;
  const cache = cacheDir();
  const root = path.join(cache, key);
  await install(
    {
      cache,
      key,
      title: `Debian's ${debianPackage}`,
      ready: (folder) => Promise.resolve(existsSync(path.join(folder, "usr"))),
      say: () => undefined,
    },
    async (folder) => {
      mkdirSync(folder, { recursive: true });
      const [names, lists] = await needed(debianPackage, path.join(folder, "apt"), options);
      await run("apt-get", [...lists, "download", "-qq", ...names], { cwd: folder, timeout: 240_000 });
      for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb"))) {
        await run("dpkg", ["-x", file, "."], { cwd: folder });
      }
    },
  );
  return root;
}

/**
 * Names of the packages that the system lacks, and the options that apt needs to know them. A new machine has no lists
 * of packages yet; they are then fetched into a folder of our own, for which nobody has to be root.
 */
async function needed(
  debianPackage: string,
  folder: string,
  more: readonly string[],
): Promise<[names: string[], options: string[]]> {
  const ask = async (options: string[]): Promise<string[]> => {
    const { stdout } = await run("apt-get", [
      ...options,
      ...more,
      "--print-uris",
      "-y",
      "-qq",
      "install",
      debianPackage,
    ]);
    // Each line has the file's name, which begins with the package's.
    return [...stdout.matchAll(/^'[^']*' ([^_\s]+)_\S+/gm)].map(([, name = ""]) => name);
  };
  try {
    return [await ask([]), []];
  } catch {
    const lists = path.join(folder, "lists");
    mkdirSync(path.join(lists, "partial"), { recursive: true });
    mkdirSync(path.join(folder, "cache", "archives", "partial"), { recursive: true });
    const options = ["-o", `Dir::State::lists=${lists}`, "-o", `Dir::Cache=${path.join(folder, "cache")}`];
    await run("apt-get", [...options, "update", "-qq"], { timeout: 240_000 });
    return [await ask(options), options];
  }
}
