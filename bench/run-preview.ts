// First, for they must be in force before the SDK loads.
import "../components/common/lazy-sdk";
import "../components/common/stack-traces";
import { readFileSync, writeFileSync } from "node:fs";
import { preview } from "../engine/operations";
import { silent } from "../engine/progress";
import { recorded, watchRegistrations } from "./monitor";
import { now } from "./preview-process";
import type { PreviewAnswer, PreviewSample, PreviewTask } from "./preview-process";
import type { FlatResource, RecordedResource } from "./recording";

type Program = () => Promise<Record<string, unknown>>;

/** Runs one preview in this process, as the command line does, and tells when it reached what. */
async function run(task: PreviewTask): Promise<PreviewSample> {
  const load = programOf(task);
  const loaded = now();
  const reached = { loaded, program: loaded, first: Number.POSITIVE_INFINITY, last: loaded };
  const recording: RecordedResource[] = [];
  let resources = 0;
  await preview(
    {
      ...task.target,
      load,
      program: async () => {
        reached.program = now();
        watchRegistrations((request, urn) => {
          reached.last = now();
          reached.first = Math.min(reached.first, reached.last);
          resources++;
          if (task.record !== undefined) recording.push(recorded(request, urn));
        });
        return (await load())();
      },
    },
    silent,
    { engine: task.engine },
  );
  const end = now();
  if (task.record !== undefined) {
    // It holds the stack's inputs, generated secrets too.
    writeFileSync(task.record, JSON.stringify(recording), { mode: 0o600 });
  }
  return { ...reached, end, resources };
}

/** How the program is loaded; called while the engine starts. */
function programOf({ program, kubeconfig }: PreviewTask): () => Promise<Program> {
  if (program.kind === "stack") {
    return async () => {
      const { default: slipway } = await import("../infra/index.js");
      return () => slipway({ ...process.env, KUBECONFIG: kubeconfig });
    };
  }
  return async () => {
    const { registerFlat } = await import("./flat.js");
    const resources = JSON.parse(readFileSync(program.recording, "utf8")) as readonly FlatResource[];
    return () => {
      registerFlat(resources);
      return Promise.resolve({});
    };
  };
}

function answer(message: PreviewAnswer): void {
  process.send?.(message, () => process.exit());
}

process.once("message", (task: PreviewTask) => {
  run(task).then(
    (sample) => answer({ sample }),
    (error: unknown) => answer({ error: error instanceof Error ? error.message : String(error) }),
  );
});
// An engine that still runs is ended as this process leaves, but not when a signal kills it.
process.once("SIGTERM", () => process.exit(1));
process.once("disconnect", () => process.exit(1));
