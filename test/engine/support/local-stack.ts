import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parse, stringify } from "yaml";
import { silent } from "../../../engine/progress";
import { ensureTool } from "../../../engine/tools";
import type { FoundTool, StackTarget } from "../../../engine/types";
import { temporaryFolder } from "../../support/temporary";

const root = path.resolve(__dirname, "..", "..", "..");

/** The repository's own stack `local` in a folder, a backend and a home of its own. */
export interface LocalStack {
  /** Folder of everything: project, state, history and home. */
  readonly base: string;
  readonly folder: string;
  readonly engine: FoundTool;
  /** Environment of `slipway`, with providers served by the test. */
  env(kubeconfig: string, providers: string): Record<string, string>;
  /** For looking at the stack; its program makes nothing. */
  readonly target: StackTarget;
  /** Folder of the stack's lock files. */
  readonly locks: string;
  stateText(): Promise<string>;
  remove(): Promise<void>;
}

interface Content {
  readonly config: Readonly<Record<string, unknown>>;
}

/** Copies Pulumi.yaml and Pulumi.local.yaml, with the add-ons provided: their controllers would be pods. */
export async function localStack(): Promise<LocalStack> {
  const engine = await ensureTool("pulumi", silent);
  const base = temporaryFolder("slipway-local-test-");
  const folder = path.join(base, "stack");
  const state = path.join(base, "state");
  for (const made of [folder, state]) await mkdir(made);
  const copied = async (name: string, change: (content: Content) => object): Promise<void> => {
    const content = parse(await readFile(path.join(root, name), "utf8")) as Content;
    await writeFile(path.join(folder, name), stringify(change(content)));
  };
  await copied("Pulumi.yaml", (project) => ({ ...project, main: path.join(root, "infra") }));
  await copied("Pulumi.local.yaml", ({ config }) => ({
    config: { ...config, "slipway:addons": "provided" },
  }));
  const env = {
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_HOME: path.join(base, "home"),
    PULUMI_CONFIG_PASSPHRASE: "a passphrase of the test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  return {
    base,
    folder,
    engine,
    env: (kubeconfig, providers) => ({ ...env, KUBECONFIG: kubeconfig, PULUMI_DEBUG_PROVIDERS: providers }),
    target: { stack: "local", project: "slipway", workDir: folder, program: () => Promise.resolve(), env },
    locks: path.join(state, ".pulumi", "locks", "organization", "slipway", "local"),
    stateText: () => readFile(path.join(state, ".pulumi", "stacks", "slipway", "local.json"), "utf8"),
    remove: () => rm(base, { recursive: true, force: true }),
  };
}
