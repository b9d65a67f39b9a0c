import { parse, stringify } from "yaml";
import { SlipwayError } from "../common/problems";

/** A kubeconfig cut down to one context. */
export interface ChosenContext {
  readonly context: string;
  /** Text of a kubeconfig with that context, its cluster and its user alone. May hold credentials. */
  readonly kubeconfig: string;
}

interface Named {
  readonly name: string;
}

interface ContextEntry extends Named {
  readonly context: { readonly cluster: string; readonly user: string; readonly namespace?: string };
}

/**
 * Picks a context out of a kubeconfig. The rest is left out, so that credentials of other clusters get neither
 * into the state nor to a provider.
 *
 * @param context Name of the context; absent: the current one.
 * @throws SlipwayError when the text is no kubeconfig or has no such context; never quotes the text.
 */
export function chooseContext(kubeconfig: string, context: string | undefined): ChosenContext {
  const config = parsed(kubeconfig);
  const contexts = entries(config["contexts"]).filter(isContext);
  const names = contexts.map(({ name }) => name);
  const current = config["current-context"];
  const wanted = context ?? (typeof current === "string" && current !== "" ? current : undefined);
  const chosen = contexts.find(({ name }) => name === wanted);
  if (wanted === undefined || chosen === undefined) {
    throw new SlipwayError({
      what:
        wanted === undefined ? "the kubeconfig has no current context" : `there is no context "${wanted}"`,
      where: "kubeconfig",
      allowed: names.length === 0 ? "none exist" : names.join(", "),
      todo: "name one of them in slipway:cluster.context",
    });
  }
  const { cluster, user } = chosen.context;
  return {
    context: wanted,
    kubeconfig: stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [only(config, "clusters", cluster, wanted)],
      contexts: [chosen],
      "current-context": wanted,
      users: [only(config, "users", user, wanted)],
    }),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  let content: unknown;
  try {
    content = parse(text);
  } catch {
    // The parser's message quotes the line, which may hold a key.
    throw notKubeconfig("is not valid YAML");
  }
  if (content === null || typeof content !== "object" || !("contexts" in content)) {
    throw notKubeconfig("has no contexts");
  }
  return { ...content };
}

function only(config: Readonly<Record<string, unknown>>, list: string, name: string, context: string): Named {
  const found = entries(config[list]).find((entry) => entry.name === name);
  if (found === undefined)
    throw notKubeconfig(`names "${name}" in context "${context}" but has no such entry in ${list}`);
  return found;
}

function entries(list: unknown): readonly Named[] {
  if (!Array.isArray(list)) return [];
  return list.filter(
    (entry: unknown): entry is Named =>
      entry !== null && typeof entry === "object" && "name" in entry && typeof entry.name === "string",
  );
}

function isContext(entry: Named): entry is ContextEntry {
  const { context } = entry as Partial<ContextEntry>;
  return typeof context?.cluster === "string" && typeof context.user === "string";
}

function notKubeconfig(what: string): SlipwayError {
  return new SlipwayError({
    what: `the kubeconfig ${what}`,
    where: "kubeconfig",
    todo: "set KUBECONFIG to a file that kubectl can read",
  });
}
