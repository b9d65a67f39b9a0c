import type { EngineEvent, OpMap, StepEventMetadata } from "@pulumi/pulumi/automation";
import type { ChangeSummary, PolicyFinding, PolicySeverity, Remediation, StepRecord } from "./types";

/** An error that the engine, the program or a provider reported. */
export interface Diagnostic {
  /** The resource it is about; empty for the stack as a whole. */
  readonly urn: string;
  readonly message: string;
}

/** What the events of one engine operation add up to. */
export interface EventLog {
  readonly listen: (event: EngineEvent) => void;
  readonly steps: () => readonly StepRecord[];
  readonly findings: () => readonly PolicyFinding[];
  readonly remediations: () => readonly Remediation[];
  readonly errors: () => readonly Diagnostic[];
  readonly changes: () => ChangeSummary;
  /** Whether the engine started to work on resources of the backend's state; a preview never does. */
  readonly touched: () => boolean;
}

/** What the engine sends of policies beyond what the SDK's typings have of it (3.259). */
interface PolicyDetails {
  readonly policyEvent?: { readonly severity?: PolicySeverity };
  /** It holds the inputs of the resource too, before and after, which may be secret. */
  readonly policyRemediationEvent?: { readonly policyName: string; readonly resourceUrn?: string };
}

/** A fresh log. `say` gets a line for each resource that is done, e.g. `aws:ec2/vpc:Vpc network create`. */
export function eventLog(say: (line: string) => void = () => undefined): EventLog {
  const steps = new Map<string, StepRecord>();
  const findings = new Map<string, PolicyFinding>();
  const remediations = new Map<string, Remediation>();
  const errors = new Map<string, Diagnostic>();
  let summary: OpMap = {};
  let touched = false;
  const record = (metadata: StepEventMetadata, planning: boolean): void => {
    const step = stepOf(metadata, steps.get(metadata.urn));
    steps.set(metadata.urn, step);
    if (step.op === "same") return;
    if (!planning) touched = true;
    say(`${step.type} ${metadata.urn.split("::").slice(3).join("::")} ${step.op}`);
  };
  return {
    listen(event) {
      const { policyEvent: details, policyRemediationEvent: remediation } = event as PolicyDetails;
      if (event.resOutputsEvent !== undefined) {
        record(event.resOutputsEvent.metadata, event.resOutputsEvent.planning === true);
      } else if (event.resOpFailedEvent !== undefined) {
        touched = true;
        const { metadata } = event.resOpFailedEvent;
        steps.set(metadata.urn, stepOf(metadata, undefined));
      } else if (event.policyEvent !== undefined) {
        const { policyName, enforcementLevel, message, resourceUrn } = event.policyEvent;
        const finding: PolicyFinding = {
          policy: policyName,
          level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
          urn: resourceUrn ?? "",
          message: oneLine(message),
          ...(details?.severity !== undefined && { severity: details.severity }),
        };
        findings.set(JSON.stringify([finding.urn, finding.policy, finding.message]), finding);
      } else if (remediation !== undefined) {
        const { policyName: policy, resourceUrn: urn = "" } = remediation;
        remediations.set(JSON.stringify([urn, policy]), { policy, urn });
      } else if (event.diagnosticEvent?.severity === "error") {
        const { urn, message } = event.diagnosticEvent;
        const diagnostic = { urn: urn ?? "", message: plain(message).trim() };
        errors.set(JSON.stringify(diagnostic), diagnostic);
      } else if (event.summaryEvent !== undefined) {
        summary = event.summaryEvent.resourceChanges;
      }
    },
    steps: () => [...steps.values()],
    findings: () => inOrder(findings),
    remediations: () => inOrder(remediations),
    errors: () => [...errors.values()],
    changes: () => changeSummary(summary),
    touched: () => touched,
  };
}

/** In the order of names, for the engine works on siblings in any order. */
function inOrder<T>(byName: ReadonlyMap<string, T>): readonly T[] {
  return [...byName.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

/** The engine's own counts in the five kinds that people tell apart. */
export function changeSummary(counts: OpMap): ChangeSummary {
  return {
    create: (counts.create ?? 0) + (counts.import ?? 0),
    update: counts.update ?? 0,
    replace: counts.replace ?? 0,
    delete: counts.delete ?? 0,
    same: counts.same ?? 0,
  };
}

// A replacement is three steps of the engine on one URN.
const partOfReplacement = new Set([
  "create-replacement",
  "delete-replaced",
  "import-replacement",
  "read-replacement",
]);

function stepOf(metadata: StepEventMetadata, earlier: StepRecord | undefined): StepRecord {
  const op = partOfReplacement.has(metadata.op) ? "replace" : metadata.op;
  const diffs = new Set([
    ...(earlier?.diffs ?? []),
    ...(metadata.diffs ?? []),
    ...Object.keys(metadata.detailedDiff ?? {}),
  ]);
  return {
    urn: metadata.urn,
    type: metadata.type,
    op: earlier?.op === "replace" ? "replace" : op,
    diffs: [...diffs],
  };
}

/** A message without the engine's colour marks (`<{%reset%}>`) and terminal codes. */
export function plain(message: string): string {
  return message.replaceAll(/<\{%.*?%\}>/g, "").replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, "");
}

/** The lines of a rule (what it is about, what is wrong) as consecutive sentences on one line. */
function oneLine(message: string): string {
  const lines = plain(message)
    .split("\n")
    .map((line) => line.trim());
  return lines
    .filter((line) => line !== "")
    .map((line, at, all) => (at < all.length - 1 ? closed(line) : line))
    .join(" ");
}

function closed(line: string): string {
  return /[.!?:;,]$/.test(line) ? line : `${line}.`;
}
