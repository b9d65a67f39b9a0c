import type * as pulumi from "@pulumi/pulumi";
import type { ClusterContract } from "../../common/contracts";
import { MONITORING_NAMESPACE } from "../../common/monitoring";
import { podSecurity, preferSpread } from "../../common/pods";
import { pinnedImage, versions } from "../../common/versions";
import { RELOADER_LIVENESS, toolResources } from "../pods";
import type { ToolSize } from "../pods";
import { claimSpec, storageOf } from "../storage";
import type { MonitoringSizes } from "../types";
import type { PrometheusSpec } from "./types";

/** Name of the tool: of its Service, on port 9090, of its account and of its policy. */
export const PROMETHEUS = "prometheus";
/** Name of the custom resource, which names what the operator makes: pods are `prometheus-slipway-0` and on. */
export const INSTANCE = "slipway";
export const PORTS = { http: 9090 } as const;
/** Where the Alertmanagers are found. */
export const ALERTMANAGER = { name: "alertmanager", port: "http" } as const;
/** Key of the Secret with the scrape configuration that no custom resource can express. */
export const JOBS_KEY = "jobs.yaml";

/** `nobody` of the image. */
const USER = 65_534;
/** A month and a day, so that an objective over thirty days has all of its days. */
const RETENTION = "31d";
const RELOADER: ToolSize = { cpu: ["10m", "100m"], memory: "32Mi" };

/** What Prometheus gets at each scale. */
interface PrometheusSize extends ToolSize {
  readonly volume: string;
  /** Four fifths of the volume: the head, its log and a compaction need the rest. */
  readonly blocks: string;
  readonly exemplars: number;
}

// About 2 bytes a sample: at full scale 250,000 series every 15 s would fill the volume in a month.
const sizes: Readonly<Record<MonitoringSizes["scale"], PrometheusSize>> = {
  small: { cpu: ["100m", "1"], memory: "512Mi", volume: "10Gi", blocks: "8GiB", exemplars: 10_000 },
  full: { cpu: ["500m", "2"], memory: "4Gi", volume: "100Gi", blocks: "80GiB", exemplars: 100_000 },
};

export interface PrometheusPlan {
  readonly sizes: Pick<MonitoringSizes, "scale" | "replicas">;
  readonly stage: string;
  readonly cluster: ClusterContract;
  /** Labels of its pods beyond those that the operator gives them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Labels that select its pods. */
  readonly podSelector: Readonly<Record<string, string>>;
  /** Name of the Secret with {@link JOBS_KEY}. */
  readonly jobs: pulumi.Input<string>;
}

/** The Prometheus of a stage. Each of a pair scrapes everything, and Alertmanager takes their alerts for the same. */
export function prometheusSpec(plan: PrometheusPlan): PrometheusSpec {
  const size = sizes[plan.sizes.scale];
  const reloader = toolResources(RELOADER);
  return {
    image: pinnedImage("prometheus"),
    version: versions.images.prometheus.tag,
    replicas: plan.sizes.replicas,
    serviceAccountName: PROMETHEUS,
    // It finds what to watch by the API.
    automountServiceAccountToken: true,
    portName: "http",
    podMetadata: { labels: plan.labels },
    retention: RETENTION,
    retentionSize: size.blocks,
    storage: { volumeClaimTemplate: { spec: claimSpec(storageOf(plan, size.volume)) } },
    resources: toolResources(size),
    containers: [{ name: "config-reloader", resources: reloader, livenessProbe: RELOADER_LIVENESS }],
    initContainers: [{ name: "init-config-reloader", resources: reloader }],
    securityContext: podSecurity(USER),
    topologySpreadConstraints: preferSpread(plan.podSelector),
    enableServiceLinks: false,
    scrapeInterval: "15s",
    evaluationInterval: "15s",
    serviceMonitorSelector: {},
    podMonitorSelector: {},
    probeSelector: {},
    scrapeConfigSelector: {},
    ruleSelector: {},
    serviceDiscoveryRole: "EndpointSlice",
    additionalScrapeConfigs: { name: plan.jobs, key: JOBS_KEY },
    alerting: { alertmanagers: [{ namespace: MONITORING_NAMESPACE, ...ALERTMANAGER, apiVersion: "V2" }] },
    externalLabels: { cluster: plan.cluster.name, stage: plan.stage },
    enableFeatures: ["exemplar-storage"],
    exemplars: { maxSize: size.exemplars },
    // For what browsers report: who may write is the matter of the network policy.
    enableRemoteWriteReceiver: true,
    enableAdminAPI: false,
    reloadStrategy: "ProcessSignal",
    // Else a monitor could send the token of Prometheus to a target of its choice.
    arbitraryFSAccessThroughSMs: { deny: true },
    // Of one scrape. An API server of a large cluster is the biggest target; a label without end the likeliest mistake.
    enforcedSampleLimit: 100_000,
    enforcedTargetLimit: 500,
    enforcedLabelLimit: 64,
    enforcedLabelNameLengthLimit: 256,
    enforcedLabelValueLengthLimit: 1024,
    enforcedBodySizeLimit: "64MB",
    enforcedKeepDroppedTargets: 100,
    query: { maxConcurrency: 20, timeout: "1m" },
    web: { maxConnections: 256, pageTitle: `Prometheus of ${plan.stage}` },
    logFormat: "json",
  };
}

/** Addresses of each replica that take remote write: they share nothing, so each has to be told. */
export function remoteWriteUrls({ replicas }: Pick<MonitoringSizes, "replicas">): readonly string[] {
  // The operator's own headless Service gives the pods their names.
  const host = (ordinal: number): string =>
    `prometheus-${INSTANCE}-${ordinal}.prometheus-operated.${MONITORING_NAMESPACE}.svc.cluster.local`;
  return Array.from(
    { length: replicas },
    (_, ordinal) => `http://${host(ordinal)}:${PORTS.http}/api/v1/write`,
  );
}
