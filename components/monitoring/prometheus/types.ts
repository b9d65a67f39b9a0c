import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "../../common/gateway-api";
import type { LabelSelector } from "../../common/prometheus-operator";

/** Resources of a container that the operator makes, merged into what it gives it itself. */
export interface ContainerPatch {
  readonly name: "config-reloader" | "init-config-reloader";
  readonly resources: types.input.core.v1.ResourceRequirements;
  readonly livenessProbe?: Pick<types.input.core.v1.Probe, "failureThreshold">;
}

/** Fields of a Prometheus that we set (https://prometheus-operator.dev/docs/api-reference/api/). */
export interface PrometheusSpec {
  readonly image: string;
  /** By which the operator knows what the configuration may hold. */
  readonly version: string;
  readonly replicas: number;
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  /** Name of the container's port 9090. */
  readonly portName: string;
  readonly podMetadata: { readonly labels: Readonly<Record<string, string>> };
  readonly retention: string;
  /** Blocks beyond this go before their time; it must leave room for the head and for compaction. */
  readonly retentionSize: string;
  readonly storage: {
    readonly volumeClaimTemplate: { readonly spec: types.input.core.v1.PersistentVolumeClaimSpec };
  };
  readonly resources: types.input.core.v1.ResourceRequirements;
  readonly containers: readonly ContainerPatch[];
  readonly initContainers: readonly ContainerPatch[];
  readonly securityContext: types.input.core.v1.PodSecurityContext;
  readonly topologySpreadConstraints: readonly types.input.core.v1.TopologySpreadConstraint[];
  readonly enableServiceLinks: boolean;
  readonly scrapeInterval: string;
  readonly evaluationInterval: string;
  // Without a selector of namespaces only those of its own namespace are found; an empty selector takes all of them.
  readonly serviceMonitorSelector: LabelSelector;
  readonly podMonitorSelector: LabelSelector;
  readonly probeSelector: LabelSelector;
  readonly scrapeConfigSelector: LabelSelector;
  readonly ruleSelector: LabelSelector;
  readonly serviceDiscoveryRole: "EndpointSlice";
  readonly additionalScrapeConfigs: { readonly name: pulumi.Input<string>; readonly key: string };
  readonly alerting: {
    readonly alertmanagers: readonly {
      readonly namespace: string;
      readonly name: string;
      readonly port: string;
      readonly apiVersion: "V2";
    }[];
  };
  readonly externalLabels: Readonly<Record<string, pulumi.Input<string>>>;
  readonly enableFeatures: readonly string[];
  readonly exemplars: { readonly maxSize: number };
  readonly enableRemoteWriteReceiver: boolean;
  readonly enableAdminAPI: boolean;
  /** `ProcessSignal` reloads without the lifecycle API, which `HTTP` opens to everybody who reaches the port. */
  readonly reloadStrategy: "ProcessSignal";
  readonly arbitraryFSAccessThroughSMs: { readonly deny: boolean };
  readonly enforcedSampleLimit: number;
  readonly enforcedTargetLimit: number;
  readonly enforcedLabelLimit: number;
  readonly enforcedLabelNameLengthLimit: number;
  readonly enforcedLabelValueLengthLimit: number;
  readonly enforcedBodySizeLimit: string;
  readonly enforcedKeepDroppedTargets: number;
  readonly query: { readonly maxConcurrency: number; readonly timeout: string };
  readonly web: { readonly maxConnections: number; readonly pageTitle: string };
  readonly logFormat: "json";
}

/** A Prometheus (`monitoring.coreos.com/v1`). */
export type PrometheusManifest = Manifest<"Prometheus", PrometheusSpec>;
