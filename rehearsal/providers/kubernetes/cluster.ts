import type { KubeClient } from "../../kube/client";
import { KubeError, isStatus } from "../../kube/client";
import type { KubeObject } from "../../kube/client";
import type { Settings } from "./settings";

/** What one configured provider works with. */
export interface Cluster {
  readonly client: KubeClient;
  readonly settings: Settings;
  /** Aborted when the engine gives up. */
  readonly signal: AbortSignal;
}

/**
 * Whether objects of this kind live in a namespace; undefined when the server does not serve the kind (its CRD may
 * be still to come) or cannot be reached.
 */
export async function isNamespaced(
  { client }: Cluster,
  apiVersion: string,
  kind: string,
): Promise<boolean | undefined> {
  try {
    return (await client.resourceFor(apiVersion, kind)).namespaced;
  } catch (error) {
    if (isStatus(error, 404) || isUnreachable(error)) return undefined;
    throw error;
  }
}

export async function isServed(cluster: Cluster, { apiVersion, kind }: KubeObject): Promise<boolean> {
  return (await isNamespaced(cluster, apiVersion, kind)) !== undefined;
}

/** Whether no answer came at all, as against an answer that refuses. */
export function isUnreachable(error: unknown): boolean {
  return (
    error instanceof Error &&
    !(error instanceof KubeError) &&
    /ECONNREFUSED|ECONNRESET|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|EAI_AGAIN/.test(
      `${codeOf(error)} ${error.message}`,
    )
  );
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "";
}

/** Whether the server refuses for want of a right, rather than because an admission rule refused the object. */
export function isMissingRight(error: unknown): boolean {
  return isStatus(error, 403) && /cannot (create|patch|get) resource/.test(error.message);
}
