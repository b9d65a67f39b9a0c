import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { silent } from "../../../engine/progress";
import { ensureTool } from "../../../engine/tools";
import type { FoundTool, StackTarget } from "../../../engine/types";
import { temporaryFolder } from "../../support/temporary";

/** A folder with a project, a state backend and a plugin home of its own. */
export interface Scratch {
  readonly folder: string;
  readonly engine: FoundTool;
  target(program: StackTarget["program"], more?: Partial<StackTarget>): StackTarget;
  /** Names of the lock files of the stack. */
  readonly locks: string;
  remove(): Promise<void>;
}

export async function scratch(): Promise<Scratch> {
  const engine = await ensureTool("pulumi", silent);
  const folder = temporaryFolder();
  await mkdir(path.join(folder, "state"));
  await writeFile(path.join(folder, "Pulumi.yaml"), "name: demo\nruntime: nodejs\n");
  return {
    folder,
    engine,
    locks: path.join(folder, "state", ".pulumi", "locks", "organization", "demo", "dev"),
    target: (program, more = {}) => ({
      stack: "dev",
      project: "demo",
      workDir: folder,
      program,
      env: {
        PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
        PULUMI_HOME: path.join(folder, "home"),
        PULUMI_CONFIG_PASSPHRASE: "a passphrase of the test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      },
      ...more,
    }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A component without any child: what the engine can create without a provider. */
export class Box extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions, module = "network") {
    super(`slipway:${module}:Box`, name, {}, opts);
    this.registerOutputs({});
  }
}

/**
 * Writes a policy pack of one mandatory rule, against the name `forbidden`, one advisory, against `poor`, and one that
 * can mend a box named `careless`.
 */
export async function writePack(folder: string): Promise<string> {
  const pack = path.join(folder, "it's a pack, really");
  await mkdir(pack, { recursive: true });
  const sdk = require.resolve("@pulumi/policy");
  await writeFile(path.join(pack, "package.json"), '{"name": "test-pack", "version": "1.2.3"}');
  await writeFile(
    path.join(pack, "index.ts"),
    `import { PolicyPack } from ${JSON.stringify(sdk)};
new PolicyPack("test-pack", {
  policies: [
    {
      name: "test-no-forbidden",
      description: "No box is named forbidden.",
      enforcementLevel: "mandatory",
      validateResource: (args, report) => {
        if (args.name.startsWith("forbidden")) report("it is named forbidden; give it another name");
      },
    },
    {
      name: "test-no-poor",
      description: "Names are good",
      enforcementLevel: "advisory",
      validateResource: (args, report) => {
        if (args.name === "poor") report("poor is a poor name");
      },
    },
    {
      name: "test-mend",
      description: "Boxes are careful.",
      enforcementLevel: "mandatory",
      severity: "high",
      remediateResource: (args) => (args.name === "careless" ? { ...args.props, careful: true } : undefined),
      validateResource: (args, report) => {
        if (args.name === "careless" && args.props.careful !== true) report("it is careless; make it careful");
      },
    },
  ],
});
`,
  );
  return pack;
}
