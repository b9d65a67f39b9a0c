import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { nearest } from "../components/common/nearest";
import { UsageError } from "./outcome";

/** Folder of the repository: Pulumi.yaml and the stack files. */
export const repository = path.resolve(__dirname, "..");

/** Names of the stacks that have a file `Pulumi.<stack>.yaml` in `folder`, in order of name. */
export async function stacksIn(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(() => []);
  return files.flatMap((file) => /^Pulumi\.([\w.-]+)\.ya?ml$/.exec(file)?.[1] ?? []).sort();
}

/**
 * The stack that a command is to act on.
 *
 * @throws UsageError that lists the stacks when none is named, or one that has no file.
 */
export async function chosenStack(folder: string, name: string | undefined): Promise<string> {
  const stacks = await stacksIn(folder);
  const allowed = stacks.length === 0 ? "none: there is no Pulumi.<stack>.yaml" : stacks.join(", ");
  if (name === undefined) {
    throw new UsageError({
      what: "no stack is named",
      where: "--stack",
      allowed,
      todo: "add `--stack <name>`",
    });
  }
  if (!stacks.includes(name)) {
    throw new UsageError({
      what: `there is no stack "${name}"${nearest(name, stacks)}`,
      where: "--stack",
      allowed,
      todo: `name one of them, or add Pulumi.${name}.yaml`,
    });
  }
  return name;
}

/** The stage that a stack's file names; undefined where it names none, which is for the engine and the program to say. */
export async function stageOf(folder: string, stack: string): Promise<string | undefined> {
  for (const ending of ["yaml", "yml"]) {
    const text = await readFile(path.join(folder, `Pulumi.${stack}.${ending}`), "utf8").catch(
      () => undefined,
    );
    if (text === undefined) continue;
    try {
      const { config } = (parse(text) ?? {}) as {
        readonly config?: Readonly<Record<string, unknown>> | null;
      };
      const stage = config?.["slipway:stage"];
      return typeof stage === "string" ? stage : undefined;
    } catch {
      return undefined;
    }
  }
  return undefined;
}
