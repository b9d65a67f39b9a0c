import { block, component, ref, renderAlloy } from "./syntax";
import type { AlloyBlock } from "./syntax";

/** Name of the collector of logs: of its Service and of its pods' labels. */
export const ALLOY = "alloy";
/** What it answers on: its own metrics and checks, and its peers. */
export const alloyPorts = { http: 12_345 } as const;
/** The `job` of lines that are events of Kubernetes. */
export const EVENTS_JOB = "kubernetes-events";

const PREFIX = "__meta_kubernetes_";
/** Labels of a stream, and what discovery knows them as. A pod's name is data of a line: pods come and go. */
const LABELS: Readonly<Record<string, string>> = {
  namespace: `${PREFIX}namespace`,
  system: `${PREFIX}pod_label_app_kubernetes_io_part_of`,
  service: `${PREFIX}pod_label_app_kubernetes_io_name`,
  container: `${PREFIX}pod_container_name`,
  pod: `${PREFIX}pod_name`,
};

/** Words, and numbers of pino and bunyan, by the level that they mean. What is none of them is `unknown`. */
const LEVELS: Readonly<Record<string, readonly string[]>> = {
  debug: ["trace", "debug", "verbose", "10", "20"],
  info: ["info", "information", "notice", "30"],
  warn: ["warn", "warning", "40"],
  error: ["error", "err", "crit", "critical", "fatal", "panic", "alert", "emerg", "50", "60"],
};

/** Every value that the label `level` can have: one stream each, whatever a line says. */
export const logLevels: readonly string[] = [...Object.keys(LEVELS), "unknown"];

/** What the collector's configuration is made from. */
export interface LogsConfigArgs {
  /** Address of Loki, e.g. `http://loki:3100`. */
  readonly loki: string;
}

/**
 * Configuration of the collector of logs: it reads the logs of every pod, and the cluster's events, from the
 * Kubernetes API, and pushes them to Loki. Its replicas share the work.
 */
export function logsConfig({ loki }: LogsConfigArgs): string {
  return renderAlloy([
    block("logging", { level: "info", format: "json" }),
    ...podLogs,
    ...events,
    component("loki.write", "loki", {}, [block("endpoint", { url: `${loki}/loki/api/v1/push` })]),
  ]);
}

const toLoki = ref("loki.write.loki.receiver");
const shared = block("clustering", { enabled: true });

const podLogs: readonly AlloyBlock[] = [
  component("discovery.kubernetes", "pods", { role: "pod" }),
  component("discovery.relabel", "pods", { targets: ref("discovery.kubernetes.pods.targets") }, [
    // They have no logs yet, or none that anybody can read.
    block("rule", {
      source_labels: [`${PREFIX}pod_phase`],
      regex: "Pending|Unknown",
      action: "drop",
    }),
    ...Object.entries(LABELS).map(([label, source]) =>
      block("rule", { source_labels: [source], target_label: label }),
    ),
    // Pods of others may not carry the recommended labels.
    block("rule", {
      source_labels: ["service", "container"],
      separator: ";",
      regex: ";(.+)",
      target_label: "service",
      replacement: "$1",
    }),
    block("rule", { target_label: "job", replacement: "pods" }),
  ]),
  component(
    "loki.source.kubernetes",
    "pods",
    { targets: ref("discovery.relabel.pods.output"), forward_to: [ref("loki.process.pods.receiver")] },
    [shared],
  ),
  component("loki.process", "pods", { forward_to: [toLoki] }, [
    block("stage.json", {
      expressions: {
        level: "level || severity || lvl",
        trace_id: "trace_id || traceId || traceID",
        span_id: "span_id || spanId || spanID",
      },
    }),
    block("stage.template", { source: "level", template: levelTemplate() }),
    // What is no id is no reason for Loki to refuse the line.
    block("stage.template", { source: "trace_id", template: idTemplate(32) }),
    block("stage.template", { source: "span_id", template: idTemplate(16) }),
    block("stage.labels", { values: { level: "" } }),
    block("stage.structured_metadata", { values: { pod: "", trace_id: "", span_id: "" } }),
  ]),
];

const events: readonly AlloyBlock[] = [
  component(
    "loki.source.kubernetes_events",
    "events",
    { job_name: EVENTS_JOB, log_format: "json", forward_to: [ref("loki.process.events.receiver")] },
    [shared],
  ),
  component("loki.process", "events", { forward_to: [toLoki] }, [
    block("stage.json", { expressions: { type: "type" } }),
    block("stage.template", {
      source: "level",
      template: `{{ if eq (.type | default "" | toString) "Warning" }}warn{{ else }}info{{ end }}`,
    }),
    block("stage.labels", { values: { level: "" } }),
    // Which of the collector's pods it was that read an event.
    block("stage.label_drop", { values: ["instance"] }),
  ]),
];

/** Go's template of the one level that a line's own word for it means. */
function levelTemplate(): string {
  const words = Object.entries(LEVELS).map(
    ([level, known]) => `if has $word (list ${known.map((word) => `"${word}"`).join(" ")}) }}${level}{{ `,
  );
  return `{{ $word := .Value | default "" | toString | lower }}{{ ${words.join("else ")}else }}unknown{{ end }}`;
}

/** Go's template that leaves so many hexadecimal digits as they are, and nothing of anything else. */
function idTemplate(digits: number): string {
  return `{{ if regexMatch "^[0-9a-fA-F]{${digits}}$" (.Value | default "" | toString) }}{{ .Value }}{{ end }}`;
}
