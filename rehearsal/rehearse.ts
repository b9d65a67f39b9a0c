import { SlipwayError } from "../components/common/problems";
import { byLayer } from "../engine/layers";
import type { Progress } from "../engine/progress";
import type { StateEntry } from "../engine/state";
import { putBack } from "./put-back";
import { runSteps } from "./plan";
import type { Findings } from "./plan";
import type { RehearsalReport, RehearseOptions } from "./report";
import { openWorld } from "./world";
import type { OpenWorld } from "./world";

/**
 * Tries a stack as a whole, without an account: the stack's true program through the real engine and policy pack,
 * against a real API server and stand-ins for the clouds, each of which the report names.
 *
 * @throws SlipwayError when the rehearsal could not start; what goes wrong after that is in the report.
 */
export async function rehearse(
  options: RehearseOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<RehearsalReport> {
  const open = await openWorld(options, progress, signal);
  const findings: Findings = {
    before: undefined,
    steps: [],
    state: [],
    first: undefined,
    systems: [],
    drift: { changed: [], found: [], mended: false },
    leftovers: [],
  };
  let error: string | undefined;
  let kept = false;
  try {
    await runSteps(open.world, { keep: options.keep, signal }, progress, findings);
    kept = options.keep;
  } catch (thrown) {
    // An embedded control plane takes everything with it.
    if (options.context !== undefined)
      findings.leftovers = await putBack(open.world, findings.before, progress);
    if (!(thrown instanceof SlipwayError) || signal.aborted) throw thrown;
    error = thrown.message;
  } finally {
    await open.close(kept);
  }
  return report(options.stack, open, findings, error, kept);
}

function report(
  stack: string,
  open: OpenWorld,
  findings: Findings,
  error: string | undefined,
  kept: boolean,
): RehearsalReport {
  const { steps, state, first, systems, drift, leftovers } = findings;
  const verdicts = first?.findings ?? [];
  return {
    stack,
    ok: error === undefined && steps.every(({ ok }) => ok),
    steps,
    resources: {
      total: state.length,
      byType: count(state, ({ type }) => type),
      byLayer: Object.fromEntries(
        [...byLayer(state.map(({ urn, type }) => ({ urn, type, op: "create", diffs: [] })))].map(
          ([layer, ops]) => [layer, ops.get("create") ?? 0],
        ),
      ),
    },
    systems,
    policy: {
      pack: "slipway",
      mandatory: verdicts.filter(({ level }) => level === "mandatory").length,
      advisory: verdicts.filter(({ level }) => level === "advisory").length,
    },
    drift,
    leftovers,
    ...open.facts,
    ...(kept ? { kubeconfig: open.kubeconfigPath } : {}),
    ...(error === undefined ? {} : { error }),
  };
}

function count(state: readonly StateEntry[], key: (entry: StateEntry) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const entry of state) counts[key(entry)] = (counts[key(entry)] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
