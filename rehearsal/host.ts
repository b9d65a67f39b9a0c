import type { KubeClient } from "./kube/client";
import type { Caveat, RehearsalReport } from "./report";

/** How the kubeconfig of a simulated EKS cluster reaches the true API server behind it. */
export interface EksAccess {
  readonly endpoint: string;
  /** PEM certificates of the API server's authority, in base64. */
  readonly caData: string;
  /** Bearer token, good for as long as the rehearsal lasts. */
  readonly token: string;
}

/** The cluster that a rehearsal runs on: an embedded control plane, or a context of the user's own. */
export interface Host {
  readonly client: KubeClient;
  /** File with one context, which is the current one. */
  readonly kubeconfigPath: string;
  readonly fact: RehearsalReport["cluster"];
  /** What is not the real thing in it. */
  readonly standIns: readonly Caveat[];
  /** Only for a stack with a cloud, whose cluster this one stands in for. */
  readonly eks: EksAccess | undefined;
  /** Leaves the cluster as it was before; `keep` leaves an embedded one up. */
  close(keep: boolean): Promise<void>;
}

/** Where the controllers would run that a rehearsal finds provided; network policies name these. */
export const providedNamespaces = ["envoy-gateway-system", "cert-manager"] as const;

/** Milliseconds that the deletion of a namespace may take; an empty one takes about 5 s. */
const deletionPatience = 120_000;

/** Makes those of the namespaces that are not there, and adds the name of each that it made to `made` at once. */
export async function makeNamespaces(
  client: KubeClient,
  names: readonly string[],
  made: string[],
): Promise<void> {
  for (const name of names) {
    const found = await client.get({ apiVersion: "v1", kind: "Namespace", name });
    if (found?.metadata.deletionTimestamp !== undefined) await untilGone(client, name);
    else if (found !== undefined) continue;
    await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    made.push(name);
  }
}

/** Deletes namespaces and waits until they are gone. */
export async function removeNamespaces(client: KubeClient, names: readonly string[]): Promise<void> {
  for (const name of names) await client.delete({ apiVersion: "v1", kind: "Namespace", name });
  await Promise.all(names.map((name) => untilGone(client, name)));
}

async function untilGone(client: KubeClient, name: string): Promise<void> {
  const what = `namespace ${name} to be deleted`;
  const target = { apiVersion: "v1", kind: "Namespace", name };
  await client.waitUntil(target, (found) => found.length === 0, { timeout: deletionPatience, what });
}

/** The namespaces that were made empty, as a report names them. */
export function namespaceCaveats(made: readonly string[]): readonly Caveat[] {
  return made.map((name) => ({
    name: `namespace ${name}`,
    reason: "made empty for the rehearsal: the controller that it is named after does not run in it",
  }));
}
