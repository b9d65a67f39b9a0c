import { byLayer, resourceLabel } from "../engine/layers";
import type { ChangeSummary, OperationResult } from "../engine/types";
import { findingSentence } from "../engine/violations";
import { counted, duration, table } from "./table";

const kinds = [
  "create",
  "update",
  "replace",
  "delete",
  "same",
] as const satisfies readonly (keyof ChangeSummary)[];

/** What `--json` prints of an operation. Field names are a public contract. */
export function operationJson(stack: string, result: OperationResult): object {
  const { steps, findings, remediations, ...rest } = result;
  const layers = [...byLayer(steps)].map(([layer, ops]) => [layer, Object.fromEntries(ops)]);
  return {
    ok: true,
    stack,
    ...rest,
    byLayer: Object.fromEntries(layers) as object,
    steps: steps.filter(({ op }) => op !== "same" && op !== "read"),
    policy: {
      mandatory: findings.filter(({ level }) => level === "mandatory").length,
      advisory: findings.filter(({ level }) => level === "advisory").length,
      findings,
      remediations,
    },
  };
}

/** An operation as a person reads it: changes by layer, policy verdicts, outputs and time. */
export function renderOperation(stack: string, result: OperationResult): string {
  const { operation, seconds, changes, steps, outputs } = result;
  const layers = [...byLayer(steps)].map(([layer, ops]) => [
    layer,
    ...kinds.map((kind) => ops.get(kind) ?? 0),
  ]);
  const total = ["total", ...kinds.map((kind) => changes[kind])];
  const lines = ["", ...table([["layer", ...kinds], ...layers, total]), "", ...verdicts(result)];
  const named = Object.entries(outputs);
  if (named.length > 0) {
    lines.push("", "outputs", ...table(named.map(([name, value]) => [`  ${name}`, shown(value)])));
  }
  lines.push("", `${operation} of stack ${stack}: done in ${duration(seconds)}`);
  return lines.join("\n");
}

function verdicts({ operation, findings, remediations }: OperationResult): string[] {
  if (operation === "refresh" || operation === "destroy")
    return ["policy: not asked, for nothing is created"];
  const mandatory = findings.filter(({ level }) => level === "mandatory").length;
  const advisory = findings.length - mandatory;
  return [
    `policy: ${counted(mandatory, "mandatory violation")}, ${advisory} advisory`,
    ...findings.map((finding) => `  ${findingSentence(finding)}`),
    ...remediations.map(({ policy, urn }) => `  remediated by ${policy}: ${resourceLabel(urn)}`),
  ];
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
