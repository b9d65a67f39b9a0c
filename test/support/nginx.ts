import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { SlipwayError } from "../../components/common/problems";
import { cacheDir, install } from "../../engine/tools/cache";
import { runChild } from "../../engine/tools/child";
import { isExecutable, pathFolders } from "../../engine/tools/find";

/** Debian's and Ubuntu's packages that may hold the program; which one does depends on the release. */
const packages = ["nginx", "nginx-core"];
/** Milliseconds that one download may take. */
const limit = 240_000;

/**
 * Path of an nginx: the one on PATH, else that of the system's package, which is unpacked into the cache without being
 * installed, so that nothing of the machine changes and nobody has to be root.
 *
 * @throws SlipwayError with what to install when neither can be had.
 */
export async function ensureNginx(env: Readonly<NodeJS.ProcessEnv> = process.env): Promise<string> {
  for (const folder of [...pathFolders(env), "/usr/sbin"]) {
    const file = path.join(folder, "nginx");
    if (await isExecutable(file)) return file;
  }
  const cache = cacheDir(env);
  const key = `test/nginx-${process.arch}`;
  const file = path.join(cache, key, "usr/sbin/nginx");
  await install(
    {
      cache,
      key,
      title: "nginx for the tests",
      ready: () => isExecutable(file),
      say: (line) => process.stderr.write(`${line}\n`),
    },
    (folder) => unpack(folder, { ...env, LC_ALL: "C" }),
  );
  return file;
}

async function unpack(folder: string, env: Readonly<NodeJS.ProcessEnv>): Promise<void> {
  const program = path.join(folder, "usr/sbin/nginx");
  const apt = path.join(folder, "apt");
  // The system's own lists may be missing or old, and only root may renew them.
  const ownLists = ["-o", `Dir::State::lists=${apt}/lists`, "-o", `Dir::Cache=${apt}/cache`];
  // As root it would fetch as another user, who may not write here.
  const aptGet = ["apt-get", "-o", "APT::Sandbox::User=root"];
  let problem = "";
  /** Whether the command went well; if not, its last line is kept. */
  const run = async ([command = "", ...args]: readonly string[]): Promise<boolean> => {
    const { code, stderr } = await runChild(command, args, { env, cwd: folder, limit });
    if (code !== 0) problem = stderr.trim().split("\n").at(-1) ?? "";
    return code === 0;
  };
  for (const lists of [[], ownLists]) {
    if (lists === ownLists) {
      for (const part of ["lists/partial", "cache/archives/partial"])
        await mkdir(path.join(apt, part), { recursive: true });
      await run([...aptGet, ...lists, "update"]);
    }
    for (const name of packages) {
      if (!(await run([...aptGet, ...lists, "download", name]))) continue;
      const archives = (await readdir(folder)).filter((entry) => entry.endsWith(".deb"));
      for (const archive of archives) await run(["dpkg-deb", "-x", archive, folder]);
      if ((await isExecutable(program)) && (await run([program, "-v"]))) {
        for (const left of [...archives, "apt"])
          await rm(path.join(folder, left), { recursive: true, force: true });
        return;
      }
    }
  }
  throw new SlipwayError({
    what: `nginx is not on PATH, and its package cannot be had: ${problem}`,
    where: "tests of images/frontend",
    todo: "install nginx 1.22 or newer (apt-get install nginx, or brew install nginx) and run the tests again",
  });
}
