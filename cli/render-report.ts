import type { Caveat, RehearsalReport } from "../rehearsal/report";
import { counted, duration, table } from "./table";

/** The report of a rehearsal as a person reads it. What was no real thing is said in so many words. */
export function renderReport(report: RehearsalReport): string {
  const { stack, ok, resources, policy, kubeconfig, error } = report;
  const byCount = Object.entries(resources.byLayer).sort(([, a], [, b]) => b - a);
  const lines = [
    "",
    `resources of stack ${stack}`,
    ...table([...byCount.map(([layer, count]) => [`  ${layer}`, count]), ["  total", resources.total]]),
    ...systems(report),
    "",
    `policy pack ${policy.pack}: ${counted(policy.mandatory, "mandatory violation")}, ${policy.advisory} advisory`,
    "",
    ...steps(report),
    "",
    ...drift(report),
    ...leftovers(report),
    "",
    ...surroundings(report),
    ...caveats(
      "stand-ins: these were not the real thing, and say nothing about it beyond what they model",
      report.standIns,
    ),
    ...caveats("not exercised: nothing here was tried", report.notExercised),
  ];
  if (kubeconfig !== undefined)
    lines.push(
      "",
      `the control plane is up: export KUBECONFIG=${kubeconfig}`,
      "  end it with: slipway rehearse --stop",
    );
  const seconds = report.steps.reduce((sum, step) => sum + step.seconds, 0);
  lines.push("", `rehearsal of stack ${stack}: ${ok ? "passed" : "FAILED"} in ${duration(seconds)}`);
  if (error !== undefined) lines.push(`  ${error}`);
  return lines.join("\n");
}

function systems({ systems: ran }: RehearsalReport): string[] {
  if (ran.length === 0) return [];
  const rows = ran.map(({ name, url, namespace, pods }) => [
    `  ${name}`,
    url ?? "no address",
    namespace,
    `${pods.ready} of ${pods.total}`,
  ]);
  return ["", ...table([["system", "address", "namespace", "pods ready"], ...rows])];
}

function steps(report: RehearsalReport): string[] {
  const header = ["step", "time", "create", "update", "replace", "delete", "same", ""];
  const rows = report.steps.map(({ name, seconds, changes, ok }) => [
    `  ${name}`,
    duration(seconds),
    changes.create,
    changes.update,
    changes.replace,
    changes.delete,
    changes.same,
    ok ? "ok" : "FAILED",
  ]);
  const problems = report.steps.flatMap(({ name, problems }) =>
    problems.map((problem) => `  ${name}: ${problem}`),
  );
  return [...table([header, ...rows]), ...(problems.length > 0 ? ["", "problems", ...problems] : [])];
}

function drift({ drift: { changed, found, mended } }: RehearsalReport): string[] {
  if (changed.length === 0) return ["drift: not tried"];
  return [
    `drift: ${counted(changed.length, "object")} changed behind the engine's back, ${found.length} found, ${mended ? "mended" : "NOT mended"}`,
    ...changed.map((what) => `  ${what}`),
  ];
}

function leftovers({ leftovers, steps, kubeconfig }: RehearsalReport): string[] {
  if (leftovers.length > 0)
    return [`left behind by destroy: ${leftovers.length}`, ...leftovers.map((name) => `  ${name}`)];
  if (steps.some(({ name, ok }) => name === "destroy" && ok)) return ["left behind by destroy: nothing"];
  return [
    kubeconfig === undefined ? "destroy: not reached" : "destroy: not tried, for everything was to be kept",
  ];
}

function surroundings({ engine, cluster, providers }: RehearsalReport): string[] {
  return [
    "tried with",
    ...table([
      ["  engine", `Pulumi ${engine.version}`, engine.source],
      ["  cluster", `Kubernetes ${cluster.version}`, cluster.source],
      ...providers.map(({ name, source }) => ["  provider", name, source]),
    ]),
  ];
}

function caveats(title: string, list: readonly Caveat[]): string[] {
  if (list.length === 0) return [];
  return ["", title, ...table(list.map(({ name, reason }) => [`  ${name}`, reason]))];
}
