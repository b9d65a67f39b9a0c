import path from "node:path";
import { versions } from "../components/common/versions";
import { packFor } from "../engine/pack";
import type { Progress } from "../engine/progress";
import { ensureManifests, ensureTools } from "../engine/tools";
import type { FoundTool, StackTarget } from "../engine/types";
import slipway from "../infra";
import { stages } from "../infra/stages";
import { standIns as clusterStandIns, startCluster } from "./cluster";
import type { EmbeddedCluster } from "./cluster";
import { notExercised, standInsOf } from "./caveats";
import { officialPlugins } from "./plugins";
import type { World } from "./plan";
import { awsPart } from "./providers/aws/part";
import { cloudflarePart } from "./providers/cloudflare/part";
import { dockerPart } from "./providers/docker/part";
import { kubernetesPart } from "./providers/kubernetes/part";
import { randomPart } from "./providers/random/part";
import { serveProviders } from "./providers/server";
import type { RehearsalReport, RehearseOptions } from "./report";
import { openSession } from "./session";
import type { StackConfig } from "./session";
import { writeAwsShim } from "./shim";

/** Everything that a rehearsal started, and how to end it. */
export interface OpenWorld {
  readonly world: World;
  readonly kubeconfigPath: string;
  /** What the report says of the machinery. */
  readonly facts: Pick<RehearsalReport, "engine" | "cluster" | "providers" | "notExercised" | "standIns">;
  /** Ends everything that was started and removes the session's folder; `keep` leaves the control plane up. */
  close(keep: boolean): Promise<void>;
}

const controlPlane = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const;

/** Where the controllers would run that a rehearsal finds provided; network policies name these. */
const providedNamespaces = ["envoy-gateway-system", "cert-manager"];

/** Starts what a rehearsal of one stack needs. What was started is ended again when a later part fails. */
export async function openWorld(
  options: RehearseOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<OpenWorld> {
  const { root, stack } = options;
  const undo: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of undo.splice(0).reverse()) await end();
  };
  try {
    const official = await officialPlugins(options.providers);
    const session = await openSession({
      root,
      stack,
      plugins: official,
      overrides: (config) => overridden(config, options),
    });
    let kept = false;
    undo.push(() => (kept ? Promise.resolve() : session.remove()));

    const tools = await ensureTools(["pulumi", ...controlPlane], progress, { signal });
    const manifests = await ensureManifests(progress, { signal });
    const engine = tools.pulumi;
    const cluster = await progress.step("start the control plane", () =>
      startCluster(
        {
          folder: session.folder,
          tools,
          crdFiles: manifests.crds,
          kwokStages: manifests.kwokStages,
          nodes: { count: 6, zones: zonesOf(session.config), cpu: "16", memory: "64Gi", pods: 110 },
          kubernetesVersion: versions.kubernetes.version,
          // On AWS the program makes its own default class.
          storageClass: !isCloud(session.config),
        },
        progress,
        signal,
      ),
    );
    undo.push(async () => {
      if (kept) cluster.keep();
      else await cluster.stop();
    });

    for (const name of providedNamespaces) {
      await cluster.client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    }

    const shim = await writeAwsShim(path.join(session.folder, "shim"), cluster.token);
    const env = { ...session.env, PATH: `${shim}${path.delimiter}${process.env["PATH"] ?? ""}` };
    const accountFile = path.join(session.folder, "account.json");
    const parts = [
      awsPart({ accountFile, cluster: () => ({ endpoint: cluster.server, caData: cluster.caData }) }),
      cloudflarePart({ accountFile }),
      dockerPart({ mode: options.images, base: path.join(root, "infra") }),
      kubernetesPart({ env: { ...process.env, ...env } }),
      randomPart,
    ].filter(({ package: name }) => official.every((plugin) => plugin.name !== name));
    const server = await serveProviders(parts);
    undo.push(() => {
      server.close();
      return Promise.resolve();
    });

    const target: StackTarget = {
      stack,
      project: "slipway",
      workDir: session.folder,
      program: () => slipway({ ...process.env, KUBECONFIG: cluster.kubeconfigPath }),
      env: { ...env, PULUMI_DEBUG_PROVIDERS: server.env },
      policyPack: await packFor(path.join(root, "policies")),
    };
    const protection =
      session.config["slipway:protection"] ?? stages[String(session.config["slipway:stage"])]?.protection;
    return {
      world: {
        target,
        engine,
        client: cluster.client,
        accountFile: isCloud(session.config) ? accountFile : undefined,
        isProtected: protection === true,
        liftProtection: () => session.write({ ...session.config, "slipway:protection": false }),
      },
      kubeconfigPath: cluster.kubeconfigPath,
      facts: {
        engine: { version: engine.version, source: engine.source },
        cluster: clusterFact(cluster, tools["kube-apiserver"]),
        providers: [
          ...parts.map((part) => ({ name: part.package, source: "stand-in" })),
          ...official.map(({ name, version }) => ({ name, source: `official ${version}` })),
        ].sort((a, b) => a.name.localeCompare(b.name)),
        notExercised: notExercised(isCloud(session.config)),
        standIns: [
          ...clusterStandIns,
          ...standInsOf(
            parts.map((part) => part.package),
            session.standInImages,
          ),
        ],
      },
      async close(keep) {
        kept = keep;
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a rehearsal sets over the stack's own config. */
function overridden(config: StackConfig, { compute }: RehearseOptions): StackConfig {
  // Controllers would be pods, and pods do not run here; their CRDs are in the cluster.
  const provided = { ...config, "slipway:addons": "provided" };
  if (compute === undefined || !isCloud(config)) return provided;
  return {
    ...provided,
    "slipway:cluster": { ...(config["slipway:cluster"] as object | undefined), compute },
  };
}

function isCloud(config: StackConfig): boolean {
  return stages[String(config["slipway:stage"])]?.cloud === "aws";
}

/** Nodes stand in the stack's own zones, so that spreading over them is tried. */
function zonesOf(config: StackConfig): readonly string[] {
  const { zones = [] } = (config["slipway:network"] ?? {}) as { zones?: readonly string[] };
  return zones.length > 0 ? zones : ["local-a", "local-b", "local-c"];
}

function clusterFact(cluster: EmbeddedCluster, apiServer: FoundTool): RehearsalReport["cluster"] {
  return {
    version: cluster.version,
    source: `embedded control plane (${apiServer.source})`,
  };
}
