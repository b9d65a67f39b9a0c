import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Progress } from "../engine/progress";
import { packFor } from "../engine/pack";
import { openStack } from "../engine/stack";
import { openWorld } from "../rehearsal/world";
import type { OpenWorld } from "../rehearsal/world";
import { rehearsal, secondsToFirstResource } from "./command";
import { thisMachine } from "./machine";
import type { BenchOptions } from "./options";
import { previewInProcess } from "./preview-process";
import type { PreviewTask, ProcessOptions } from "./preview-process";
import { profileIn, secondsByPart } from "./profile";
import { flatten } from "./recording";
import type { RecordedResource } from "./recording";
import { measures, previewCases, reached, steps } from "./report";
import type { BenchReport, PreviewCase, Profile, Samples } from "./report";
import { inRounds } from "./rounds";
import { costOfRules } from "./rules";

const root = path.resolve(__dirname, "..");

/** Measures previews in one world, one round after the other, and then rehearsals, each of which has its own. */
export async function benchmark(
  options: BenchOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<BenchReport> {
  const { stack } = options;
  const machine = thisMachine();
  const open = await openWorld(
    { stack, root, keep: false, providers: "stand-in", images: "hash" },
    progress,
    signal,
  );
  const previews = await inWorld(open, options, progress, signal).finally(() => open.close(false));
  const rehearsals = await rehearse(options, progress, signal);
  const samples: Samples = { ...previews.samples, rehearsals };
  const { engine, cluster } = open.facts;
  return {
    ok: true,
    stack,
    rounds: options.rounds,
    machine,
    engine,
    kubernetes: cluster.version,
    resources: previews.resources,
    measures: measures(stack, samples),
    steps: steps(samples),
    reached: reached(samples),
    ...(previews.profile === undefined ? {} : { profile: previews.profile }),
  };
}

type Previews = Pick<BenchReport, "resources" | "profile"> & {
  readonly samples: Omit<Samples, "rehearsals">;
};

async function inWorld(
  open: OpenWorld,
  { stack, rounds, profile }: BenchOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Previews> {
  const { target, engine } = open.world;
  // A preview works on a stack that is there, empty as it is; one with secrets was made to encrypt them.
  const opened = await openStack(target, engine);
  const stacks = await opened.stack.workspace.listStacks();
  if (stacks.every(({ name }) => name !== target.stack)) await opened.create();
  const { tasks, resources, recorded } = await progress.step("record what the program registers", () =>
    recordedTasks(open, { signal }),
  );
  const env = { ...target.env, KUBECONFIG: open.kubeconfigPath };
  const step = <T>(what: string, round: number, work: () => Promise<T>): Promise<T> =>
    progress.step(`round ${round} of ${rounds}: ${what}`, work);
  const previews = await inRounds(rounds, previewCases, (name, round) =>
    step(labels(stack)[name], round, () => previewInProcess(tasks[name], { signal })),
  );
  const { command: firstResource } = await inRounds(rounds, ["command"], (_, round) =>
    step("slipway preview", round, () => secondsToFirstResource(stack, target.workDir, env, signal)),
  );
  const { dearest } = await inRounds(rounds, ["dearest"], () =>
    Promise.resolve(costOfRules(recorded)[0]?.milliseconds ?? 0),
  );
  const samples = { previews, firstResource, dearestRule: dearest };
  const missed = measures(stack, { ...samples, rehearsals: [] }).some(({ met }) => met === false);
  if (!profile && !missed) return { samples, resources };
  return {
    samples,
    resources,
    profile: await progress.step("profile", () => profiled(tasks, target.workDir, signal)),
  };
}

const labels = (stack: string): Readonly<Record<PreviewCase, string>> => ({
  stack: `preview of ${stack}, no pack`,
  flat: "preview of the same resources flat, no pack",
  emptyPack: `preview of ${stack}, a pack of one empty rule`,
  wholePack: `preview of ${stack}, whole pack`,
});

type Tasks = Readonly<Record<PreviewCase, PreviewTask>>;

/** Records the stack's program, and says what each round is to preview. */
async function recordedTasks(
  open: OpenWorld,
  options: ProcessOptions,
): Promise<{
  tasks: Tasks;
  resources: BenchReport["resources"];
  recorded: readonly RecordedResource[];
}> {
  const { policyPack, stack, project, workDir, env } = open.world.target;
  const target = { stack, project, workDir, env };
  const common = { target, engine: open.world.engine, kubeconfig: open.kubeconfigPath };
  const record = path.join(workDir, "recording.json");
  const recording = path.join(workDir, "flat.json");
  const withComponents: PreviewTask = { ...common, program: { kind: "stack" } };
  const { resources } = await previewInProcess({ ...withComponents, record }, options);
  const recorded = JSON.parse(await readFile(record, "utf8")) as readonly RecordedResource[];
  const flat = flatten(recorded);
  await writeFile(recording, JSON.stringify(flat), { mode: 0o600 });
  const tasks: Tasks = {
    stack: withComponents,
    flat: { ...common, program: { kind: "flat", recording } },
    emptyPack: {
      ...withComponents,
      target: { ...target, policyPack: await packFor(path.join(__dirname, "empty-pack")) },
    },
    wholePack: { ...withComponents, target: { ...target, ...(policyPack && { policyPack }) } },
  };
  const again = await previewInProcess(tasks.flat, options);
  if (again.resources !== flat.length) {
    throw new Error(`the flat program registered ${again.resources} resources, not ${flat.length}`);
  }
  return { tasks, resources: { stack: resources, flat: flat.length }, recorded };
}

async function profiled(tasks: Tasks, folder: string, signal: AbortSignal): Promise<Profile> {
  const one = async (task: PreviewTask): Promise<Readonly<Record<string, number>>> => {
    const profile = await mkdtemp(path.join(folder, "profile-"));
    await previewInProcess(task, { signal, profile });
    return secondsByPart(await profileIn(profile), root);
  };
  return { stack: await one(tasks.stack), flat: await one(tasks.flat) };
}

/** Seconds of each step of some rehearsals; what comes before and after the steps is one more. */
async function rehearse(
  { stack, rehearsals: count }: BenchOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<readonly Readonly<Record<string, number>>[]> {
  const { rehearsal: all } = await inRounds(count, ["rehearsal"], (_, round) =>
    progress.step(`rehearsal ${round} of ${count}`, () => rehearsal(stack, signal)),
  );
  return all.map(({ seconds, report }) => ({
    ...Object.fromEntries(report.steps.map((step) => [step.name, step.seconds])),
    "start and clean-up": seconds - report.steps.reduce((sum, step) => sum + step.seconds, 0),
    "the whole": seconds,
  }));
}
