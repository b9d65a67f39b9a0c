import path from "node:path";
import { packForStage } from "../engine/pack-config";
import { withoutProtection } from "./protection";
import type { Progress } from "../engine/progress";
import { ensureTool } from "../engine/tools";
import type { StackTarget } from "../engine/types";
import slipway from "../infra";
import { notExercised, standInsOf } from "./caveats";
import { computeOf, isCloud, isProtected, rehearsed, zonesOf } from "./config";
import { checkContext } from "./context/check";
import { contextHost } from "./context/host";
import { embeddedHost } from "./embedded-host";
import type { Host } from "./host";
import { officialPlugins } from "./plugins";
import type { OfficialPlugin } from "./plugins";
import type { World } from "./plan";
import { awsPart } from "./providers/aws/part";
import { cloudflarePart } from "./providers/cloudflare/part";
import { dockerPart } from "./providers/docker/part";
import { kubernetesPart } from "./providers/kubernetes/part";
import type { ProviderPart } from "./providers/part";
import { randomPart } from "./providers/random/part";
import { serveProviders } from "./providers/server";
import type { RehearsalReport, RehearseOptions } from "./report";
import { openSession } from "./session";
import type { Session } from "./session";
import { writeAwsShim } from "./shim";
import { Undo } from "./undo";

/** Everything that a rehearsal started, and how to end it. */
export interface OpenWorld {
  readonly world: World;
  readonly kubeconfigPath: string;
  /** What the report says of the machinery. */
  readonly facts: Pick<RehearsalReport, "engine" | "cluster" | "providers" | "notExercised" | "standIns">;
  /** Ends everything that was started and removes the session's folder; `keep` leaves the control plane up. */
  close(keep: boolean): Promise<void>;
}

/** Starts what a rehearsal of one stack needs. What was started is ended again when a later part fails. */
export async function openWorld(
  options: RehearseOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<OpenWorld> {
  const { root, stack, context } = options;
  const undo = new Undo();
  try {
    const official = await officialPlugins(options.providers);
    const session = await openSession({
      root,
      stack,
      plugins: official,
      overrides: (config) => rehearsed(config, options),
      // A cluster of the user's own outlives the rehearsal, and then the state must tell what is in it.
      checkpoints: context !== undefined,
    });
    undo.add(async (keep) => {
      if (!keep) await session.remove();
    });
    const { folder } = session;
    const cloud = isCloud(session.config);
    const compute = computeOf(session.config);
    const pack = await packForStage(
      path.join(root, "policies"),
      String(session.config["slipway:stage"]),
      progress,
    );
    // Before the engine, which may take minutes to build: a context that cannot be used is told at once.
    const given = context === undefined ? undefined : await contextHost({ context, folder, cloud }, signal);
    if (given !== undefined) undo.add(() => given.close(false));
    const engine = await ensureTool("pulumi", progress, { signal });
    // Else the first `up` makes the stack.
    if (context !== undefined || session.secrets.length > 0) await session.seal(engine);
    const host =
      given ?? (await embeddedHost({ folder, zones: zonesOf(session.config), cloud }, progress, signal));
    if (given === undefined) undo.add((keep) => host.close(keep));

    const accountFile = path.join(folder, "account.json");
    const env = await engineEnvironment(session, host);
    const parts = partsOf(options, official, { accountFile, env, host });
    const server = await serveProviders(parts);
    undo.add(() => {
      server.close();
      return Promise.resolve();
    });

    const target: StackTarget = {
      stack,
      project: "slipway",
      workDir: folder,
      program: () => slipway({ ...process.env, KUBECONFIG: host.kubeconfigPath }),
      env: { ...env, PULUMI_DEBUG_PROVIDERS: server.env },
      policyPack: pack,
    };
    if (context !== undefined) {
      await checkContext(
        { context, target, engine, client: host.client, config: session.config },
        progress,
        signal,
      );
    }
    return {
      world: {
        target,
        engine,
        client: host.client,
        accountFile: cloud ? accountFile : undefined,
        isProtected: isProtected(session.config),
        liftProtection: async () => {
          await session.write({ ...session.config, "slipway:protection": false });
          return { ...target, policyPack: await withoutProtection(pack, folder) };
        },
      },
      kubeconfigPath: host.kubeconfigPath,
      facts: {
        engine: { version: engine.version, source: engine.source },
        cluster: host.fact,
        providers: [
          ...parts.map((part) => ({ name: part.package, source: "stand-in" })),
          ...official.map(({ name, version }) => ({ name, source: `official ${version}` })),
        ].sort((a, b) => a.name.localeCompare(b.name)),
        notExercised: notExercised({
          cloud,
          embedded: context === undefined,
          ...(compute === undefined ? {} : { compute }),
        }),
        standIns: [
          ...host.standIns,
          ...standInsOf({
            packages: parts.map((part) => part.package),
            images: session.standInImages,
            imageMode: options.images,
            secrets: session.secrets.map((secret) => secret.path),
            cloud,
          }),
        ],
      },
      close: (keep) => undo.run(keep),
    };
  } catch (error) {
    // Why it could not start is the greater news.
    await undo.run(false).catch(() => undefined);
    throw error;
  }
}

/** The session's own, with the stand-in of the AWS CLI first on PATH where a simulated cluster's kubeconfig calls it. */
async function engineEnvironment(session: Session, { eks }: Host): Promise<StackTarget["env"]> {
  // On a stack without a cloud the user's kubeconfig may call the true one.
  if (eks === undefined) return session.env;
  const shim = await writeAwsShim(path.join(session.folder, "shim"), eks.token);
  return { ...session.env, PATH: [shim, process.env["PATH"] ?? ""].join(path.delimiter) };
}

interface PartSite {
  readonly accountFile: string;
  readonly env: StackTarget["env"];
  readonly host: Host;
}

/** The stand-ins of the providers for which there is no official plugin, and of the cloud where the stack has one. */
function partsOf(
  { root, images }: RehearseOptions,
  official: readonly OfficialPlugin[],
  { accountFile, env, host: { eks } }: PartSite,
): readonly ProviderPart[] {
  return [
    ...(eks === undefined
      ? []
      : [awsPart({ accountFile, cluster: () => eks }), cloudflarePart({ accountFile })]),
    dockerPart({ mode: images, base: path.join(root, "infra") }),
    kubernetesPart({ env: { ...process.env, ...env } }),
    randomPart,
  ].filter(({ package: name }) => official.every((plugin) => plugin.name !== name));
}
