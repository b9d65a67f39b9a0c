import { parseBytes, parseCpu, parseDuration } from "../quantities";
import { reservedNames } from "../reachability";
import { HTTP_PORT, isStateful, membersName, migrationName, ownPortsOf, portsOf } from "../services";
import type { Migration, ServiceSpec, SystemSpec } from "../types";
import { checkHelpers } from "./helpers";
import { checkTries } from "./jobs";
import { checkMetricNames } from "./objectives";
import { checkProbes } from "./probes";
import { checkBounds, checkCommand, checkInteger, checkName, list, PATH, readQuantity } from "./report";
import type { Report } from "./report";
import { checkReplicas, checkRollout, checkScaling } from "./scaling";
import { checkVolumes } from "./volumes";
import { checkWorkload } from "./workloads";

/** Ports below need a privilege that no pod has here. */
const LEAST_PORT = 1024;
const MOST_PORT = 65_535;
/** Fits DNS-style port names of the API: 15 characters, at least one letter (RFC 6335). */
const PORT_NAME = /^(?=.{1,15}$)[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*$/;

/** Reports what contradicts itself in one service. */
export function checkService(report: Report, name: string, service: ServiceSpec, spec: SystemSpec): void {
  const field = `services.${name}`;
  checkName(report, "services", name);
  if (reservedNames.includes(name)) report("services", name, `a name other than ${list(reservedNames)}`);
  checkDerivedNames(report, name, service, spec);
  checkWorkload(report, field, name, service, spec);
  checkPorts(report, field, service);
  if (service.probes !== undefined) {
    checkProbes(report, `${field}.probes`, service.probes, Object.keys(ownPortsOf(service)));
  }
  checkReplicas(report, `${field}.replicas`, service.replicas);
  checkScaling(report, `${field}.scaleOn`, service);
  checkRollout(report, `${field}.rollout`, service);
  checkVolumes(report, field, name, service, spec);
  checkHelpers(report, field, name, service, spec);
  if (service.migrate !== undefined) checkMigration(report, `${field}.migrate`, service.migrate);
  checkEnd(report, field, service);
}

/** Objects of the service that have a name of their own, which nothing else may take. */
function checkDerivedNames(report: Report, name: string, service: ServiceSpec, spec: SystemSpec): void {
  const derived = [
    ...(service.migrate === undefined ? [] : [migrationName(name)]),
    ...(isStateful(service) ? [membersName(name)] : []),
  ];
  for (const other of derived) {
    if (other in spec.services || other in (spec.stores ?? {})) {
      report("services", name, `a name other than that of ${other} without its end`);
    }
  }
}

function checkPorts(report: Report, field: string, service: ServiceSpec): void {
  const seen = new Map<number, string>();
  const names = new Set<string>();
  const check = (at: string, name: string, port: number): void => {
    checkInteger(report, at, port, LEAST_PORT, MOST_PORT);
    if (!PORT_NAME.test(name)) report(at, name, "a port name of at most 15 characters: a-z, 0-9 and -");
    const other = seen.get(port);
    if (other !== undefined) report(at, port, `a port that is not already "${other}"`);
    seen.set(port, name);
    if (names.has(name)) report(at, name, "a port name that no other container of the pod has");
    names.add(name);
  };
  for (const [name, port] of Object.entries(ownPortsOf(service))) {
    check(
      name === HTTP_PORT && service.port === port ? `${field}.port` : `${field}.ports.${name}`,
      name,
      port,
    );
  }
  for (const [sidecar, { ports = {} }] of Object.entries(service.sidecars ?? {})) {
    for (const [name, port] of Object.entries(ports))
      check(`${field}.sidecars.${sidecar}.ports.${name}`, name, port);
  }
  if (service.ports !== undefined && HTTP_PORT in service.ports) {
    report(
      `${field}.ports.${HTTP_PORT}`,
      service.ports[HTTP_PORT],
      "another name: port is the one named http",
    );
  }
  const { servicePort, protocol, metrics } = service;
  if (servicePort !== undefined) {
    checkInteger(report, `${field}.servicePort`, servicePort, 1, MOST_PORT);
    if (service.port === undefined) report(`${field}.servicePort`, servicePort, "a service with a port");
  }
  // A spec may come from plain JavaScript, where the union does not hold.
  if (protocol !== undefined && !["http", "h2c"].includes(protocol)) {
    report(`${field}.protocol`, protocol, "http, h2c");
  }
  if (metrics === undefined) return;
  const { path, port = HTTP_PORT, interval, exposes } = metrics;
  const declared = Object.keys(portsOf(service));
  if (!PATH.test(path)) report(`${field}.metrics.path`, path, "a path that starts with /");
  if (!declared.includes(port)) report(`${field}.metrics.port`, port, list(declared));
  if (interval !== undefined) readQuantity(report, `${field}.metrics.interval`, interval, parseDuration);
  if (exposes !== undefined) checkMetricNames(report, `${field}.metrics.exposes`, exposes);
}

function checkMigration(report: Report, field: string, migrate: Migration): void {
  checkCommand(report, `${field}.command`, migrate.command);
  checkTries(report, field, migrate);
  if (migrate.size === undefined) return;
  checkBounds(report, `${field}.size.cpu`, migrate.size.cpu, parseCpu);
  checkBounds(report, `${field}.size.memory`, migrate.size.memory, parseBytes);
}

/** How a pod of the service comes to its end. */
function checkEnd(report: Report, field: string, service: ServiceSpec): void {
  const { graceSeconds, drainSeconds, preStop, port } = service;
  if (graceSeconds !== undefined) checkInteger(report, `${field}.graceSeconds`, graceSeconds, 1, 3600);
  if (drainSeconds !== undefined) {
    checkInteger(report, `${field}.drainSeconds`, drainSeconds, 0, 3600);
    if (port === undefined) report(`${field}.drainSeconds`, drainSeconds, "a service with a port");
  }
  if (preStop !== undefined) checkCommand(report, `${field}.preStop`, preStop);
}
