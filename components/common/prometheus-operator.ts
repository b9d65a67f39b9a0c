import type { Manifest } from "./gateway-api";

/** Matches objects by their labels. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[];
  }[];
}

/** One step of Prometheus's relabelling. */
export interface Relabeling {
  readonly action?:
    | "replace"
    | "keep"
    | "drop"
    | "labelmap"
    | "labeldrop"
    | "labelkeep"
    | "hashmod"
    | "keepequal"
    | "dropequal";
  readonly sourceLabels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly modulus?: number;
  readonly targetLabel?: string;
  readonly replacement?: string;
}

/** How one port of the Services that a ServiceMonitor selects is scraped. */
export interface Endpoint {
  /** Name of the Service's port. */
  readonly port: string;
  readonly path?: string;
  readonly scheme?: "http" | "https";
  readonly interval?: string;
  readonly scrapeTimeout?: string;
  readonly honorLabels?: boolean;
  readonly bearerTokenFile?: string;
  readonly tlsConfig?: Readonly<Record<string, unknown>>;
  readonly params?: Readonly<Record<string, readonly string[]>>;
  readonly relabelings?: readonly Relabeling[];
  readonly metricRelabelings?: readonly Relabeling[];
}

export interface ServiceMonitorSpec {
  readonly selector: LabelSelector;
  readonly namespaceSelector: { readonly matchNames: readonly string[] };
  readonly endpoints: readonly Endpoint[];
  readonly jobLabel?: string;
  readonly targetLabels?: readonly string[];
  /** Most targets that it may find; more, and none of them is scraped. */
  readonly targetLimit?: number;
  /** Most series of one target. */
  readonly sampleLimit?: number;
}

/** Services whose pods are scraped (`monitoring.coreos.com/v1`). */
export type ServiceMonitor = Manifest<"ServiceMonitor", ServiceMonitorSpec>;

/** How one port of the pods that a PodMonitor selects is scraped; a native sidecar's port is found too. */
export type PodEndpoint = Omit<Endpoint, "bearerTokenFile">;

export interface PodMonitorSpec extends Omit<ServiceMonitorSpec, "endpoints" | "targetLabels"> {
  readonly podMetricsEndpoints: readonly PodEndpoint[];
}

/** Pods that are scraped without a Service (`monitoring.coreos.com/v1`). */
export type PodMonitor = Manifest<"PodMonitor", PodMonitorSpec>;

export interface ProbeSpec {
  readonly jobName: string;
  /** Host and port of the prober. */
  readonly prober: { readonly url: string };
  /** Of the prober's configuration. */
  readonly module: string;
  readonly interval: string;
  readonly scrapeTimeout?: string;
  /** Further parameters of the request to the prober. */
  readonly params?: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly targets: {
    readonly staticConfig: {
      readonly static: readonly string[];
      readonly labels: Readonly<Record<string, string>>;
      readonly relabelingConfigs?: readonly Relabeling[];
    };
  };
}

/** Something that a prober calls from outside (`monitoring.coreos.com/v1`). */
export type Probe = Manifest<"Probe", ProbeSpec>;

export interface ScrapeConfigSpec {
  readonly jobName?: string;
  readonly scrapeInterval?: string;
  readonly kubernetesSDConfigs: readonly {
    readonly role: "Pod";
    readonly namespaces: { readonly names: readonly string[] };
  }[];
  readonly relabelings: readonly Relabeling[];
}

/** Targets that are found by rules of their own (`monitoring.coreos.com/v1alpha1`). */
export type ScrapeConfig = Manifest<"ScrapeConfig", ScrapeConfigSpec>;

/** One rule of a group: it gives a series (`record`) or an alert. */
export type Rule =
  | { readonly record: string; readonly expr: string; readonly labels?: Readonly<Record<string, string>> }
  | {
      readonly alert: string;
      readonly expr: string;
      readonly for?: string;
      readonly keep_firing_for?: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    };

/** Rules that are evaluated one after the other. */
export interface RuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly Rule[];
}

/** Rules and alerts (`monitoring.coreos.com/v1`). */
export type PrometheusRule = Manifest<"PrometheusRule", { readonly groups: readonly RuleGroup[] }>;

/** API version of the operator's kinds that are stable. */
export const MONITORING_API = "monitoring.coreos.com/v1";

/** API version of `ScrapeConfig`. */
export const MONITORING_ALPHA_API = "monitoring.coreos.com/v1alpha1";
