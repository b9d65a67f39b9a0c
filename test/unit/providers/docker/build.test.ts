import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Engine, folderOf, image, NAME, sound } from "./harness";

const ID = `sha256:${"a".repeat(64)}`;

/** Runs with a PATH on which `docker` is this script and nothing else of that name. */
async function withDocker(script: string | undefined, run: (folder: string) => Promise<void>): Promise<void> {
  const folder = folderOf({
    ...sound,
    ...(script === undefined ? {} : { "bin/docker*": `#!/bin/sh\n${script}` }),
  });
  const before = process.env["PATH"];
  process.env["PATH"] =
    script === undefined
      ? path.join(folder, "nothing")
      : `${path.join(folder, "bin")}${path.delimiter}${before ?? ""}`;
  try {
    await run(folder);
  } finally {
    process.env["PATH"] = before;
  }
}

describe("images built for real", () => {
  it("get the digest of the image that docker made, from what the resource says", async () => {
    const script = `
[ "$1" = version ] && exit 0
echo "$@" > "$(dirname "$0")/asked"
while [ $# -gt 0 ]; do [ "$1" = --iidfile ] && printf '%s' '${ID}' > "$2"; shift; done`;
    await withDocker(script, async (folder) => {
      const engine = await Engine.start(folder, { mode: "build" });
      const { outputs } = await engine.create({
        ...image,
        build: { context: "app", args: { A: "1" }, platform: "linux/arm64" },
      });
      assert.equal(outputs["repoDigest"], `registry.example.com/team/app@${ID}`);
      const asked = fs.readFileSync(path.join(folder, "bin/asked"), "utf8").trim();
      const app = path.join(folder, "app");
      assert.equal(
        asked.replace(/--iidfile \S+/, "--iidfile FILE"),
        `build --file ${app}/Dockerfile --tag ${NAME} --platform linux/arm64 --iidfile FILE --build-arg A=1 ${app}`,
      );
    });
  });

  it("are refused in one sentence where docker is not installed", async () => {
    await withDocker(undefined, async (folder) => {
      const engine = await Engine.start(folder, { mode: "build" });
      await assert.rejects(
        engine.create(image),
        /^SlipwayError: --images build: no Docker daemon answers; start Docker, or leave --images build out/,
      );
    });
  });

  it("are refused in one sentence where no daemon answers", async () => {
    await withDocker("echo 'Cannot connect' >&2; exit 1", async (folder) => {
      const engine = await Engine.start(folder, { mode: "build" });
      await assert.rejects(engine.create(image), /no Docker daemon answers/);
    });
  });

  it("fail with the last line of the build", async () => {
    await withDocker(
      '[ "$1" = version ] && exit 0\necho first >&2\necho "exit code: 3" >&2\nexit 1',
      async (folder) => {
        const engine = await Engine.start(folder, { mode: "build" });
        await assert.rejects(engine.create(image), /docker build failed: exit code: 3/);
      },
    );
  });
});
