import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Origins } from "../../../engine/tools/catalogue";
import type { ToolContext } from "../../../engine/tools/context";
import { toolContext } from "../../../engine/tools/context";
import type { Progress } from "../../../engine/progress";
import { temporaryFolder } from "../../support/temporary";

/** A temporary machine: a folder on PATH, a cache, and release sites that do not answer unless a test gives some. */
export interface Machine {
  readonly root: string;
  readonly bin: string;
  readonly cache: string;
  /** Writes an executable shell script into a folder, `bin` by default, and tells its path. */
  script(name: string, body: string, folder?: string): string;
  context(options?: Partial<ToolContext>): ToolContext;
  read(name: string): string;
  remove(): void;
}

/** Nothing listens there: port 9 is the discard service, which no system starts any more. */
export const closed = "http://127.0.0.1:9";

export function sites(base: string): Origins {
  return { kubernetes: base, github: base, githubApi: base, githubRaw: base, pulumi: base };
}

export function machine(): Machine {
  const root = temporaryFolder("slipway tools ");
  const bin = path.join(root, "bin");
  const cache = path.join(root, "cache");
  mkdirSync(bin);
  return {
    root,
    bin,
    cache,
    script(name, body, folder = bin) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, `#!/bin/sh\nPATH=/usr/local/bin:/usr/bin:/bin\nROOT='${root}'\n${body}\n`);
      chmodSync(file, 0o755);
      return file;
    },
    context: (options = {}) =>
      toolContext({
        cache,
        env: { PATH: bin, HOME: root },
        platform: { os: "linux", arch: "amd64" },
        origins: sites(closed),
        goFolders: [],
        ...options,
      }),
    read: (name) => readFileSync(path.join(root, name), "utf8"),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/**
 * A shell script that acts as `go`. `build` is run with the target file in `$out`; what it was called with is
 * written to `go.log` in the machine's root, one call a line.
 */
export function fakeGo(build: string, version = "1.26.8"): string {
  return `
case "$1" in
  env) echo go${version}; echo '-mod=vendor -tags=netgo'; exit 0 ;;
esac
echo "$* | GOFLAGS=$GOFLAGS GOWORK=$GOWORK CGO=$CGO_ENABLED TOOLCHAIN=$GOTOOLCHAIN DIR=$PWD" >> "$ROOT/go.log"
while [ $# -gt 0 ]; do
  if [ "$1" = -o ]; then out="$2"; fi
  shift
done
${build}`;
}

/** Shell commands that write, to the file in `$out`, a tool that says that version. */
export function writesTool(saying: string): string {
  return `printf '#!/bin/sh\\necho "${saying}"\\n' > "$out"; chmod 755 "$out"`;
}

/** Runs `work` with a server on the loopback, and closes it. */
export async function withServer<T>(
  listener: RequestListener,
  work: (base: string) => Promise<T>,
): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Keeps what was shown. */
export function recording(): Progress & { readonly titles: string[]; readonly said: string[] } {
  const titles: string[] = [];
  const said: string[] = [];
  return {
    titles,
    said,
    step(title, work) {
      titles.push(title);
      return work((line) => said.push(line));
    },
    note: (line) => said.push(line),
  };
}
