import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import type { Kubeconfig } from "../../kube/client";
import type { Json, Props } from "../part";
import { UNKNOWN } from "../part";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The arguments of `new kubernetes.Provider(...)`, as far as they change what the stand-in does. */
export interface Settings {
  readonly kubeconfig: Kubeconfig;
  readonly context: string | undefined;
  /** For objects of a namespaced kind that name none; undefined: the kubeconfig's. */
  readonly namespace: string | undefined;
  readonly configMapsMutable: boolean;
  readonly secretsMutable: boolean;
  /** Take over an object that exists already, rather than fail. */
  readonly upsert: boolean;
  /** Take over fields that somebody else manages, rather than fail with a conflict. */
  readonly patchForce: boolean;
  /** Count objects as gone when the cluster cannot be reached. */
  readonly deleteUnreachable: boolean;
}

/** Taken without effect: they tune or silence what the stand-in does not have, or are read by `diffConfig` alone. */
const withoutEffect = [
  "clusterIdentifier",
  "helmReleaseSettings",
  "kubeClientSettings",
  "skipUpdateUnreachable",
  "suppressDeprecationWarnings",
  "suppressHelmHookWarnings",
];
const withEffect = [
  "cluster",
  "context",
  "deleteUnreachable",
  "enableConfigMapMutable",
  "enablePatchForce",
  "enableSecretMutable",
  "enableServerSideApply",
  "kubeconfig",
  "namespace",
  "upsertExistingObjects",
];

/** @throws Error for an argument that is not known or not modelled, and for a kubeconfig that cannot be read. */
export function settingsOf(config: Props, env: Environment): Settings {
  for (const name of Object.keys(config)) {
    if (withEffect.includes(name) || withoutEffect.includes(name)) continue;
    throw new Error(
      `the stand-in does not model the provider argument "${name}"; modelled: ${[...withEffect, ...withoutEffect].sort().join(", ")}`,
    );
  }
  if (flag(config["enableServerSideApply"]) === false) {
    throw new Error("enableServerSideApply is false; the stand-in models server-side apply only");
  }
  const context = text(config["context"]);
  const kubeconfig = parse(kubeconfigText(text(config["kubeconfig"]), env)) as Kubeconfig;
  return {
    kubeconfig: onCluster(kubeconfig, context, text(config["cluster"])),
    context,
    namespace: text(config["namespace"]),
    configMapsMutable: flag(config["enableConfigMapMutable"]) ?? false,
    secretsMutable: flag(config["enableSecretMutable"]) ?? false,
    patchForce: flag(config["enablePatchForce"]) ?? env["PULUMI_K8S_ENABLE_PATCH_FORCE"] === "true",
    upsert: flag(config["upsertExistingObjects"]) ?? env["PULUMI_K8S_UPSERT_EXISTING_OBJECTS"] === "true",
    deleteUnreachable: flag(config["deleteUnreachable"]) ?? env["PULUMI_K8S_DELETE_UNREACHABLE"] === "true",
  };
}

/** Whether another cluster is meant, so that every object must be made anew there. */
export function replacingArguments(olds: Props, news: Props): readonly string[] {
  const before = text(olds["clusterIdentifier"]);
  const after = news["clusterIdentifier"];
  if (before !== undefined && after !== undefined) return before === after ? [] : ["clusterIdentifier"];
  const changed = ["kubeconfig", "context", "cluster"].filter((name) => olds[name] !== news[name]);
  if (changed.some((name) => news[name] === UNKNOWN)) return changed;
  const [from, to] = [serverOf(olds), serverOf(news)];
  return from !== undefined && to !== undefined && from !== to ? changed : [];
}

/** The provider arguments arrive as JSON inside a string unless they are strings themselves. */
function flag(value: Json | undefined): boolean | undefined {
  if (value === true || value === "true") return true;
  return value === false || value === "false" ? false : undefined;
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" && value !== UNKNOWN ? value : undefined;
}

/** The argument is a kubeconfig or the path of one; without it, what kubectl would take. */
function kubeconfigText(argument: string | undefined, env: Environment): string {
  if (argument !== undefined && /[\n{:]/.test(argument) && !existsSync(argument)) return argument;
  const listed = (env["KUBECONFIG"] ?? "").split(path.delimiter).filter((file) => file !== "");
  const file = argument ?? listed[0] ?? path.join(env["HOME"] ?? homedir(), ".kube", "config");
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Error(`there is no kubeconfig at "${file}"; set the provider's kubeconfig, or KUBECONFIG`);
  }
}

function onCluster(
  kubeconfig: Kubeconfig,
  context: string | undefined,
  cluster: string | undefined,
): Kubeconfig {
  if (cluster === undefined) return kubeconfig;
  const chosen = context ?? kubeconfig["current-context"];
  const contexts = (kubeconfig.contexts ?? []).map((entry) =>
    entry.name === chosen ? { ...entry, context: { ...entry.context, cluster } } : entry,
  );
  return { ...kubeconfig, contexts };
}

/** Address of the API server that the arguments lead to, where a kubeconfig's text says it. */
function serverOf(config: Props): string | undefined {
  const kubeconfig = text(config["kubeconfig"]);
  if (kubeconfig === undefined) return undefined;
  try {
    const settings = settingsOf(
      { kubeconfig, context: config["context"] ?? "", cluster: config["cluster"] ?? "" },
      {},
    );
    const { clusters, contexts, "current-context": current } = settings.kubeconfig;
    const name = contexts?.find((entry) => entry.name === (settings.context ?? current))?.context.cluster;
    return clusters?.find((entry) => entry.name === name)?.cluster.server;
  } catch {
    return undefined;
  }
}
