import { readFile } from "node:fs/promises";
import path from "node:path";
import type { EventLog } from "../../../engine/events";
import { eventLog } from "../../../engine/events";
import { silent } from "../../../engine/progress";
import { openStack } from "../../../engine/stack";
import type { FoundTool, StackTarget } from "../../../engine/types";
import type { EmbeddedCluster } from "../../../rehearsal/cluster";
import { startCluster } from "../../../rehearsal/cluster";
import type { KubeObject } from "../../../rehearsal/kube/client";
import { kubernetesPart } from "../../../rehearsal/providers/kubernetes/part";
import type { ProviderPart } from "../../../rehearsal/providers/part";
import type { OnCall, ProviderCall } from "../../../rehearsal/providers/server";
import { serveProviders } from "../../../rehearsal/providers/server";
import { clusterParts } from "../../support/cluster";
import { scratch } from "./scratch";

export interface ClusterStackOptions<Change> {
  /** Makes the stack's resources; each run may change something of them. */
  readonly program: (kubeconfig: string, change: Partial<Change>) => void;
  /** Stand-in providers beside that of Kubernetes; they keep their files in this folder. */
  readonly providers?: (folder: string) => readonly ProviderPart[];
  /** What the names of the files hold whose definitions the cluster serves. Default: it serves none. */
  readonly crds?: string;
}

/** A stack of a test on a control plane of its own, with stand-in providers that the test serves. */
export interface ClusterStack<Change> {
  /** Folder of the project, the state and all else. */
  readonly folder: string;
  readonly engine: FoundTool;
  readonly cluster: EmbeddedCluster;
  /** What the providers were asked since {@link forget}. */
  readonly calls: readonly ProviderCall[];
  /** Has each call told before it is done, until {@link forget}. */
  tell(onCall: OnCall): void;
  forget(): void;
  target(change?: Partial<Change>): StackTarget;
  /** Runs the engine, without what `slipway` does around it. Fails with all that the engine said of the failure. */
  operate(operation: "preview" | "up" | "refresh" | "destroy", change?: Partial<Change>): Promise<EventLog>;
  /** Objects of the namespace `shop` whose names begin so. */
  objects(apiVersion: string, kind: string, start?: string): Promise<readonly KubeObject[]>;
  stateText(): Promise<string>;
  stop(): Promise<void>;
}

const namespace = "shop";

export async function clusterStack<Change>(
  options: ClusterStackOptions<Change>,
): Promise<ClusterStack<Change>> {
  const here = await scratch();
  const { folder, engine } = here;
  const parts = await clusterParts();
  const { crds, providers } = options;
  const crdFiles = parts.crdFiles.filter((file) => crds !== undefined && file.includes(crds));
  const cluster = await startCluster({ ...parts, crdFiles, folder, storageClass: true }, silent);
  const calls: ProviderCall[] = [];
  let told: OnCall = () => undefined;
  const server = await serveProviders(
    [kubernetesPart({ env: { ...process.env } }), ...(providers?.(folder) ?? [])],
    {
      onCall: (call) => {
        calls.push(call);
        return told(call);
      },
    },
  );
  const target = (change: Partial<Change> = {}): StackTarget => {
    const plain = here.target(() => {
      options.program(cluster.kubeconfig, change);
      return Promise.resolve();
    });
    return { ...plain, env: { ...plain.env, PULUMI_DEBUG_PROVIDERS: server.env } };
  };
  const stop = async (): Promise<void> => {
    server.close();
    await cluster.stop();
    await here.remove();
  };
  try {
    await (await openStack(target(), engine)).create();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    folder,
    engine,
    cluster,
    calls,
    tell(onCall) {
      told = onCall;
    },
    forget() {
      calls.length = 0;
      told = () => undefined;
    },
    target,
    async operate(operation, change) {
      const log = eventLog();
      const { stack } = await openStack(target(change), engine);
      await stack[operation]({ onEvent: log.listen }).catch((error: unknown) => {
        const messages = log.errors().map(({ message }) => message);
        throw new Error(messages.join("\n"), { cause: error });
      });
      return log;
    },
    async objects(apiVersion, kind, start = "") {
      const { items } = await cluster.client.list({ apiVersion, kind, namespace });
      return items.filter(({ metadata }) => metadata.name.startsWith(start));
    },
    stateText: () => readFile(path.join(folder, "state", ".pulumi", "stacks", "demo", "dev.json"), "utf8"),
    stop,
  };
}

/** What an operation did, `<operation> <kind>`, sorted. */
export function changed(log: EventLog): string[] {
  return log
    .steps()
    .filter(({ op }) => op !== "same")
    .map(({ type, op }) => `${op} ${type.split(":").at(-1)}`)
    .sort();
}
