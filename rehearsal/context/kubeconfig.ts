import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { chooseContext } from "../../components/cluster/contexts";
import { nearest } from "../../components/common/nearest";
import { SlipwayError } from "../../components/common/problems";

type Environment = Readonly<Record<string, string | undefined>>;
type Fields = Readonly<Record<string, unknown>>;
interface Entry extends Fields {
  readonly name: string;
}

/** Fields that hold the path of a file, which counts from the folder of the kubeconfig. */
const fileFields = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];
const lists = ["clusters", "contexts", "users"] as const;

/**
 * One context out of the user's own kubeconfig files, as kubectl merges them: of two entries with one name the first
 * counts, and a file that KUBECONFIG names and that is not there is left out.
 *
 * @returns text of a kubeconfig with that context alone; its paths are absolute. May hold credentials.
 * @throws SlipwayError when there is no file, one is no kubeconfig, or none has the context; never quotes a file.
 */
export function userKubeconfig(context: string, env: Environment): string {
  const merged: Record<(typeof lists)[number], Entry[]> = { clusters: [], contexts: [], users: [] };
  for (const file of kubeconfigFiles(context, env)) {
    const content = contentOf(context, file);
    for (const list of lists) {
      const known = new Set(merged[list].map(({ name }) => name));
      const found = entriesOf(content[list]).filter(({ name }) => !known.has(name));
      merged[list].push(...found.map((entry) => absolute(entry, path.dirname(file))));
    }
  }
  const names = merged.contexts.map(({ name }) => name);
  if (!names.includes(context)) {
    throw new SlipwayError({
      what: `there is no context "${context}"${nearest(context, names)} in your kubeconfig`,
      where: "--context",
      allowed: names.length === 0 ? "none: it has no contexts" : names.join(", "),
      todo: "name one of them, or leave `--context` out to use an embedded control plane",
    });
  }
  try {
    return chooseContext(stringify(merged), context).kubeconfig;
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    throw new SlipwayError({ ...error.problem, where: `--context ${context}` });
  }
}

function kubeconfigFiles(context: string, env: Environment): readonly string[] {
  const named = (env["KUBECONFIG"] ?? "").split(path.delimiter).filter((file) => file !== "");
  const files = named.length > 0 ? named : [path.join(env["HOME"] ?? homedir(), ".kube", "config")];
  const present = files.filter((file) => existsSync(file)).map((file) => path.resolve(file));
  if (present.length > 0) return present;
  throw new SlipwayError({
    what:
      named.length === 0
        ? `KUBECONFIG is not set and there is no ~/.kube/config, so there is no context "${context}"`
        : `KUBECONFIG names ${named.join(" and ")}, which ${named.length === 1 ? "does" : "do"} not exist`,
    where: "--context",
    allowed: "a kubeconfig of a cluster that you have",
    todo: "set KUBECONFIG, or leave `--context` out to use an embedded control plane",
  });
}

function contentOf(context: string, file: string): Fields {
  let content: unknown;
  try {
    content = parse(readFileSync(file, "utf8"));
  } catch {
    // The parser's message quotes the line, which may hold a key.
    content = undefined;
  }
  if (typeof content === "object" && content !== null && !Array.isArray(content)) return content as Fields;
  throw new SlipwayError({
    what: `${file} cannot be read as a kubeconfig`,
    where: `--context ${context}`,
    allowed: "a file that kubectl can read",
    todo: "correct it, or take it out of KUBECONFIG",
  });
}

function entriesOf(list: unknown): readonly Entry[] {
  if (!Array.isArray(list)) return [];
  return (list as unknown[]).filter(
    (entry): entry is Entry => typeof entry === "object" && entry !== null && "name" in entry,
  );
}

/** An entry whose relative paths are made absolute, for it moves to another file. */
function absolute(entry: Entry, folder: string): Entry {
  const fields = Object.entries(entry).map(([key, value]) => [key, resolved(key, value, folder)]);
  return { ...(Object.fromEntries(fields) as Fields), name: entry.name };
}

function resolved(key: string, value: unknown, folder: string): unknown {
  if (typeof value === "string" && value !== "" && isPath(key, value)) return path.resolve(folder, value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, resolved(name, inner, folder)]),
  );
}

/** The command of a login plugin is looked for on PATH unless it has a slash. */
function isPath(key: string, value: string): boolean {
  return fileFields.includes(key) || (key === "command" && value.includes("/"));
}
