import { mkdir, realpath, rm, writeFile } from "node:fs/promises";
import type { Progress } from "../../engine/progress";
import type { KubeClient } from "../kube/client";
import type { Caller, Tokens } from "./access";
import { kubeconfigText, writeAccess } from "./access";
import { controllerManagerArguments, kwokArguments, schedulerArguments } from "./commands";
import type { ApiServer } from "./control-plane";
import { startApiServer } from "./control-plane";
import { applyCrds } from "./crds";
import type { ClusterFiles } from "./files";
import { clusterFiles, componentKubeconfig } from "./files";
import { stopLeftovers } from "./leftovers";
import { ownFiles, readManifests } from "./manifests";
import { isReady, nodeObjects } from "./nodes";
import { requirePort } from "./ports";
import { Processes } from "./processes";
import { kwokConfig } from "./stages";
import type { ClusterOptions, EmbeddedCluster } from "./types";

/** Milliseconds in which the first nodes must become Ready. */
const nodePatience = 60_000;

/**
 * Starts a control plane of its own in `options.folder`, with CRDs and KWOK nodes, and resolves when all of it is ready.
 * What an earlier process left running in the same folder is killed first. When anything fails, or `signal` aborts,
 * nothing is left running.
 *
 * @throws SlipwayError when a tool is missing, the port is in use, or a process ends early (with its last log line).
 */
export async function startCluster(
  options: ClusterOptions,
  progress: Progress,
  signal: AbortSignal = new AbortController().signal,
): Promise<EmbeddedCluster> {
  const { tools } = options;
  const nodes = nodeObjects(options.nodes, options.kubernetesVersion);
  if (options.port !== undefined) await requirePort(options.port);
  await stopLeftovers(options.folder);
  const files = clusterFiles(await realpath(options.folder));
  await rm(files.folder, { recursive: true, force: true });
  await mkdir(files.logs, { recursive: true, mode: 0o700 });
  const tokens = await writeAccess(files);

  const processes = new Processes(files);
  try {
    const api = await progress.step("Start etcd and the Kubernetes API server", () =>
      startApiServer({
        files,
        processes,
        tokens,
        tools,
        port: options.port,
        signal,
      }),
    );
    await writeFile(files.kwokConfig, await kwokConfig(options.kwokStages));
    await writeKubeconfigs(files, api, tokens);
    const dead = [
      api.ended,
      processes.start(
        "kube-controller-manager",
        tools["kube-controller-manager"].path,
        controllerManagerArguments(files),
      ),
      processes.start("kube-scheduler", tools["kube-scheduler"].path, schedulerArguments(files)),
      processes.start("kwok", tools.kwok.path, kwokArguments(files)),
    ];
    const { client } = api;
    await whileAlive(
      dead,
      Promise.all([
        progress.step("Apply custom resource definitions", async (say) => {
          const manifests = await readManifests([...options.crdFiles, ...(await ownFiles("crds"))]);
          say(`${await applyCrds(client, manifests, signal)} definitions`);
        }),
        progress.step(`Wait for ${nodes.length} KWOK nodes`, async () => {
          await Promise.all(nodes.map((node) => client.create(node, { signal })));
          if (options.storageClass === true) await client.create(standardClass, { signal });
          await client.waitUntil({ apiVersion: "v1", kind: "Node" }, (all) => all.every(isReady), {
            timeout: nodePatience,
            signal,
            what: "the nodes to become Ready",
          });
          await defaultServiceAccount(client, signal);
        }),
      ]),
    );
    processes.guard();
    return {
      kubeconfig: api.kubeconfig,
      kubeconfigPath: files.kubeconfig,
      server: api.server,
      caData: Buffer.from(api.ca).toString("base64"),
      token: tokens.admin,
      version: api.version,
      client,
      kwok: { version: tools.kwok.version, nodes: nodes.map(({ metadata }) => metadata.name) },
      pids: processes.pids,
      logs: files.logs,
      failed: processes.failed,
      stop: async () => {
        client.close();
        await processes.stop();
      },
      keep: () => processes.keep(),
    };
  } catch (error) {
    await processes.stop();
    // A wait that was aborted says only that it was, not why.
    signal.throwIfAborted();
    throw error;
  }
}

const standardClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "slipway.invalid/rehearsal",
  volumeBindingMode: "WaitForFirstConsumer",
  allowVolumeExpansion: true,
};

async function writeKubeconfigs(
  files: ClusterFiles,
  { server, ca }: ApiServer,
  tokens: Tokens,
): Promise<void> {
  const callers: Caller[] = ["kube-controller-manager", "kube-scheduler", "kwok"];
  await Promise.all(
    callers.map((name) =>
      writeFile(componentKubeconfig(files, name), kubeconfigText(name, server, ca, tokens[name]), {
        mode: 0o600,
      }),
    ),
  );
}

/** Pods of a namespace are refused until the controller manager has made its ServiceAccount: it works once one is there. */
async function defaultServiceAccount(client: KubeClient, signal: AbortSignal): Promise<void> {
  const accounts = { apiVersion: "v1", kind: "ServiceAccount", namespace: "default", name: "default" };
  await client.waitUntil(accounts, (found) => found.length > 0, { timeout: nodePatience, signal });
}

async function whileAlive(dead: readonly Promise<Error>[], work: Promise<unknown>): Promise<void> {
  const problem = await Promise.race([work.then(() => undefined), ...dead]);
  if (problem === undefined) return;
  // The work fails as well when its server goes away; that is the lesser news.
  work.catch(() => undefined);
  throw problem;
}
