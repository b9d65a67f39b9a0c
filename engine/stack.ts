import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import { z } from "zod";
import { CommandFailure, engineCommand, execute } from "./command";
import type { CommandOutput } from "./command";
import { CONFIRM } from "./data-loss";
import type { ApiServer } from "./reach";
import { recovered } from "./recovery";
import type { FoundTool, StackTarget } from "./types";

/** An operation that the engine was in the middle of when it was killed. */
export interface PendingOperation {
  readonly urn: string;
  /** `creating`, `updating`, `deleting`, … */
  readonly type: string;
}

/** A stack opened for operations. Opening touches neither the backend nor the user's selected stack. */
export interface OpenStack {
  readonly stack: Stack;
  /** Creates the stack in the backend, with the secrets provider that its stack file names. */
  create(): Promise<void>;
  /** What the state says that matters before it is changed; nothing for a stack that does not exist. */
  standing(): Promise<Standing>;
  /**
   * Takes creates that a killed engine was in the middle of into the state, where their inputs tell what to look for.
   *
   * @returns their URNs; whether they exist, the next refresh finds out.
   */
  recover(): Promise<readonly string[]>;
  /** Lifts the protection of every resource in the state; the next `up` puts it back. */
  unprotect(): Promise<void>;
  /** Stores that the stack's config lets be replaced or deleted. */
  confirmed(): Promise<readonly string[]>;
}

export interface Standing {
  /** What a killed engine left unfinished. */
  readonly pending: readonly PendingOperation[];
  /** URNs of protected resources. */
  readonly isProtected: readonly string[];
  /** API servers of the clusters that the stack made itself. */
  readonly apiServers: readonly ApiServer[];
}

const runsProgram = new Set(["preview", "up"]);

/** What the program threw, for the engine passes on no more than a text of it. */
export interface ProgramFailure {
  error?: unknown;
}

/**
 * Opens the stack of a target for the Automation API.
 *
 * `LocalWorkspace.createOrSelectStack` would run `pulumi stack select`, after which the user's own `pulumi up`
 * would act on another stack than before; every command of the API names its stack anyway.
 */
export async function openStack(
  target: StackTarget,
  engine: FoundTool,
  failure: ProgramFailure = {},
): Promise<OpenStack> {
  const workspace = await LocalWorkspace.create({
    workDir: target.workDir,
    envVars: { ...target.env },
    pulumiCommand: await engineCommand(engine, ([operation = ""]) => {
      // What goes wrong here goes wrong again when the engine asks for the program, and is told then.
      if (runsProgram.has(operation)) target.load?.().catch(() => undefined);
    }),
    program: async () => {
      try {
        return await target.program();
      } catch (error) {
        failure.error = error;
        throw error;
      }
    },
  });
  workspace.selectStack = () => Promise.resolve();
  const command = (...args: string[]): Promise<CommandOutput> =>
    execute(engine.path, [...args], { cwd: target.workDir, env: target.env });
  const stack = await Stack.select(target.stack, workspace);
  return {
    stack,
    async create() {
      const provider = await secretsProvider(target);
      const secrets = provider === undefined ? [] : ["--secrets-provider", provider];
      await command("stack", "init", target.stack, "--no-select", ...secrets);
    },
    async standing() {
      try {
        // Without `--show-secrets`: what is looked at is no secret, and the export goes through a pipe.
        const { stdout } = await command("stack", "export", "--stack", target.stack);
        return standingIn(stdout);
      } catch (error) {
        if (isStackMissing(error)) return { pending: [], isProtected: [], apiServers: [] };
        throw error;
      }
    },
    async recover() {
      // Secrets stay encrypted on their way out, through the file and back.
      const { stdout } = await command("stack", "export", "--stack", target.stack);
      const found = recovered(stdout);
      if (found === undefined) return [];
      const folder = await mkdtemp(path.join(tmpdir(), "slipway-state-"));
      try {
        const file = path.join(folder, "state.json");
        await writeFile(file, found.state, { mode: 0o600 });
        await command("stack", "import", "--stack", target.stack, "--file", file);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
      return found.urns;
    },
    async unprotect() {
      await command("state", "unprotect", "--all", "--yes", "--stack", target.stack);
    },
    async confirmed() {
      const { value } = (await stack.getAllConfig())[CONFIRM] ?? {};
      return z
        .array(z.string())
        .catch([])
        .parse(value === undefined ? [] : JSON.parse(value));
    },
  };
}

/** Whether a command failed because the backend has no such stack. */
export function isStackMissing(error: unknown): boolean {
  return error instanceof CommandFailure && /no stack named '.*' found/.test(error.output.stderr);
}

interface ExportedResource {
  readonly urn: string;
  readonly type?: string;
  readonly protect?: boolean;
  /** Was replaced, and is to be deleted. */
  readonly delete?: boolean;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

interface ExportedState {
  readonly deployment?: {
    readonly resources?: readonly ExportedResource[];
    readonly pending_operations?: readonly {
      readonly type: string;
      readonly resource: { readonly urn: string };
    }[];
  } | null;
}

function standingIn(state: string): Standing {
  const { resources = [], pending_operations: pending = [] } =
    (JSON.parse(state) as ExportedState).deployment ?? {};
  return {
    pending: pending.map(({ type, resource }) => ({ type, urn: resource.urn })),
    isProtected: resources.filter(({ protect }) => protect === true).map(({ urn }) => urn),
    apiServers: resources.flatMap(apiServerOf),
  };
}

function apiServerOf({ type, outputs = {}, ...resource }: ExportedResource): readonly ApiServer[] {
  const { name, endpoint } = outputs;
  if (type !== "aws:eks/cluster:Cluster" || resource.delete === true) return [];
  // A cluster that was being made when an engine was killed has no endpoint yet.
  return typeof name === "string" && typeof endpoint === "string" && URL.canParse(endpoint)
    ? [{ cluster: name, endpoint }]
    : [];
}

/** `stack init` looks at its flag alone, and would put a passphrase over the KMS key that the stack file names. */
async function secretsProvider({ workDir, stack }: StackTarget): Promise<string | undefined> {
  const text = await readFile(path.join(workDir, `Pulumi.${stack}.yaml`), "utf8").catch(() => "");
  return (parse(text) as { secretsprovider?: string } | null)?.secretsprovider;
}
