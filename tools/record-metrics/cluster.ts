import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "node:https";
import path from "node:path";
import type { RehearsalReport } from "../../rehearsal/report";
import { kubeClient } from "../../rehearsal/kube/client";
import type { KubeClient } from "../../rehearsal/kube/client";
import { connectionOf } from "../../rehearsal/kube/kubeconfig";
import { slipway } from "../../test/engine/support/run";
import { difficulties } from "./difficulties";
import { Session } from "./session";

/** The embedded control plane with everything on it that a rehearsal of staging makes. */
export interface RehearsedCluster {
  /** Path of its kubeconfig. */
  readonly kubeconfig: string;
  readonly client: KubeClient;
  /** The API server without TLS and without a login, for programs that are given nothing but an address. */
  readonly open: string;
}

let shared: Promise<{ readonly cluster: RehearsedCluster; readonly end: () => Promise<void> }> | undefined;

/** The one cluster of this process; it is made at the first call, which takes minutes. */
export async function rehearsedCluster(): Promise<RehearsedCluster> {
  shared ??= start();
  return (await shared).cluster;
}

export async function endCluster(): Promise<void> {
  const started = await shared?.catch(() => undefined);
  await started?.end();
}

async function start(): Promise<{ cluster: RehearsedCluster; end: () => Promise<void> }> {
  const session = new Session();
  // A folder of its own, so that no other control plane that is kept is stopped.
  const env = { TMPDIR: session.folder };
  console.error("rehearsing staging");
  const { stdout, stderr } = await slipway(["rehearse", "staging", "--keep", "--json"], { env });
  const report = stdout === "" ? undefined : (JSON.parse(stdout) as RehearsalReport);
  const kubeconfig = report?.kubeconfig;
  if (kubeconfig === undefined) {
    await session.end();
    throw new Error(`the rehearsal failed: ${stderr.slice(-2000)}`);
  }
  const client = kubeClient({ kubeconfig: readFileSync(kubeconfig, "utf8") });
  const proxy = await openApi(kubeconfig);
  const end = async (): Promise<void> => {
    proxy.close();
    client.close();
    await slipway(["rehearse", "--stop"], { env });
    await session.end();
  };
  try {
    await difficulties(client);
  } catch (error) {
    await end();
    throw error;
  }
  return { cluster: { kubeconfig: path.resolve(kubeconfig), client, open: proxy.url }, end };
}

/** Passes requests on to the API server with the kubeconfig's login. */
async function openApi(kubeconfig: string): Promise<{ url: string; close: () => void }> {
  const { server, credentials } = connectionOf(readFileSync(kubeconfig, "utf8"), undefined, {});
  const { token = "", tls } = await credentials();
  const proxy = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${token}` };
    const { method, url = "/" } = incoming;
    const onward = request(`${server}${url}`, { method, headers, ...tls }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
