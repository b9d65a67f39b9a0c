import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { SlipwayError } from "../../../components/common/problems";
import type { BuildContext } from "./context";

/** What is built, besides the files. */
export interface BuildSettings {
  readonly image: string;
  readonly args: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly target: string | undefined;
}

/** `hash`: no image is made, its digest stands for the content. `build`: `docker build` makes it. */
export type BuildMode = "hash" | "build";

/** Ten minutes: a build that installs packages is slow, one that hangs must end. */
const BUILD_MILLISECONDS = 600_000;
const PROBE_MILLISECONDS = 20_000;

/**
 * The digest of an image: of what it is made from, or of the image that the daemon made. Nothing is pushed.
 *
 * @returns `sha256:…`
 * @throws SlipwayError when no daemon answers, or the build fails.
 */
export async function digestOf(
  mode: BuildMode,
  context: BuildContext,
  settings: BuildSettings,
): Promise<string> {
  if (mode === "build") return build(context, settings);
  const args = Object.entries(settings.args).sort(([a], [b]) => (a < b ? -1 : 1));
  const content = JSON.stringify([context.digest, args, settings.platform, settings.target ?? ""]);
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

async function build(
  context: BuildContext,
  { image, args, platform, target }: BuildSettings,
): Promise<string> {
  const probe = await run(["version", "--format", "{{.Server.Version}}"], PROBE_MILLISECONDS);
  if (probe.code !== 0) {
    throw new SlipwayError({
      what: "no Docker daemon answers",
      where: "--images build",
      todo: "start Docker, or leave --images build out, then the build context is only checked and hashed",
    });
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "slipway-image-"));
  try {
    const idFile = path.join(folder, "id");
    const built = await run(
      [
        ...[
          "build",
          "--file",
          context.dockerfile,
          "--tag",
          image,
          "--platform",
          platform,
          "--iidfile",
          idFile,
        ],
        ...Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
        ...(target === undefined ? [] : ["--target", target]),
        context.folder,
      ],
      BUILD_MILLISECONDS,
    );
    const id = fs.existsSync(idFile) ? fs.readFileSync(idFile, "utf8").trim() : "";
    if (built.code === 0 && /^sha256:[0-9a-f]{64}$/.test(id)) return id;
    const last = built.errors.trim().split("\n").at(-1) ?? "";
    throw new SlipwayError({
      what: `docker build failed: ${last}`,
      where: context.dockerfile,
      todo: "build it by hand to see all of it",
    });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function run(
  args: readonly string[],
  timeout: number,
): Promise<{ readonly code: number; readonly errors: string }> {
  return new Promise((resolve) => {
    const child = spawn("docker", args, { stdio: ["ignore", "ignore", "pipe"], timeout });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.on("error", () => resolve({ code: -1, errors }));
    child.on("close", (code) => resolve({ code: code ?? -1, errors }));
  });
}
