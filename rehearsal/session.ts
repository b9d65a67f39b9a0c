import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { nearest } from "../components/common/nearest";
import { SlipwayError } from "../components/common/problems";
import type { OfficialPlugin } from "./plugins";
import { findSystem } from "../infra/systems";

/** Config as a stack file holds it; a value may be `{ secure: "v1:…" }` at any depth. */
export type StackConfig = Record<string, unknown>;

/** A folder of its own for one rehearsal: state, plugins' home, simulated account, and a copy of the config. */
export interface Session {
  readonly folder: string;
  readonly config: StackConfig;
  /** Full paths of config values that were secret, with generated ones in their place. */
  readonly secrets: readonly { readonly path: string; readonly value: string }[];
  /** Environment of the engine: its own backend, home and passphrase; never the user's. */
  readonly env: Readonly<Record<string, string>>;
  /** Images that have no digest in the stack's config and got one made up. */
  readonly standInImages: readonly string[];
  /** Writes the stack's config into the session's own stack file. */
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
}

/**
 * Copies the config of a stack into a temporary folder. Nothing is ever written into the checkout.
 *
 * @throws SlipwayError when the stack has no file, naming those that exist.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { root, stack } = options;
  const stackFile = path.join(root, `Pulumi.${stack}.yaml`);
  const text = await readFile(stackFile, "utf8").catch(async (): Promise<never> => {
    const stacks = await stacksOf(root);
    throw new SlipwayError({
      what: `there is no stack "${stack}"${nearest(stack, stacks)}`,
      where: `Pulumi.${stack}.yaml`,
      allowed: stacks.join(", "),
      todo: "name one of them, or add its file",
    });
  });
  const original: StackConfig = (parse(text) as { config?: StackConfig } | null)?.config ?? {};
  const secrets: { path: string; value: string }[] = [];
  const open = withoutSecrets(original, [], secrets) as StackConfig;
  const { config, standInImages } = withImages(options.overrides(open));

  const folder = await mkdtemp(path.join(tmpdir(), "slipway-rehearsal-"));
  await mkdir(path.join(folder, "state"));
  const project = parse(await readFile(path.join(root, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;
  const plugins =
    options.plugins.length === 0
      ? {}
      : { plugins: { providers: options.plugins.map(({ name, folder }) => ({ name, path: folder })) } };
  await writeFile(
    path.join(folder, "Pulumi.yaml"),
    stringify({ ...project, main: path.join(root, "infra"), ...plugins }),
  );
  const write = (next: StackConfig): Promise<void> =>
    writeFile(path.join(folder, `Pulumi.${stack}.yaml`), stringify({ config: next }));
  await write(config);
  return {
    folder,
    config,
    secrets,
    standInImages,
    env: {
      PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
      PULUMI_HOME: path.join(folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("hex"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // The state of a rehearsal dies with its folder, so there is nothing to lose by writing it at the end only.
      PULUMI_SKIP_CHECKPOINTS: "true",
    },
    write,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Names of the stacks that have a file in this folder. */
export async function stacksOf(root: string): Promise<string[]> {
  const files = await readdir(root).catch(() => []);
  return files.flatMap((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1] ?? []).sort();
}

/** Puts a generated value of the same shape in the place of each secret one, for the real one must not be opened. */
function withoutSecrets(
  value: unknown,
  at: readonly string[],
  found: { path: string; value: string }[],
): unknown {
  if (Array.isArray(value))
    return (value as unknown[]).map((item, index) => withoutSecrets(item, [...at, String(index)], found));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const secure: unknown = entries.length === 1 && entries[0]?.[0] === "secure" ? entries[0][1] : undefined;
  if (typeof secure === "string") {
    const generated = randomBytes(16).toString("hex");
    found.push({ path: at.join("."), value: generated });
    return generated;
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutSecrets(inner, [...at, key], found)]));
}

/** A release writes the digests of a system's images; before the first one, the rehearsal makes them up. */
function withImages(config: StackConfig): { config: StackConfig; standInImages: string[] } {
  if (config["slipway:stage"] === "local") return { config, standInImages: [] };
  const named = (config["slipway:systems"] ?? ["daira"]) as readonly string[];
  const images = (config["slipway:images"] ?? {}) as Record<string, string>;
  const wanted = named.flatMap((name) =>
    Object.values(findSystem(name).services).map((service) => service.image),
  );
  const standInImages = [...new Set(wanted)].filter((image) => !(image in images)).sort();
  const madeUp = standInImages.map((image) => [
    image,
    `sha256:${createHash("sha256").update(`rehearsal of ${image}`).digest("hex")}`,
  ]);
  return {
    config: {
      ...config,
      "slipway:images": { ...images, ...(Object.fromEntries(madeUp) as Record<string, string>) },
    },
    standInImages,
  };
}
