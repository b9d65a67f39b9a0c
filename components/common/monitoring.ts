/** Namespace of the monitoring stack: what scrapes, and so reaches every port that serves metrics. */
export const MONITORING_NAMESPACE = "monitoring";

/**
 * Namespace of what must see a node itself, and so cannot run under Pod Security `restricted`: node-exporter, which
 * reads the node's own files and network.
 */
export const NODE_AGENTS_NAMESPACE = "node-agents";

/** Label `app.kubernetes.io/name` of the pods that take traces, in {@link MONITORING_NAMESPACE}. */
export const TRACES_TOOL = "jaeger";

/** Ports of these pods that workloads use: OTLP by gRPC and by HTTP, and the shares of traces to begin. */
export const TRACES_PORTS = [4317, 4318, 5778] as const;
