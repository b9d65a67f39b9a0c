import { parseBytes, parseCpu, parseDuration } from "../quantities";
import { HTTPS, reservedNames } from "../reachability";
import { HTTP_PORT, portsOf, scratchName } from "../services";
import type { HttpProbe, Replicas, ServiceSpec, SystemSpec } from "../types";
import { checkEnv } from "./env";
import { checkBounds, checkInteger, checkName, list, readQuantity } from "./report";
import type { Report } from "./report";

const IMAGE = /^[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/;
/** Ports below need a privilege that no pod has here. */
const LEAST_PORT = 1024;
const MOST_PORT = 65_535;
/** Fits DNS-style port names of the API: 15 characters, at least one letter (RFC 6335). */
const PORT_NAME = /^(?=.{1,15}$)[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*$/;
const PATH = /^\/[^\s?#]*$/;

/** Reports what contradicts itself in one service. */
export function checkService(report: Report, name: string, service: ServiceSpec, spec: SystemSpec): void {
  const field = `services.${name}`;
  checkName(report, "services", name);
  if (reservedNames.includes(name)) report("services", name, `a name other than ${list(reservedNames)}`);
  if (!IMAGE.test(service.image)) {
    report(`${field}.image`, service.image, "a name without registry, tag and digest, e.g. daira/backend");
  }
  checkPorts(report, field, service);
  checkReplicas(report, `${field}.replicas`, service.replicas);
  checkScaling(report, field, service);
  checkBounds(report, `${field}.size.cpu`, service.size.cpu, parseCpu);
  checkBounds(report, `${field}.size.memory`, service.size.memory, parseBytes);
  checkEnv(report, `${field}.env`, service.env ?? {}, spec);
  checkScratch(report, field, service);
  checkReaches(report, field, name, service, spec);
  // 0 is root, and the API takes user ids up to the largest signed 32-bit integer.
  if (service.user !== undefined) checkInteger(report, `${field}.user`, service.user, 1, 2_147_483_647);
  if (service.graceSeconds !== undefined) {
    checkInteger(report, `${field}.graceSeconds`, service.graceSeconds, 1, 3600);
  }
}

/** Reports counts that are no integers, below one, or upside down. */
export function checkReplicas(report: Report, field: string, { min, max }: Replicas): void {
  checkInteger(report, `${field}.min`, min, 1, 1000);
  if (!Number.isInteger(max) || max < min) report(`${field}.max`, max, `an integer from min, ${min}`);
}

function checkPorts(report: Report, field: string, service: ServiceSpec): void {
  const ports = portsOf(service);
  const seen = new Map<number, string>();
  for (const [name, port] of Object.entries(ports)) {
    const at = name === HTTP_PORT && service.port === port ? `${field}.port` : `${field}.ports.${name}`;
    checkInteger(report, at, port, LEAST_PORT, MOST_PORT);
    if (!PORT_NAME.test(name)) report(at, name, "a port name of at most 15 characters: a-z, 0-9 and -");
    const other = seen.get(port);
    if (other !== undefined) report(at, port, `a port that is not already "${other}"`);
    seen.set(port, name);
  }
  if (service.ports !== undefined && HTTP_PORT in service.ports) {
    report(
      `${field}.ports.${HTTP_PORT}`,
      service.ports[HTTP_PORT],
      "another name: port is the one named http",
    );
  }
  if (service.servicePort !== undefined) {
    checkInteger(report, `${field}.servicePort`, service.servicePort, 1, MOST_PORT);
    if (service.port === undefined)
      report(`${field}.servicePort`, service.servicePort, "a service with a port");
  }
  const declared = Object.keys(ports);
  for (const [kind, probe] of Object.entries(service.probes ?? {}) as [string, HttpProbe][]) {
    checkProbe(report, `${field}.probes.${kind}`, probe, declared);
  }
  if (service.metrics !== undefined) {
    const { path, port = HTTP_PORT, interval } = service.metrics;
    if (!PATH.test(path)) report(`${field}.metrics.path`, path, "a path that starts with /");
    if (!declared.includes(port)) report(`${field}.metrics.port`, port, list(declared));
    if (interval !== undefined) readQuantity(report, `${field}.metrics.interval`, interval, parseDuration);
  }
}

function checkProbe(report: Report, field: string, probe: HttpProbe, declared: readonly string[]): void {
  const port = probe.port ?? HTTP_PORT;
  if (!PATH.test(probe.path)) report(`${field}.path`, probe.path, "a path that starts with /");
  if (!declared.includes(port)) report(`${field}.port`, port, list(declared));
  checkInteger(report, `${field}.periodSeconds`, probe.periodSeconds, 1, 3600);
  checkInteger(report, `${field}.failureThreshold`, probe.failureThreshold, 1, 1000);
  checkInteger(report, `${field}.timeoutSeconds`, probe.timeoutSeconds, 1, probe.periodSeconds);
}

function checkScaling(report: Report, field: string, service: ServiceSpec): void {
  const { replicas, scaleOn } = service;
  if (scaleOn === undefined) {
    if (replicas.max > replicas.min) {
      report(
        `${field}.scaleOn`,
        undefined,
        "a target for cpu or memory, for replicas.max is above replicas.min",
      );
    }
    return;
  }
  if (scaleOn.cpu === undefined && scaleOn.memory === undefined) {
    report(`${field}.scaleOn`, scaleOn, "a target for cpu or memory");
  }
  for (const resource of ["cpu", "memory"] as const) {
    const target = scaleOn[resource];
    if (target !== undefined) checkInteger(report, `${field}.scaleOn.${resource}`, target, 1, 1000);
  }
}

function checkScratch(report: Report, field: string, service: ServiceSpec): void {
  const seen = new Map<string, string>();
  for (const [index, { path, size }] of (service.scratch ?? []).entries()) {
    const at = `${field}.scratch[${index}]`;
    // The volume's name is "scratch" and the path, and a name has 63 characters.
    if (!/^(?:\/[A-Za-z0-9._-]+)+$/.test(path) || path.length > 50 || /\/\.\.?(?:\/|$)/.test(path)) {
      report(`${at}.path`, path, "an absolute path of at most 50 characters below /");
    }
    const other = seen.get(scratchName(path));
    if (other !== undefined)
      report(`${at}.path`, path, `a path that is told apart from ${other} by letters and digits`);
    seen.set(scratchName(path), path);
    readQuantity(report, `${at}.size`, size, parseBytes);
  }
}

function checkReaches(
  report: Report,
  field: string,
  name: string,
  service: ServiceSpec,
  spec: SystemSpec,
): void {
  const others = Object.entries(spec.services).filter(
    ([other, { port }]) => other !== name && port !== undefined,
  );
  const reachable = [...others.map(([other]) => other), ...Object.keys(spec.stores ?? {}), HTTPS];
  for (const [index, target] of (service.reaches ?? []).entries()) {
    if (!reachable.includes(target)) report(`${field}.reaches[${index}]`, target, list(reachable));
    if ((service.reaches ?? []).indexOf(target) !== index) {
      report(`${field}.reaches[${index}]`, target, "each target once");
    }
  }
}
