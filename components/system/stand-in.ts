import { mapValues } from "../common/records";
import { HTTP_PORT, portsOf } from "../spec/services";
import type { EnvValue, HelperSpec, Probe, Probes, ServiceSpec, SystemSpec } from "../spec/types";

/** Tells of an image whether the reference service runs in its place. */
export type IsReference = (image: string) => boolean;

/**
 * The spec as it can run where the reference service stands in for images that nobody has built yet.
 *
 * The reference service has none of the app's commands: what would run one is left out, such as jobs, migrations and
 * containers that prepare a pod, and what asks by one asks whether the port is open instead. It is told by variables
 * which ports to listen on. Everything else of the system is as in every other stage.
 */
export function withStandIns<Spec extends SystemSpec>(spec: Spec, isReference: IsReference): Spec {
  const { jobs = {} } = spec;
  return {
    ...spec,
    services: mapValues(spec.services, (service, name) => standIn(name, service, isReference)),
    ...(spec.jobs === undefined
      ? {}
      : { jobs: Object.fromEntries(Object.entries(jobs).filter(([, { image }]) => !isReference(image))) }),
  };
}

function standIn(name: string, service: ServiceSpec, isReference: IsReference): ServiceSpec {
  const own = isReference(service.image);
  const runs = ({ image = service.image }: HelperSpec): boolean =>
    typeof image !== "string" || !isReference(image);
  const helpers = (all: ServiceSpec["init"]): ServiceSpec["init"] =>
    all === undefined
      ? undefined
      : Object.fromEntries(Object.entries(all).filter(([, helper]) => runs(helper)));
  const kept = without(service, own ? [...OF_THE_APP, "init", "sidecars"] : ["init", "sidecars"]);
  const [init, sidecars] = [helpers(service.init), helpers(service.sidecars)];
  const rest: ServiceSpec = {
    ...kept,
    ...(init === undefined ? {} : { init }),
    ...(sidecars === undefined ? {} : { sidecars }),
  };
  const { metrics } = rest;
  const served = metrics !== undefined && (metrics.port ?? HTTP_PORT) in portsOf(rest);
  const scraped = served ? rest : without(rest, ["metrics"]);
  return own ? told(name, scraped) : scraped;
}

/** What runs a command of the app's own, or speaks a protocol that the reference service does not. */
const OF_THE_APP = ["command", "args", "preStop", "migrate", "protocol"] as const;

/** Tells the reference service what it is to be, where the spec's own variables do not. */
function told(name: string, service: ServiceSpec): ServiceSpec {
  const { port, ports = {}, metrics, probes, env } = service;
  const metricsPort = metrics?.port === undefined ? undefined : ports[metrics.port];
  const variables: Readonly<Record<string, EnvValue>> = {
    SERVICE_NAME: name,
    ...(port === undefined ? {} : { PORT: String(port) }),
    ...(metricsPort === undefined ? {} : { METRICS_PORT: String(metricsPort) }),
  };
  const asked = probes === undefined ? undefined : plainProbes(probes, port);
  return {
    ...without(service, ["probes"]),
    env: { ...variables, ...env },
    ...(asked === undefined ? {} : { probes: asked }),
  };
}

/** A worker without a port cannot be asked by any other way than its command. */
function plainProbes({ startup, readiness, liveness }: Probes, port: number | undefined): Probes | undefined {
  const all = [startup, readiness, liveness].filter((probe) => probe !== undefined);
  if (port === undefined && all.some(isOfApp)) return undefined;
  return {
    ...(startup === undefined ? {} : { startup: plain(startup) }),
    readiness: plain(readiness),
    liveness: plain(liveness),
  };
}

function plain(probe: Probe): Probe {
  if (!isOfApp(probe)) return probe;
  const { initialDelaySeconds, periodSeconds, failureThreshold, timeoutSeconds } = probe;
  return {
    tcp: HTTP_PORT,
    ...(initialDelaySeconds === undefined ? {} : { initialDelaySeconds }),
    ...{ periodSeconds, failureThreshold, timeoutSeconds },
  };
}

/** Whether a check is by a command or a protocol of the app's own. */
function isOfApp(probe: Probe): boolean {
  return "exec" in probe || "grpc" in probe;
}

function without<Key extends keyof ServiceSpec>(
  service: ServiceSpec,
  keys: readonly Key[],
): ServiceSpec & Partial<Record<Key, never>> {
  return Object.fromEntries(
    Object.entries(service).filter(([key]) => !(keys as readonly string[]).includes(key)),
  ) as ServiceSpec & Partial<Record<Key, never>>;
}
