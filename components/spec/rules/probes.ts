import type { Probe, Probes } from "../types";
import { checkCommand, checkInteger, list, PATH } from "./report";
import type { Report } from "./report";

/** Reports checks of ports that the container does not declare, and times that contradict each other. */
export function checkProbes(
  report: Report,
  field: string,
  probes: Partial<Probes>,
  declared: readonly string[],
): void {
  for (const kind of ["startup", "readiness", "liveness"] as const) {
    const probe = probes[kind];
    if (probe !== undefined) checkProbe(report, `${field}.${kind}`, probe, declared);
  }
}

function checkProbe(report: Report, field: string, probe: Probe, declared: readonly string[]): void {
  const port = (at: string, name: string): void => {
    if (!declared.includes(name)) report(`${field}.${at}`, name, list(declared));
  };
  const ways = ["path", "tcp", "grpc", "exec"].filter((way) => way in probe);
  if (ways.length !== 1) report(field, list(ways), "exactly one of path, tcp, grpc, exec");
  if ("path" in probe) {
    if (!PATH.test(probe.path)) report(`${field}.path`, probe.path, "a path that starts with /");
    port("port", probe.port ?? "http");
  } else if ("tcp" in probe) port("tcp", probe.tcp);
  else if ("grpc" in probe) port("grpc", probe.grpc);
  else if ("exec" in probe) checkCommand(report, `${field}.exec`, probe.exec);
  if (probe.initialDelaySeconds !== undefined) {
    checkInteger(report, `${field}.initialDelaySeconds`, probe.initialDelaySeconds, 0, 3600);
  }
  checkInteger(report, `${field}.periodSeconds`, probe.periodSeconds, 1, 3600);
  checkInteger(report, `${field}.failureThreshold`, probe.failureThreshold, 1, 1000);
  checkInteger(report, `${field}.timeoutSeconds`, probe.timeoutSeconds, 1, probe.periodSeconds);
}
