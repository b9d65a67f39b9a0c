import { destroy, refresh, up } from "../engine/operations";
import { resourceLabel } from "../engine/layers";
import type { Progress } from "../engine/progress";
import { stateOf } from "../engine/state";
import type { StateEntry } from "../engine/state";
import type { FoundTool, OperationResult, StackTarget } from "../engine/types";
import { SlipwayError } from "../components/common/problems";
import { judgeDrift, tamperWithAccount, tamperWithCluster } from "./drift";
import { checkIntegrity, snapshotObjects } from "./integrity";
import type { KubeClient } from "./kube/client";
import { added, clusterContents, nameOf } from "./leftovers";
import type { Contents } from "./leftovers";
import { accountContents } from "./providers/aws/outside";
import { noChanges } from "./report";
import type { Drift, RehearsalStep, RehearsedSystem } from "./report";
import { lookAtSystems } from "./systems";

/** What a rehearsal acts on, once everything has started. */
export interface World {
  readonly target: StackTarget;
  readonly engine: FoundTool;
  readonly client: KubeClient;
  /** The simulated account; undefined for a stack without a cloud. */
  readonly accountFile: string | undefined;
  /** Whether the stack's config protects what holds data. */
  readonly isProtected: boolean;
  /** Lifts that protection in the session's own config. @returns what an `up` under it runs on. */
  liftProtection(): Promise<StackTarget>;
}

/** What the steps of a rehearsal found. */
export interface Findings {
  /** What was in the cluster before the first step; undefined while none was begun. */
  before: Contents | undefined;
  readonly steps: RehearsalStep[];
  state: readonly StateEntry[];
  first: OperationResult | undefined;
  systems: readonly RehearsedSystem[];
  drift: Drift;
  leftovers: string[];
}

type Outcome = Partial<Pick<RehearsalStep, "changes" | "problems">>;

/**
 * The rehearsal proper: up, up again, refresh, integrity, drift and destroy. The first step that throws ends it;
 * a step that only finds problems does not, for the later ones may say why.
 */
export async function runSteps(
  world: World,
  options: { readonly keep: boolean; readonly signal: AbortSignal },
  progress: Progress,
  findings: Findings,
): Promise<void> {
  const { target, engine, client } = world;
  const operation = { engine, signal: options.signal };
  const step = async (name: string, work: () => Promise<Outcome>): Promise<void> => {
    const start = performance.now();
    const outcome = await progress.step(name, work);
    const problems = outcome.problems ?? [];
    for (const problem of problems) progress.note(`  problem: ${problem}`);
    findings.steps.push({
      name,
      seconds: Math.round((performance.now() - start) / 10) / 100,
      changes: outcome.changes ?? noChanges,
      ok: problems.length === 0,
      problems,
    });
  };
  const before = await clusterContents(client);
  findings.before = before;

  await step("up", async () => {
    const result = await up(target, progress, operation);
    findings.first = result;
    findings.state = await stateOf(target, engine);
    return { changes: result.changes };
  });
  await step("up again", async () => {
    const result = await up(target, progress, operation);
    return { changes: result.changes, problems: changed(result, "the second up") };
  });
  await step("refresh", async () => {
    const result = await refresh(target, progress, operation);
    return { changes: result.changes, problems: changed(result, "refresh") };
  });
  await step("integrity", async () => {
    // What was there before is not this stack's.
    const found = checkIntegrity(await snapshotObjects(client)).filter(
      ({ kind, namespace, name }) => !before.has(nameOf({ kind, metadata: { namespace, name } })),
    );
    return {
      problems: found.map(({ kind, namespace, name, message }) => `${kind} ${namespace}/${name}: ${message}`),
    };
  });
  await step("drift", async () => {
    const tampered = [await tamperWithCluster(client, findings.state)];
    if (world.accountFile !== undefined)
      tampered.push(await tamperWithAccount(world.accountFile, findings.state));
    const refreshed = await refresh(target, progress, operation);
    const mended = await up(target, progress, operation);
    const { problems, ...drift } = await judgeDrift(tampered, refreshed, mended);
    findings.drift = drift;
    // Now, for the autoscalers have had their time.
    findings.systems = await lookAtSystems(client, mended.outputs);
    return { changes: mended.changes, problems };
  });
  if (options.keep) return;
  if (world.isProtected) {
    await step("destroy is refused", async () => ({ problems: await refusal(world, operation, progress) }));
    await step("lift protection", async () => {
      const lifted = await world.liftProtection();
      return { changes: (await up(lifted, progress, operation)).changes };
    });
  }
  await step("destroy", async () => {
    const result = await destroy(target, progress, operation);
    const account = world.accountFile === undefined ? [] : accountContents(world.accountFile);
    findings.leftovers = [
      ...added(before, await clusterContents(client)),
      ...account.map(({ type, name }) => `${type} ${name}`),
      ...(await stateOf(target, engine)).map(({ urn }) => `state: ${resourceLabel(urn)}`),
    ];
    return { changes: result.changes, problems: findings.leftovers.map((name) => `destroy left ${name}`) };
  });
}

function changed(result: OperationResult, what: string): string[] {
  return result.steps
    .filter(({ op }) => op !== "same" && op !== "read")
    .map(
      ({ urn, op, diffs }) =>
        `${what}: ${op} of ${resourceLabel(urn)}${diffs.length > 0 ? ` (${diffs.join(", ")})` : ""}`,
    );
}

/** Destroying a protected stack must be refused and change nothing, neither in the state nor outside. */
async function refusal(
  { target, engine, client, accountFile }: World,
  operation: { engine: FoundTool; signal: AbortSignal },
  progress: Progress,
): Promise<string[]> {
  const look = async (): Promise<string> =>
    JSON.stringify([
      [...(await clusterContents(client))].sort(),
      accountFile === undefined ? [] : accountContents(accountFile),
      await stateOf(target, engine),
    ]);
  const before = await look();
  try {
    await destroy(target, progress, operation);
  } catch (error) {
    if (!(error instanceof SlipwayError) || !/protect/i.test(error.message)) throw error;
    return before === (await look()) ? [] : ["the refused destroy changed something"];
  }
  return ["destroy of a protected stack was not refused"];
}
