import type { ContainerSpec, HelperSpec, ServiceSpec, SystemSpec, WorkloadSpec } from "./types";

/** Name of a service's main port: `ServiceSpec.port`. */
export const HTTP_PORT = "http";

/** Ports of a service's own container, by name. */
export function ownPortsOf(service: ServiceSpec): Readonly<Record<string, number>> {
  return { ...(service.port === undefined ? {} : { [HTTP_PORT]: service.port }), ...service.ports };
}

/** Every port that a service's pods declare, by name: those of its own container and of its sidecars. */
export function portsOf(service: ServiceSpec): Readonly<Record<string, number>> {
  const beside = Object.values(service.sidecars ?? {}).map(({ ports }) => ports ?? {});
  return Object.assign({}, ownPortsOf(service), ...beside) as Readonly<Record<string, number>>;
}

/** The containers that stand beside a service's own, by name. */
export function helpersOf(workload: WorkloadSpec): Readonly<Record<string, HelperSpec>> {
  const { init, sidecars } = workload as Partial<ServiceSpec>;
  return { ...init, ...sidecars };
}

/** Stores that the containers of a pod read a connection of, by name and without repetition. */
export function storesInEnv(workload: WorkloadSpec): readonly string[] {
  const containers: readonly ContainerSpec[] = [workload, ...Object.values(helpersOf(workload))];
  const stores = containers
    .flatMap(({ env }) => Object.values(env ?? {}))
    .flatMap((value) => (typeof value === "object" && "store" in value ? [value.store] : []));
  return [...new Set(stores)];
}

/** Name of the pods of a service's migration. */
export function migrationName(service: string): string {
  return `${service}-migrate`;
}

/** What a service's migration runs as, in the terms of a pod; undefined for a service without one. */
export function migrationOf({
  migrate,
  image,
  env,
  size,
  scratch,
  mounts,
  reaches,
  user,
}: ServiceSpec): WorkloadSpec | undefined {
  if (migrate === undefined) return undefined;
  return {
    image,
    command: migrate.command,
    size: migrate.size ?? size,
    ...(env === undefined ? {} : { env }),
    ...(scratch === undefined ? {} : { scratch }),
    ...(mounts === undefined ? {} : { mounts }),
    ...(reaches === undefined ? {} : { reaches }),
    ...(user === undefined ? {} : { user }),
  };
}

/** Every kind of pod of a system but its stores', by name: services, migrations and jobs. */
export function workloadsOf(
  spec: Pick<SystemSpec, "services" | "jobs">,
): Readonly<Record<string, WorkloadSpec>> {
  const migrations = Object.entries(spec.services).flatMap(([name, service]) => {
    const migration = migrationOf(service);
    return migration === undefined ? [] : [[migrationName(name), migration] as const];
  });
  return { ...spec.services, ...Object.fromEntries(migrations), ...spec.jobs };
}

/** Images that a system names for itself, without repetition: each needs a digest in the stack's config. */
export function imagesOf(spec: Pick<SystemSpec, "services" | "jobs">): readonly string[] {
  const images = Object.values(workloadsOf(spec)).flatMap((workload) => [
    workload.image,
    ...Object.values(helpersOf(workload)).flatMap(({ image }) => (typeof image === "string" ? [image] : [])),
  ]);
  return [...new Set(images)];
}

/** Name of the volume behind a scratch directory: `/var/cache/nginx` → `scratch-var-cache-nginx`. */
export function scratchName(path: string): string {
  return `scratch${path.replaceAll(/[^a-zA-Z0-9]+/g, "-").toLowerCase()}`.replace(/-$/, "");
}

/** Whether each pod of a service has a volume of its own, so that it runs as a StatefulSet. */
export function isStateful({ volumes = {} }: Pick<ServiceSpec, "volumes">): boolean {
  return Object.values(volumes).some(({ claim }) => claim === "perReplica");
}

/** Name of the headless Service that gives the pods of a StatefulSet their names. */
export function membersName(name: string): string {
  return `${name}-members`;
}

/** Public host of a system in a stage; undefined when the spec names none. */
export function hostOf(spec: Pick<SystemSpec, "stages" | "domain">, stage: string): string | undefined {
  return spec.stages?.[stage]?.host ?? (spec.domain === undefined ? undefined : `${stage}.${spec.domain}`);
}

/** Namespace that a system lives in. */
export function namespaceOf(spec: Pick<SystemSpec, "name" | "namespace">): string {
  return spec.namespace ?? spec.name;
}

/** Every namespace that a system lives in, in one stage or another. */
export function namespacesOf(
  spec: Pick<SystemSpec, "name" | "namespace"> & Partial<Pick<SystemSpec, "stages">>,
): readonly string[] {
  const own = Object.values(spec.stages ?? {}).flatMap(({ namespace }) => namespace ?? []);
  return [...new Set([namespaceOf(spec), ...own])];
}
