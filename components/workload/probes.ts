import type { types } from "@pulumi/kubernetes";
import { HTTP_PORT } from "../spec/services";
import type { Probe, Probes } from "../spec/types";

type Handler = Pick<types.input.core.v1.Probe, "httpGet" | "tcpSocket" | "grpc" | "exec">;

/** The checks of a container; `ports` are those that it declares. */
export function probeFields(
  probes: Partial<Probes> | undefined,
  ports: Readonly<Record<string, number>>,
): Pick<types.input.core.v1.Container, "startupProbe" | "readinessProbe" | "livenessProbe"> {
  const { startup, readiness, liveness } = probes ?? {};
  return {
    ...(startup === undefined ? {} : { startupProbe: probe(startup, ports) }),
    ...(readiness === undefined ? {} : { readinessProbe: probe(readiness, ports) }),
    ...(liveness === undefined ? {} : { livenessProbe: probe(liveness, ports) }),
  };
}

function probe(check: Probe, ports: Readonly<Record<string, number>>): types.input.core.v1.Probe {
  const { initialDelaySeconds, periodSeconds, failureThreshold, timeoutSeconds } = check;
  return {
    ...handler(check, ports),
    ...(initialDelaySeconds === undefined ? {} : { initialDelaySeconds }),
    periodSeconds,
    failureThreshold,
    timeoutSeconds,
  };
}

function handler(check: Probe, ports: Readonly<Record<string, number>>): Handler {
  if ("path" in check)
    return { httpGet: { path: check.path, port: check.port ?? HTTP_PORT, scheme: "HTTP" } };
  if ("tcp" in check) return { tcpSocket: { port: check.tcp } };
  if ("exec" in check) return { exec: { command: [...check.exec] } };
  const { grpc, service } = check;
  const port = ports[grpc];
  if (port === undefined)
    throw new Error(`gRPC check of port ${grpc}, which validateSpec lets pass only if declared`);
  // The API takes no name of a port here.
  return { grpc: { port, ...(service === undefined ? {} : { service }) } };
}
