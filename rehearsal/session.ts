import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { nearest } from "../components/common/nearest";
import { SlipwayError } from "../components/common/problems";
import { openStack } from "../engine/stack";
import type { FoundTool } from "../engine/types";
import { imagesOfAll } from "../infra/images";
import { parseSettings } from "../infra/settings";
import type { Settings } from "../infra/settings";
import { findSystem } from "../infra/systems";
import type { OfficialPlugin } from "./plugins";
import { withGenerated, withoutValues } from "./secrets";
import type { GeneratedSecret, StackConfig } from "./secrets";

export type { GeneratedSecret, StackConfig } from "./secrets";

/** Start of the name of each session's folder, in the folder for temporary files. */
export const sessionPrefix = "slipway-rehearsal-";

/** A folder of its own for one rehearsal: state, plugins' home, simulated account, and a copy of the config. */
export interface Session {
  readonly folder: string;
  /** The config as the session's own stack file has it; secrets are blank until {@link seal}, then encrypted. */
  readonly config: StackConfig;
  /** Config values that were secret, with generated ones in their place. */
  readonly secrets: readonly GeneratedSecret[];
  /** Environment of the engine: its own backend, home and passphrase; never the user's. */
  readonly env: Readonly<Record<string, string>>;
  /** Images that have no digest in the stack's config and got one made up. */
  readonly standInImages: readonly string[];
  /** Makes the stack in the session's backend, and has the engine encrypt the generated secrets. */
  seal(engine: FoundTool): Promise<void>;
  /** Writes config into the session's own stack file; what the engine keeps there beside it, such as its salt, stays. */
  write(config: StackConfig): Promise<void>;
  remove(): Promise<void>;
}

export interface SessionOptions {
  readonly root: string;
  readonly stack: string;
  /** Config values that the rehearsal sets over the stack's own, by full key. */
  readonly overrides: (config: StackConfig) => StackConfig;
  /** Folders of official plugins to use, by provider name. */
  readonly plugins: readonly OfficialPlugin[];
  /** Whether the state is written after every step, so that it tells the truth even when the engine is killed. */
  readonly checkpoints: boolean;
}

/**
 * Copies the config of a stack into a temporary folder. Nothing is ever written into the checkout.
 *
 * @throws SlipwayError when the stack has no file, naming those that exist, or its config is not what the program takes.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { root, stack, plugins, checkpoints } = options;
  const { config: open, secrets } = withGenerated(await stackConfig(root, stack));
  const { config: whole, standInImages } = withImages(options.overrides(open), settingsOf(stack, open));
  let config = withoutValues(whole, secrets);
  const project = parse(await readFile(path.join(root, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;

  const folder = await mkdtemp(path.join(tmpdir(), sessionPrefix));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const stackFile = path.join(folder, `Pulumi.${stack}.yaml`);
  const written = async (): Promise<Record<string, unknown>> =>
    (parse(await readFile(stackFile, "utf8")) as Record<string, unknown> | null) ?? {};
  try {
    await mkdir(path.join(folder, "state"));
    const own = plugins.map(({ name, folder: at }) => ({ name, path: at }));
    const projectFile = {
      ...project,
      main: path.join(root, "infra"),
      ...(own.length === 0 ? {} : { plugins: { providers: own } }),
    };
    await writeFile(path.join(folder, "Pulumi.yaml"), stringify(projectFile));
    await writeFile(stackFile, stringify({ config }));
  } catch (error) {
    await remove();
    throw error;
  }

  const env = {
    PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
    PULUMI_HOME: path.join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("hex"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // The state dies with the embedded cluster, so there is nothing to lose by writing it at the end only.
    ...(checkpoints ? {} : { PULUMI_SKIP_CHECKPOINTS: "true" }),
  };
  return {
    folder,
    get config() {
      return config;
    },
    secrets,
    standInImages,
    env,
    async seal(engine) {
      const program = (): Promise<void> => Promise.resolve();
      const target = { stack, project: String(project["name"]), workDir: folder, program, env };
      const opened = await openStack(target, engine);
      await opened.create();
      if (secrets.length === 0) return;
      const values = secrets.map(({ path: at, value }) => [at, { value, secret: true }]);
      await opened.stack.setAllConfig(Object.fromEntries(values) as Record<string, { value: string }>, true);
      config = (await written())["config"] as StackConfig;
    },
    async write(next) {
      await writeFile(stackFile, stringify({ ...(await written()), config: next }));
      config = next;
    },
    remove,
  };
}

async function stackConfig(root: string, stack: string): Promise<StackConfig> {
  const where = `Pulumi.${stack}.yaml`;
  const text = await readFile(path.join(root, where), "utf8").catch(async (): Promise<never> => {
    const stacks = await stacksOf(root);
    throw new SlipwayError({
      what: `there is no stack "${stack}"${nearest(stack, stacks)}`,
      where,
      allowed: stacks.join(", "),
      todo: "name one of them, or add its file",
    });
  });
  try {
    return (parse(text) as { config?: StackConfig } | null)?.config ?? {};
  } catch (error) {
    // The first line only: the parser goes on with a drawing of the place, and that may hold a secret.
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new SlipwayError({
      what: `the stack file is not valid YAML: ${reason.replace(/:$/, "")}`,
      where,
      todo: "correct it",
    });
  }
}

/** What the program itself makes of the config, or refuses, before anything is started for it. */
function settingsOf(stack: string, config: StackConfig): Settings {
  const texts = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  return parseSettings(stack, texts, texts["aws:region"]);
}

/** Names of the stacks that have a file in this folder. */
export async function stacksOf(root: string): Promise<string[]> {
  const files = await readdir(root).catch(() => []);
  return files.flatMap((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1] ?? []).sort();
}

/** A release writes the digests of a system's images; before the first one, the rehearsal makes them up. */
function withImages(
  config: StackConfig,
  { stage, systems, images }: Settings,
): { config: StackConfig; standInImages: string[] } {
  if (stage.referenceImages) return { config, standInImages: [] };
  const standInImages = imagesOfAll(systems.map(findSystem))
    .filter((image) => !Object.hasOwn(images, image))
    .sort();
  const madeUp = standInImages.map((image) => [
    image,
    `sha256:${createHash("sha256").update(`rehearsal of ${image}`).digest("hex")}`,
  ]);
  const all = { ...images, ...(Object.fromEntries(madeUp) as Record<string, string>) };
  return { config: { ...config, "slipway:images": all }, standInImages };
}
