import type { InlineProgramArgs } from "@pulumi/pulumi/automation";

/** Where a tool on this machine came from. */
export type ToolSource = "PATH" | "KUBEBUILDER_ASSETS" | "cache" | "installed" | "built";

export interface FoundTool {
  readonly name: ToolName;
  readonly path: string;
  readonly version: string;
  readonly source: ToolSource;
}

/** The programs that a rehearsal consists of. */
export type RehearsalTool =
  "pulumi" | "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kwok";

/** The programs that only tests of the monitoring run. */
export type MonitoringTool =
  "promtool" | "amtool" | "prometheus" | "alertmanager" | "prometheus-operator" | "loki";

/** The programs that only tests run. */
export type TestTool = "actionlint" | MonitoringTool;

export type ToolName = RehearsalTool | TestTool;

/** How often each kind of step was planned or done in one operation. */
export interface ChangeSummary {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly same: number;
}

/** A verdict of the policy pack on one resource. Never holds a value of the resource. */
export interface PolicyFinding {
  readonly policy: string;
  readonly level: "mandatory" | "advisory";
  readonly urn: string;
  /** What is wrong and the remedy, as the rule says it. */
  readonly message: string;
  /** Where the rule says it. */
  readonly severity?: PolicySeverity;
}

export type PolicySeverity = "low" | "medium" | "high" | "critical";

/** A resource that a rule of the policy pack mended before it was planned. */
export interface Remediation {
  readonly policy: string;
  readonly urn: string;
}

/** One resource that an operation touched. */
export interface StepRecord {
  readonly urn: string;
  readonly type: string;
  readonly op: string;
  /** Property paths that differ, where the engine says. */
  readonly diffs: readonly string[];
}

export interface OperationResult {
  readonly operation: "preview" | "up" | "refresh" | "destroy";
  readonly seconds: number;
  readonly changes: ChangeSummary;
  readonly steps: readonly StepRecord[];
  readonly findings: readonly PolicyFinding[];
  readonly remediations: readonly Remediation[];
  /** Stack outputs after an `up`; secrets are masked. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What an operation runs on. A rehearsal fills in its own folder, backend, providers and program options. */
export interface StackTarget {
  readonly stack: string;
  readonly project: string;
  /** Folder that holds Pulumi.yaml and Pulumi.<stack>.yaml. */
  readonly workDir: string;
  readonly program: InlineProgramArgs["program"];
  /** Loads the program's modules. It is called while the engine starts, which takes about as long. */
  readonly load?: () => Promise<unknown>;
  /** Environment of the engine process, over this process's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Absent: the pack is left out (only the benchmark does so). */
  readonly policyPack?: { readonly path: string; readonly config?: string };
}
