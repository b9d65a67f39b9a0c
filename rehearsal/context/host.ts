import { writeFile } from "node:fs/promises";
import path from "node:path";
import { makeNamespaces, namespaceCaveats, providedNamespaces, removeNamespaces } from "../host";
import type { Host } from "../host";
import { kubeClient } from "../kube/client";
import { administeredVersion, bearerAccess } from "./access";
import type { BearerAccess } from "./access";
import { userKubeconfig } from "./kubeconfig";

/** Which cluster of the user's own a rehearsal is to run on. */
export interface ContextHostOptions {
  /** Name of the context. */
  readonly context: string;
  /** Folder of the session. */
  readonly folder: string;
  /** Whether the stack has a cloud, whose cluster this one stands in for. */
  readonly cloud: boolean;
  /** Where KUBECONFIG is looked up, and the environment of login plugins. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Uses the cluster of a context of the user's own. What it makes there it takes away again at the end; what was there
 * before stays as it was.
 *
 * @throws SlipwayError when the context cannot be used: it is unknown, unreachable, or its user is no administrator.
 */
export async function contextHost(options: ContextHostOptions, signal: AbortSignal): Promise<Host> {
  const { context, folder, cloud, env = process.env } = options;
  const kubeconfig = userKubeconfig(context, env);
  const client = kubeClient({ kubeconfig, env });
  const version = await administeredVersion(context, client, signal);
  const kubeconfigPath = path.join(folder, "context.kubeconfig");
  await writeFile(kubeconfigPath, kubeconfig, { mode: 0o600 });

  const made: string[] = [];
  let eks: BearerAccess | undefined;
  const close = async (): Promise<void> => {
    try {
      await removeNamespaces(client, made);
      await eks?.remove();
    } finally {
      client.close();
    }
  };
  try {
    await makeNamespaces(client, providedNamespaces, made);
    if (cloud) eks = await bearerAccess(context, kubeconfig, client);
    return {
      client,
      kubeconfigPath,
      fact: { version, source: `context ${context}` },
      standIns: namespaceCaveats(made),
      eks,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
