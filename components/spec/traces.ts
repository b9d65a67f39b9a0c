import { namespaceOf } from "./services";
import type { SystemSpec } from "./types";

/** Where spans go, and how many of its own traces a workload begins. */
export interface TraceTarget {
  /** Address of an OTLP/HTTP receiver, e.g. `http://jaeger.monitoring.svc.cluster.local:4318`. */
  readonly endpoint: string;
  /** Share of the traces that it begins, 0 to 1; those that others began it goes on with. */
  readonly share: number;
}

/** The name of a workload's spans; one of a stack, for traces know no namespaces. */
export function traceName(system: string, workload: string): string {
  return workload === system ? system : `${system}-${workload}`;
}

/**
 * The variables by which the SDKs of OpenTelemetry find where to send
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). What the spec itself says wins
 * over them.
 */
export function traceEnv(
  spec: Pick<SystemSpec, "name" | "namespace">,
  workload: string,
  stage: string,
  { endpoint, share }: TraceTarget,
): Readonly<Record<string, string>> {
  const resource = {
    "service.namespace": spec.name,
    "k8s.namespace.name": namespaceOf(spec),
    "deployment.environment.name": stage,
  };
  return {
    OTEL_SERVICE_NAME: traceName(spec.name, workload),
    OTEL_RESOURCE_ATTRIBUTES: Object.entries(resource)
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_TRACES_EXPORTER: "otlp",
    // Jaeger takes traces and nothing else.
    OTEL_METRICS_EXPORTER: "none",
    OTEL_LOGS_EXPORTER: "none",
    OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
    OTEL_TRACES_SAMPLER_ARG: String(share),
  };
}
