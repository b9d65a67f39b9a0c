import { setTimeout as sleep } from "node:timers/promises";
import type { KubeClient } from "../kube/client";
import type { Manifest } from "./manifests";

/** Milliseconds between two looks at what the API server serves. */
const interval = 50;

/**
 * Applies CustomResourceDefinitions, all at once: none needs another, and client-side apply would not do, for the large
 * ones do not fit into an annotation. Waits until the API server serves them.
 *
 * @throws KubeError with the server's reason when it refuses one; Error when they are not served after 60 s.
 */
export async function applyCrds(
  client: KubeClient,
  manifests: readonly Manifest[],
  signal: AbortSignal,
): Promise<number> {
  const crds = manifests.filter(({ kind }) => kind === "CustomResourceDefinition");
  await Promise.all(
    crds.map(({ name, text }) =>
      client.request({
        method: "PATCH",
        path: `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`,
        query: { fieldManager: "slipway", force: true },
        contentType: "application/apply-patch+yaml",
        body: text,
        timeout: 60_000,
        signal,
      }),
    ),
  );
  await served(client, new Set(crds.map(({ name }) => name)), signal);
  return crds.length;
}

/** Discovery lists a kind once its definition is Established; reading the definitions themselves takes megabytes. */
async function served(client: KubeClient, names: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const resources = await client.resources();
    const present = new Set(
      resources.map(({ path, apiVersion }) => `${path}.${apiVersion.split("/")[0] ?? ""}`),
    );
    const missing = [...names].filter((name) => !present.has(name));
    if (missing.length === 0) return;
    if (performance.now() > deadline)
      throw new Error(`the API server does not serve ${missing.join(", ")} after 60 s`);
    await sleep(interval, undefined, { signal });
  }
}
